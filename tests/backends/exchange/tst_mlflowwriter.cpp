// SPDX-License-Identifier: Apache-2.0
#include "backends/exchange/mlflowwriter.h"

#include "backends/exchange/mlflowruns.h"
#include "tests/backends/runs/runfixture.h"

#include <QTemporaryDir>
#include <QTest>

using namespace slipway;
namespace fs = std::filesystem;

class tst_mlflowwriter : public QObject {
    Q_OBJECT
    RunFixture m_fixture;
    QTemporaryDir m_folder;

    fs::path path(const char* name) const { return m_folder.filePath(QString::fromUtf8(name)).toStdString(); }
    CurveStore curves(const std::map<std::string, double>& values) const {
        const RunFolder folder = m_fixture.makeRun();
        auto writer = EventWriter::open(folder);
        for (std::uint64_t step = 1; step <= 3; ++step) {
            if (!writer->append(RunFixture::event(step, MetricEvent{std::int64_t(step), values})))
                qFatal("append");
        }
        return *CurveStore::open(folder);
    }
    static MlflowRun run(const char* id) {
        MlflowRun one;
        one.experiment = "fashion: \"mlp\"";
        one.name = "fashion-7";
        one.id = id;
        one.started = *parseTimestamp("2026-09-01T10:00:00.250Z");
        one.ended = *parseTimestamp("2026-09-01T11:00:00Z");
        one.state = RunState::Failed;
        one.parameters = {{"train.optimizer.lr", "0.1"}, {"../../out", "x"}};
        return one;
    }

private Q_SLOTS:
    void isReadAgain() {
        const auto written =
            writeMlflowRun(path("store"), run("aa"), curves({{"loss", 0.1}, {"test/acc", 1e300}}));
        QVERIFY2(written, written ? "" : written.error().message.c_str());
        QCOMPARE(written->filename().string(), std::string("aa"));
        QVERIFY(writeMlflowRun(path("store"), run("bb"), curves({{"loss", 2}})));
        const auto runs = mlflowRuns(path("store"));
        QVERIFY2(runs, runs ? "" : runs.error().message.c_str());
        QCOMPARE(runs->size(), std::size_t{2});  // of one experiment
        const ForeignRun& one = runs->front();
        QCOMPARE(one.name, std::string("fashion: \"mlp\"/fashion-7"));
        QCOMPARE(one.identity, std::string("aa"));
        QCOMPARE(one.status.state, RunState::Failed);
        QCOMPARE(*one.started, run("aa").started);
        QCOMPARE(one.ended, run("aa").ended);
        QCOMPARE(one.parameters,
                 (std::map<std::string, std::string>{{"train.optimizer.lr", "0.1"}, {"_/_/out", "x"}}));
        QStringList points;
        QVERIFY(one.read([&](const TensorboardScalar& scalar) {
            points << QStringLiteral("%1 %2 %3 %4")
                          .arg(QString::fromUtf8(scalar.tag.data(), qsizetype(scalar.tag.size())))
                          .arg(scalar.step)
                          .arg(scalar.value)
                          .arg(scalar.wallTime, 0, 'f', 1);
        }));
        QCOMPARE(points.size(), 6);
        QCOMPARE(points.front(), QStringLiteral("loss 1 0.1 1788256801.0"));
        QCOMPARE(points.back(), QStringLiteral("test/acc 3 1e+300 1788256803.0"));
    }

    void neverOverwritesAndLeavesNothing() {
        const CurveStore one = curves({{"loss", 1}});
        QVERIFY(writeMlflowRun(path("twice"), run("aa"), one));
        QCOMPARE(writeMlflowRun(path("twice"), run("aa"), one).error().code, ErrorCode::Conflict);
        const auto clash = writeMlflowRun(path("clash"), run("aa"), curves({{"loss", 1}, {"loss/train", 2}}));
        QCOMPARE(clash.error().code, ErrorCode::InvalidArgument);
        QVERIFY(mlflowRuns(path("clash"))->empty());
        int folders = 0;
        for (const auto& entry : fs::recursive_directory_iterator(path("clash")))
            folders += entry.is_directory();
        QCOMPARE(folders, 1);  // the experiment
    }
};

QTEST_APPLESS_MAIN(tst_mlflowwriter)
#include "tst_mlflowwriter.moc"
