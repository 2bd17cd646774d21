// SPDX-License-Identifier: Apache-2.0
#include "agentfixture.h"

#include "backends/platform/processidentity.h"

using namespace slipway;
namespace fs = std::filesystem;

class tst_agentplan : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void here() {
        AgentFixture fixture;
        const RunFolder folder =
            fixture.makeRun(fixture.job("true", "inputs: {train: data/x, other: /abs/y}\nreplicas: 3\n"));
        const auto plan = planHere(folder.path(), {.programFolder = "/programs"});
        QVERIFY2(plan, plan ? "" : describe(plan.error()).c_str());
        QCOMPARE(plan->run, folder.record()->id);
        QCOMPARE(plan->number, std::int64_t{1});
        QCOMPARE(plan->inputs.at("train"), fixture.work() / "data" / "x");
        QCOMPARE(plan->inputs.at("other"), fs::path("/abs/y"));
        QCOMPARE(plan->localRanks, 3);
        QCOMPARE(plan->worldSize, 3);
        QCOMPARE(plan->runner, fs::path("/programs/slipway-runner"));
        QCOMPARE(plan->slotFolder, fixture.home() / "slots" / machineId());
        QVERIFY(plan->needsSlot && plan->resultReference.empty());
        QCOMPARE(plan->workFolder, fixture.work());
        QVERIFY(plan->packagedFolder.empty());
        const auto slashed = planHere(folder.path() / "", {});
        QCOMPARE(slashed->slotFolder, fixture.home() / "slots" / machineId());
    }

    void hereNot() {
        AgentFixture fixture;
        const RunFolder folder = fixture.makeRun(fixture.job("true", "inputs: {train: 'pvc://claim/x'}\n"));
        const auto plan = planHere(folder.path(), {});
        QVERIFY(!plan);
        QCOMPARE(plan.error().code, ErrorCode::InvalidArgument);
        QVERIFY(plan.error().message.find("pvc://claim/x") != std::string::npos);
        QCOMPARE(planHere("/no/such/run", {}).error().code, ErrorCode::NotFound);
    }

    void pod() {
        AgentFixture fixture;
        std::ofstream(fixture.work() / "job.yaml")
            << writeJob(fixture.job("true", "inputs: {train: x}\nreplicas: 4\n"));
        Variables variables{{"SLIPWAY_JOB", (fixture.work() / "job.yaml").string()},
                            {"SLIPWAY_RUN", "probe-7-abcde"},
                            {"SLIPWAY_ATTEMPT", "2"},
                            {"JOB_COMPLETION_INDEX", "3"},
                            {"SLIPWAY_WORLD_SIZE", "4"},
                            {"MASTER_ADDR", "probe-0.probe"},
                            {"MASTER_PORT", "1234"},
                            {"SLIPWAY_RESULT", "registry/x:y"},
                            {"SLIPWAY_RESULT_PLAIN_HTTP", "1"}};
        const auto plan = planInPod(variables, "/programs");
        QVERIFY2(plan, plan ? "" : describe(plan.error()).c_str());
        QCOMPARE(plan->run, RunId("probe-7-abcde"));
        QCOMPARE(plan->attempt, 2);
        QCOMPARE(plan->firstRank, 3);
        QCOMPARE(plan->localRanks, 1);
        QCOMPARE(plan->worldSize, 4);
        QCOMPARE(plan->masterAddress, std::string("probe-0.probe"));
        QCOMPARE(plan->masterPort, 1234);
        QCOMPARE(plan->runFolder, fs::path("/slipway/run"));
        QCOMPARE(plan->packagedFolder, fixture.work());
        QCOMPARE(plan->workFolder, fs::path("/slipway/run/work"));
        QCOMPARE(plan->inputs.at("train"), fs::path("/slipway/inputs/train"));
        QVERIFY(plan->isEchoing && !plan->needsSlot && plan->isResultPlainHttp);
    }

    void badPods_data() {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("value");
        QTest::newRow("rank beyond") << QByteArray("JOB_COMPLETION_INDEX") << QByteArray("2");
        QTest::newRow("rank text") << QByteArray("JOB_COMPLETION_INDEX") << QByteArray("one");
        QTest::newRow("world") << QByteArray("SLIPWAY_WORLD_SIZE") << QByteArray("0");
        QTest::newRow("port") << QByteArray("MASTER_PORT") << QByteArray("70000");
        QTest::newRow("attempt") << QByteArray("SLIPWAY_ATTEMPT") << QByteArray("-1");
    }
    void badPods() {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, value);
        AgentFixture fixture;
        std::ofstream(fixture.work() / "job.yaml") << writeJob(fixture.job("true"));
        Variables variables{{"SLIPWAY_JOB", (fixture.work() / "job.yaml").string()},
                            {"SLIPWAY_WORLD_SIZE", "2"}};
        QVERIFY(planInPod(variables, "/programs"));
        variables[name.toStdString()] = value.toStdString();
        const auto plan = planInPod(variables, "/programs");
        QVERIFY(!plan);
        QCOMPARE(plan.error().code, ErrorCode::InvalidArgument);
        QVERIFY(plan.error().message.find(name.toStdString()) != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(tst_agentplan)
#include "tst_agentplan.moc"
