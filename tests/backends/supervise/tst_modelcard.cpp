// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/modelcard.h"

#include "backends/core/modeltypes.h"
#include "backends/spec/specdocument.h"
#include "backends/spec/yamlvalue.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace slipway;
using namespace Qt::StringLiterals;

class tst_modelcard : public QObject {
    Q_OBJECT
    std::unique_ptr<QTemporaryDir> m_folder;
    JobSpec m_job;

    std::filesystem::path root() const { return m_folder->path().toStdString(); }
    void write(const QString& name, const QByteArray& text) const {
        QFile file(m_folder->filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size()) qFatal("cannot write");
    }
    std::string card(const CardFacts& facts = {}, const SecretFilter& secrets = SecretFilter({})) const {
        const auto made = modelCard(root(), m_job, facts, secrets);
        if (!made || !*made) qFatal("%s", made ? "no card" : describe(made.error()).c_str());
        return **made;
    }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        const auto document = SpecDocument::parse(
            "name: flowers\ntrain:\n  network: {type: mlp, hidden: [8]}\n"
            "  data: {type: table, input: irises, target: kind}\ninputs: {irises: /home/ada/secret-place/i.csv}\n"
            "env: {TOKEN: {secret: hub, key: token}, PLAIN: hush-hush}\nseed: 9\n");
        QVERIFY(document && document->spec());
        m_job = *document->spec();
        write(
            u"config.json"_s,
            R"({"name":"flowers","parameters":1234,"samples":{"training":120,"test":30},"made_with":"Slipway 1, libtorch 2",
                  "data":{"type":"table"},"input":{"shape":[1,1,4]},"output":{"classes":["a|b","rose","li\nly"]}})");
        write(u"metrics.json"_s, R"({"step":500,"seconds":2.5,"metrics":{}})");
        write(u"evaluation.json"_s,
              R"({"samples":30,"accuracy":0.7,"loss":0.25,"r2":null,
                  "classes":[{"name":"a|b","samples":10,"recall":0.8},{"name":"rose","samples":12,"recall":null},{"name":"li\nly","samples":8,"recall":0.5}],
                  "confusion":[[8,2,0],[1,9,2],[0,4,4]],
                  "groups":[{"name":"north","samples":30,"accuracy":0.7}]})");
    }

    void theFrontMatterIsWhatTheHubReads() {
        const std::string text = card();
        QVERIFY(text.starts_with("---\n"));
        const auto front = parseYaml(text.substr(4, text.find("\n---\n", 4) - 3));
        QVERIFY2(front, front ? "" : front.error().message.c_str());
        QCOMPARE(front->find("library_name")->text, std::string("slipway"));
        QCOMPARE(front->find("pipeline_tag")->text, std::string("tabular-classification"));
        QVERIFY(front->find("tags")->isList());
        const YamlValue& model = front->find("model-index")->items.at(0);
        QCOMPARE(model.find("name")->text, std::string("flowers"));
        const YamlValue& result = model.find("results")->items.at(0);
        QCOMPARE(result.find("task")->find("type")->text, std::string("tabular-classification"));
        QCOMPARE(result.find("dataset")->find("name")->text, std::string("irises"));
        const auto& metrics = result.find("metrics")->items;
        QCOMPARE(metrics.size(), std::size_t{2});  // what has no number is left out
        QCOMPARE(metrics[0].find("type")->text, std::string("accuracy"));
        QCOMPARE(metrics[0].find("value")->text, std::string("0.7"));
    }

    void tellsWhatIsKnown_data() {
        QTest::addColumn<QByteArray>("words");
        for (
            const char* words :
            {"# flowers\n", "On 30 samples that were held out", "- accuracy: 0.7\n", "- r2: –\n",
             "Most often confused:\n\n- li ly taken for rose: 4 of 8\n- a\\|b taken for rose: 2 of 10\n- rose taken for li ly: 2 of 12\n",
             "| a\\|b | 10 | 0.8 |\n", "| rose | 12 | – |\n", "| north | 30 | 0.7 |\n",
             "- input irises: sha256:12ab, 1.5 kB\n", "- 120 training and 30 test samples\n",
             "- split: 20 % are held out, drawn by the seed 9\n", "- parameters: 1,234\n",
             "- steps: 500 in 2.5 s\n", "- seed: 9\n", "- device: cuda:0 H100\n",
             "- made with: Slipway 1, libtorch 2\n", "- git commit: 0123abc\n", "- energy: GPUs ",
             "To be written by the author"})
            QTest::newRow(words) << QByteArray(words);
    }
    void tellsWhatIsKnown() {
        QFETCH(QByteArray, words);
        CardFacts facts;
        facts.take(InputEvent{"irises", "sha256:12ab", Bytes{1500}});
        facts.take(ProgressEvent{.step = 1, .device = "cuda:0 H100"});
        facts.take(ProgressEvent{.step = 2});
        facts.take(EnergyEvent{7200.0, std::nullopt, "CPU: closed"});
        facts.commit = "0123abc";
        const auto text = QByteArray::fromStdString(card(facts));
        QVERIFY2(text.contains(words), text);
    }

    void tellsWhatIsNot() {
        const auto text = QByteArray::fromStdString(card());
        for (const char* words : {"- input irises: digest unknown\n", "- device: unknown\n",
                                  "- git commit: unknown\n", "- energy: unknown\n"})
            QVERIFY2(text.contains(words), words);
        QFile::remove(m_folder->filePath(u"evaluation.json"_s));
        QVERIFY(card().find("There were no test data.") != std::string::npos);
        QVERIFY(card().find("model-index") == std::string::npos);
    }

    void noSecretGetsIn() {
        CardFacts facts;
        facts.device = "hf_token_in_a_device";
        const auto text = card(facts, SecretFilter({"hf_token_in_a_device"}));
        for (const char* secret : {"hf_token", "hush-hush", "secret-place", "/home/ada"})
            QVERIFY2(text.find(secret) == std::string::npos, secret);
    }

    void onlyAModelOfSlipwaysHasOne() {
        QFile::remove(m_folder->filePath(u"config.json"_s));
        QVERIFY(writeModelCard(root(), m_job, {}, SecretFilter({})));
        QVERIFY(!QFile::exists(m_folder->filePath(u"model-card.md"_s)));
        write(u"config.json"_s, "{}");
        const auto damaged = writeModelCard(root(), m_job, {}, SecretFilter({}));
        QVERIFY(!damaged);
        QCOMPARE(damaged.error().code, ErrorCode::Corrupt);
    }

    void theCommitIsTheFolders() {
        QCOMPARE(gitCommit(root()), std::string());
        const auto git = [&](QStringList words) {
            QProcess process;
            process.setWorkingDirectory(m_folder->path());
            process.start(u"git"_s,
                          QStringList{u"-c"_s, u"user.name=a"_s, u"-c"_s, u"user.email=a@b"_s} + words);
            process.waitForFinished();
            return process.exitCode() == 0 ? process.readAllStandardOutput().trimmed() : QByteArray("failed");
        };
        git({u"init"_s});
        git({u"add"_s, u"config.json"_s});
        git({u"commit"_s, u"-m"_s, u"first"_s});
        const std::string commit = git({u"rev-parse"_s, u"HEAD"_s}).toStdString();
        QCOMPARE(commit.size(), std::size_t{40});
        QCOMPARE(gitCommit(root()), commit);
        write(u"config.json"_s, "{}");
        QCOMPARE(gitCommit(root()), commit + ", with changes that are not committed");
    }
};

QTEST_GUILESS_MAIN(tst_modelcard)
#include "tst_modelcard.moc"
