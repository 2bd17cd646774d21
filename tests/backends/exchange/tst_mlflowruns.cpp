// SPDX-License-Identifier: Apache-2.0
#include "backends/exchange/mlflowruns.h"

#include "testpaths.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace slipway;
using namespace Qt::StringLiterals;
namespace fs = std::filesystem;

namespace {

// Written by MLflow 3.17: the experiment "fashion" with a run that finished and one that failed.
fs::path recorded() { return fs::path(kTestDataDir) / "mlflow"; }

QStringList linesOf(const ForeignRun& run, Result<void>* end = nullptr) {
    QStringList lines;
    const auto read = run.read([&](const TensorboardScalar& scalar) {
        lines << u"%1 %2 %3"_s.arg(QString::fromUtf8(scalar.tag.data(), qsizetype(scalar.tag.size())))
                     .arg(scalar.step)
                     .arg(scalar.value);
    });
    if (end) *end = read;
    return lines;
}

}  // namespace

class tst_mlflowruns : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    fs::path write(const QString& name, const QByteArray& content) const {
        QDir().mkpath(QFileInfo(m_folder.filePath(name)).path());
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) qFatal("cannot write");
        return file.fileName().toStdString();
    }
    fs::path root(const char* name) const { return m_folder.filePath(QString::fromUtf8(name)).toStdString(); }

