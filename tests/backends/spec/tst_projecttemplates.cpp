// SPDX-License-Identifier: Apache-2.0
// What a new job's files promise: they are read without a complaint, and the program runs as it is.
#include "backends/spec/projecttemplates.h"

#include "backends/platform/files.h"
#include "backends/spec/specdocument.h"
#include "childprocess.h"

#include <QTemporaryDir>
#include <QTest>

using namespace slipway;

class tst_ProjectTemplates : public QObject {
    Q_OBJECT

    static std::optional<JobSpec> jobOf(const std::map<std::string, std::string>& files) {
        const auto document = SpecDocument::parse(files.at("job.yaml"));
        if (!document) return std::nullopt;
        for (const auto& problem : document->problems()) qWarning("%s", problem.message.c_str());
        return document->spec();
    }

private Q_SLOTS:
    void examplesLieBesideThePrograms() {
        QCOMPARE(examplesFolder("/opt/slipway/bin"),
                 std::filesystem::path("/opt/slipway/share/slipway/examples"));
    }

    void aNewJobIsReadUnderItsName_data() {
        QTest::addColumn<QByteArray>("kind");
        QTest::addColumn<QByteArray>("name");
        for (const char* const kind : {"mlp", "cnn", "table", "gpt", "program"})
            for (const char* const name : {"demo", "null", "true", "no"})
                QTest::addRow("%s, %s", kind, name) << QByteArray(kind) << QByteArray(name);
    }
    void aNewJobIsReadUnderItsName() {
        QFETCH(QByteArray, kind);
        QFETCH(QByteArray, name);
        QVERIFY(std::ranges::find(projectKinds(), kind.toStdString()) != projectKinds().end());
        const auto files = projectFiles(kind.toStdString(), name.toStdString());
        QVERIFY(files);
        const auto job = jobOf(*files);
        QVERIFY(job);
        QCOMPARE(job->name, name.toStdString());
        if (kind == "program") {
            QVERIFY(job->program() != nullptr);
            return;
        }
        QVERIFY(job->train() != nullptr);
        QCOMPARE(job->train()->network.type, kind == "table" ? std::string("tabular") : kind.toStdString());
        // What lies in the job's folder was made with it.
        const std::string& source = job->inputs.at(0).source;
        QVERIFY(source.starts_with('/') || files->contains(source));
        QCOMPARE(textValue(job->train()->data.values, "input"), job->inputs.at(0).name);
        QVERIFY(job->checkpoint.everySteps > 0);
    }

    void theProgramRunsWithoutSlipwayAndLeavesWhatTheJobNames() {
        if (!ChildProcess::isInstalled("python3")) QSKIP("python3 is not installed");
        const auto files = projectFiles("program", "demo");
        QVERIFY(files);
        const QTemporaryDir folder;
        const std::filesystem::path root = folder.path().toStdString();
        for (const auto& [path, content] : *files) QVERIFY(writeFileAtomically(root / path, content));
        const auto job = jobOf(*files);
        QVERIFY(job);
        QCOMPARE(job->outputs.size(), std::size_t{1});
        const auto run = runChild({"sh", "-c", "cd \"$1\" && shift && exec \"$@\"", "sh", root.string(),
                                   "python3", job->program()->command.at(0)});
        QVERIFY2(run.isFine, run.text.c_str());
        const auto slope = readFile(root / job->outputs[0], 100);
        QVERIFY(slope);
        QVERIFY2(std::abs(std::stod(*slope) - 3) < 0.01, slope->c_str());
    }

    // The line that another machine needs, a character away.
    void theProgramsImageIsThereToUncomment() {
        std::string text = projectFiles("program", "made")->at("job.yaml");
        QVERIFY(SpecDocument::parse(text)->spec()->program()->image.empty());
        const std::size_t at = text.find("# image: ");
        QVERIFY(at != std::string::npos);
        const auto document = SpecDocument::parse(text.erase(at, 2));
        QVERIFY(document->spec());
        QCOMPARE(document->spec()->program()->image, std::string("python:3.12-slim"));
    }

    void anotherKindIsRefusedWithTheKindsThereAre() {
        const auto files = projectFiles("rnn", "demo");
        QVERIFY(!files);
        QCOMPARE(files.error().code, ErrorCode::InvalidArgument);
        QVERIFY(files.error().message.find("\"rnn\"") != std::string::npos);
        QCOMPARE(files.error().hint, std::string("Take mlp, cnn, table, gpt or program"));
    }
};

QTEST_APPLESS_MAIN(tst_ProjectTemplates)
#include "tst_projecttemplates.moc"
