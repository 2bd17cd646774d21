// SPDX-License-Identifier: Apache-2.0
// Who cancels a run may be on another machine that shares the home: it can only leave a word in run.json.
#include "agentfixture.h"

#include "backends/platform/processidentity.h"

using namespace slipway;

namespace {

constexpr int kLong = 20000;
const char* const kWait = "echo ready; while :; do sleep 0.05; done";

bool ask(const RunFolder& folder) {
    return bool(folder.update([](RunRecord& record) { record.isCancelRequested = true; }));
}

}  // namespace

class tst_cancelrequest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theWordAloneStopsARun_data() {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<int>("exitCode");
        QTest::addColumn<int>("signal");
        QTest::newRow("it ends") << QByteArray(kWait) << -1 << SIGTERM;
        QTest::newRow("it saves first")
            << QByteArray("trap 'echo saved; exit 3' TERM; ").append(kWait) << 3 << 0;
        QTest::newRow("it does not listen") << QByteArray("trap '' TERM; ").append(kWait) << -1 << SIGKILL;
    }
    void theWordAloneStopsARun() {
        QFETCH(QByteArray, script);
        QFETCH(int, exitCode);
        QFETCH(int, signal);
        AgentFixture fixture;
        const RunFolder folder = fixture.makeRun(fixture.job(script.toStdString(), "grace: 1s\n"));
        const pid_t agent = fixture.start(folder);
        QTRY_VERIFY_WITH_TIMEOUT(fixture.hasLine(folder, "ready"), kLong);
        QVERIFY(ask(folder));
        QTRY_VERIFY_WITH_TIMEOUT(!fixture.isAlive(folder), kLong);
        QCOMPARE(fixture.wait(agent).exitCode, 143);
        QCOMPARE(fixture.state(folder), RunState::Cancelled);
        const RankExitedEvent exited = fixture.bodies<RankExitedEvent>(folder).at(0);
        QCOMPARE(exited.exitCode, exitCode);
        QCOMPARE(exited.signal, signal);
    }

    void theWordAloneEndsTheWaitForSlots() {
        AgentFixture fixture;
        const std::string all = "resources:\n  cpu: " + std::to_string(usableCores()) + "\n";
        const RunFolder first = fixture.makeRun(fixture.job(kWait, all));
        fixture.start(first);
        QTRY_VERIFY_WITH_TIMEOUT(fixture.hasLine(first, "ready"), kLong);
        const RunFolder second = fixture.makeRun(fixture.job("touch began", all));
        const pid_t agent = fixture.start(second);
        QTRY_COMPARE_WITH_TIMEOUT(fixture.state(second), RunState::Queued, kLong);
        QVERIFY(ask(second));
        QTRY_VERIFY_WITH_TIMEOUT(!fixture.isAlive(second), kLong);
        QCOMPARE(fixture.wait(agent).exitCode, 143);
        QCOMPARE(fixture.state(second), RunState::Cancelled);
        QVERIFY(!std::filesystem::exists(fixture.work() / "began"));
    }

    void theLockSaysWhoHoldsIt() {
        AgentFixture fixture;
        const RunFolder folder = fixture.makeRun(fixture.job(kWait));
        const pid_t agent = fixture.start(folder);
        QTRY_VERIFY_WITH_TIMEOUT(fixture.hasLine(folder, "ready"), kLong);
        const auto holder = parseIdentity(*readFile(folder.path() / "agent.lock", 4096));
        QVERIFY(holder);
        QCOMPARE(holder->pid, agent);
        QCOMPARE(holder->host, hostName());
        QVERIFY(isHere(*holder, thisProcess()));
        QVERIFY(*signalProcess(*holder, SIGTERM));
        QCOMPARE(fixture.wait(agent).exitCode, 143);
    }
};

QTEST_GUILESS_MAIN(tst_cancelrequest)
#include "tst_cancelrequest.moc"