private Q_SLOTS:
    void readsWhatMlflowWrote() {
        const auto runs = mlflowRuns(recorded());
        QVERIFY2(runs, runs ? "" : runs.error().message.c_str());
        QCOMPARE(runs->size(), std::size_t{2});
        const ForeignRun& failed = runs->at(0);
        QCOMPARE(failed.name, std::string("fashion/second"));
        QCOMPARE(failed.status.state, RunState::Failed);
        QCOMPARE(linesOf(failed), QStringList(u"loss 1 9"_s));
        const ForeignRun& run = runs->at(1);
        QCOMPARE(run.tool, std::string("mlflow"));
        QCOMPARE(run.name, std::string("fashion/first try"));
        QCOMPARE(run.identity, std::string("d8b9be80445f4babb340bf098e10448e"));
        QCOMPARE(run.status.state, RunState::Succeeded);
        QCOMPARE(formatTimestamp(*run.started), std::string("2026-11-28T15:22:39.702000Z"));
        QCOMPARE(formatTimestamp(*run.ended), std::string("2026-11-28T15:22:39.746000Z"));
        const std::map<std::string, std::string> parameters{
            {"lr", "0.001"}, {"network.hidden", "[256, 128]"}, {"note", "a: b\nsecond line"}};
        QCOMPARE(run.parameters, parameters);
        QCOMPARE(run.tags.at("team"), std::string("a"));
        QCOMPARE(linesOf(run),
                 QStringList({u"loss 0 2"_s, u"loss 10 1"_s, u"loss 20 0.666667"_s, u"loss 30 0.5"_s,
                              u"nostep 0 3"_s, u"nostep 1 nan"_s, u"nostep 2 inf"_s, u"test/accuracy 0 0.5"_s,
                              u"test/accuracy 10 0.5625"_s, u"test/accuracy 20 0.625"_s,
                              u"test/accuracy 30 0.6875"_s}));
    }

    void anExperimentOrARunAloneIsRead() {
        const fs::path run = mlflowRuns(recorded())->at(1).folder;
        QCOMPARE(mlflowRuns(run.parent_path())->size(), std::size_t{2});
        const auto alone = mlflowRuns(run);
        QCOMPARE(alone->size(), std::size_t{1});
        QCOMPARE(alone->front().name, std::string("first try"));
        QCOMPARE(alone->front().identity, std::string("d8b9be80445f4babb340bf098e10448e"));
    }

    void metricsAreReadAsTheyStand_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QStringList>("lines");
        QTest::addColumn<QByteArray>("problem");
        QTest::newRow("empty") << QByteArray() << QStringList() << QByteArray();
        QTest::newRow("without steps")
            << QByteArray("1 2.5\n2 1.5\n") << QStringList{u"m 0 2.5"_s, u"m 1 1.5"_s} << QByteArray();
        QTest::newRow("out of order") << QByteArray("3 3 30\n1 1 10\n2 2 20\n")
                                      << QStringList{u"m 10 1"_s, u"m 20 2"_s, u"m 30 3"_s} << QByteArray();
        QTest::newRow("a data set behind it")
            << QByteArray("1 2 3 train 1a2b\n") << QStringList{u"m 3 2"_s} << QByteArray();
        QTest::newRow("being written")
            << QByteArray("1 2 3\n17958793") << QStringList{u"m 3 2"_s} << QByteArray();
        QTest::newRow("words") << QByteArray("1 2 3\nnot a point\n") << QStringList() << QByteArray("line 2");
        QTest::newRow("a step that is none")
            << QByteArray("1 2 3x\n") << QStringList() << QByteArray("line 1");
    }
    void metricsAreReadAsTheyStand() {
        QFETCH(QByteArray, content);
        QFETCH(QStringList, lines);
        QFETCH(QByteArray, problem);
        const fs::path file = write(u"metric"_s, content);
        QStringList found;
        const auto end = readMlflowMetric("m", file, [&](const TensorboardScalar& scalar) {
            found << u"m %1 %2"_s.arg(scalar.step).arg(scalar.value);
        });
        QCOMPARE(found, lines);
        QCOMPARE(end.hasValue(), problem.isEmpty());
        if (end) return;
        QCOMPARE(end.error().code, ErrorCode::Corrupt);
        const auto message = QByteArray::fromStdString(end.error().message);
        QVERIFY2(message.contains(problem) && message.contains(file.c_str()), message);
    }

    void whatWasDeletedIsLeftOut() {
        write(u"deleted/1/meta.yaml"_s, "name: gone\nlifecycle_stage: deleted\n");
        write(u"deleted/1/aa/meta.yaml"_s, "run_id: aa\nlifecycle_stage: active\n");
        write(u"deleted/2/meta.yaml"_s, "name: here\nlifecycle_stage: active\n");
        write(u"deleted/2/bb/meta.yaml"_s, "run_id: bb\nlifecycle_stage: deleted\n");
        write(u"deleted/2/cc/meta.yaml"_s, "run_uuid: cc\nstatus: RUNNING\nstart_time: x\n");
        write(u"deleted/.trash/3/meta.yaml"_s, "name: trash\n");
        const auto runs = mlflowRuns(root("deleted"));
        QVERIFY(runs);
        QCOMPARE(runs->size(), std::size_t{1});
        QCOMPARE(runs->front().name, std::string("here/cc"));
        QCOMPARE(runs->front().status.state, RunState::Lost);
        QVERIFY(!runs->front().started);
    }

    void whatIsNoStoreIsTold() {
        QCOMPARE(mlflowRuns(root("missing")).error().code, ErrorCode::NotFound);
        write(u"other/readme.txt"_s, "");
        QVERIFY(mlflowRuns(root("other"))->empty());
        write(u"broken/1/meta.yaml"_s, "name: a\n");
        write(u"broken/1/aa/meta.yaml"_s, "[1, 2]\n");
        const auto broken = mlflowRuns(root("broken"));
        QCOMPARE(broken.error().code, ErrorCode::Corrupt);
        QVERIFY(broken.error().message.find("aa/meta.yaml") != std::string::npos);
        write(u"broken/1/aa/meta.yaml"_s, "lifecycle_stage: active\n");
        QCOMPARE(mlflowRuns(root("broken")).error().code, ErrorCode::Corrupt);
    }
};

QTEST_APPLESS_MAIN(tst_mlflowruns)
#include "tst_mlflowruns.moc"
