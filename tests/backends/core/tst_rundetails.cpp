// SPDX-License-Identifier: Apache-2.0
#include "backends/core/rundetails.h"

#include <QTest>

using namespace slipway;

namespace {

Timestamp at(int seconds) { return Timestamp(std::chrono::seconds(1'790'000'000 + seconds)); }

RunSummary run() {
    RunSummary run;
    run.record.number = 7;
    run.record.job = "fashion";
    run.record.target = TargetId("lab/research");
    run.record.created = at(0);
    run.record.started = at(10);
    run.record.ended = at(70);
    run.record.status = {RunState::Failed, "exit code 3"};
    run.record.marks = {{"a", "b"}, "n", "g"};
    RunDetails details;
    details.settings = {{"train.optimizer.lr", "1e-3"}, {"train.network.type", "mlp"}, {"batch.lr", "5"}};
    details.metrics = {{"loss", {0.3, 0.2, 2.0}}, {"test/accuracy", {0.9, 0.1, 0.95}}};
    run.details = std::make_shared<const RunDetails>(details);
    return run;
}

}  // namespace

class tst_rundetails : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void namesFindNumbers_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<double>("number");
        QTest::newRow("run") << QStringLiteral("run") << 7.0;
        QTest::newRow("duration") << QStringLiteral("duration") << 60.0;
        QTest::newRow("age") << QStringLiteral("age") << 90.0;
        QTest::newRow("metric's end") << QStringLiteral("accuracy") << 0.9;
        QTest::newRow("metric") << QStringLiteral("test/accuracy") << 0.9;
        QTest::newRow("best is high") << QStringLiteral("best.accuracy") << 0.95;
        QTest::newRow("best is low") << QStringLiteral("best.loss") << 0.2;
        QTest::newRow("max") << QStringLiteral("max.loss") << 2.0;
        QTest::newRow("min") << QStringLiteral("min.test/accuracy") << 0.1;
        QTest::newRow("loss without its own") << QStringLiteral("loss") << 0.3;
        QTest::newRow("setting") << QStringLiteral("train.optimizer.lr") << 1e-3;
        QTest::newRow("setting's end") << QStringLiteral("optimizer.lr") << 1e-3;
        QTest::newRow("the shortest of them") << QStringLiteral("lr") << 5.0;
    }
    void namesFindNumbers() {
        QFETCH(QString, name);
        QFETCH(double, number);
        const auto value = runValue(run(), name.toStdString(), at(100));
        QVERIFY(value && value->number);
        QCOMPARE(*value->number, number);
    }

    void namesFindTexts() {
        const RunSummary one = run();
        QCOMPARE(runValue(one, "state", at(0))->texts, (std::vector<std::string>{"failed"}));
        QCOMPARE(runValue(one, "tag", at(0))->texts, (std::vector<std::string>{"a", "b"}));
        QCOMPARE(runValue(one, "network.type", at(0))->texts, (std::vector<std::string>{"mlp"}));
        QCOMPARE(runValue(one, "optimizer.lr", at(0))->texts, (std::vector<std::string>{"1e-3"}));
        QCOMPARE(runValue(one, "reason", at(0))->texts, (std::vector<std::string>{"exit code 3"}));
        for (const char* none :
             {"", "accurac", "racy", "best.", "best.none", "mid.loss", "steps", "optimizer"})
            QVERIFY2(!runValue(one, none, at(0)), none);
    }

    void namesOfAll() {
        RunSummary other;
        const std::vector<RunSummary> runs{run(), other};
        QCOMPARE(settingNames(runs),
                 (std::vector<std::string>{"batch.lr", "train.network.type", "train.optimizer.lr"}));
        QCOMPARE(metricNames(runs),
                 (std::vector<std::string>{"best.loss", "best.test/accuracy", "loss", "test/accuracy"}));
    }
};

QTEST_APPLESS_MAIN(tst_rundetails)
#include "tst_rundetails.moc"
