// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "backends/core/runstate.h"

using namespace slipway;

namespace {

RunFacts inCluster(ClusterFacts cluster) {
    RunFacts facts;
    facts.isSubmitted = true;
    facts.cluster = std::move(cluster);
    return facts;
}

RunFacts here(AgentFacts agent) {
    RunFacts facts;
    facts.isSubmitted = true;
    facts.agent = std::move(agent);
    return facts;
}

}  // namespace

class tst_RunState : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void namesComeBack() {
        for (int i = 0; i <= static_cast<int>(RunState::Lost); ++i) {
            const auto state = static_cast<RunState>(i);
            QCOMPARE(parseRunState(runStateName(state)), std::optional(state));
        }
        QVERIFY(!parseRunState("runing"));
    }

    void aRunThatNeverGotThereFailed() {
        RunFacts facts;
        facts.submitError = "the registry refused the push";
        QCOMPARE(reduce(facts), (RunStatus{RunState::Failed, "the registry refused the push"}));
    }

    void waitsInTheQueueWithItsReason() {
        RunFacts facts = inCluster({.isSuspended = true});
        facts.queue = QueueFacts{.reason = "2 more nvidia.com/gpu needed", .position = 3};
        QCOMPARE(reduce(facts), (RunStatus{RunState::Queued, "position 3: 2 more nvidia.com/gpu needed"}));
    }

    void anEvictedRunIsQueuedNotFailed() {
        RunFacts facts = inCluster({.isSuspended = true});
        facts.queue = QueueFacts{.isEvicted = true, .reason = "preempted"};
        QCOMPARE(reduce(facts).state, RunState::Queued);
    }

    void endsAsTheAgentSaid() {
        AgentFacts agent;
        agent.summary = RunStatus{RunState::Failed, "rank 1 exited with 3"};
        QCOMPARE(reduce(here(agent)), *agent.summary);
    }

    void aStopThatWasAskedForIsCancelled() {
        AgentFacts agent;
        agent.summary = RunStatus{RunState::Interrupted, "stopped"};
        RunFacts facts = here(agent);
        facts.isCancelRequested = true;
        QCOMPARE(reduce(facts).state, RunState::Cancelled);
    }

    void anAgentThatDiedLeavesLostOrInterrupted() {
        AgentFacts agent;
        agent.isAlive = false;
        QCOMPARE(reduce(here(agent)).state, RunState::Lost);
        agent.hasCheckpoint = true;
        QCOMPARE(reduce(here(agent)).state, RunState::Interrupted);
    }

    void anEndThatTheClusterHasNotCountedIsFinishing() {
        RunFacts facts = inCluster({});
        facts.queue = QueueFacts{.isQuotaReserved = true, .isAdmitted = true};
        facts.agent = AgentFacts{.summary = RunStatus{RunState::Failed, "exit code 3"}};
        QCOMPARE(reduce(facts).state, RunState::Finishing);
    }

    void aCancelledRunsCheckpointIsKeptWhereItOutlivesThePod_data() {
        QTest::addColumn<bool>("isFound");
        QTest::newRow("job deleted") << false;
        QTest::newRow("job failed") << true;
    }
    void aCancelledRunsCheckpointIsKeptWhereItOutlivesThePod() {
        QFETCH(bool, isFound);
        RunFacts facts = inCluster({.isFound = isFound, .isFailed = isFound});
        facts.isCancelRequested = true;
        facts.agent =
            AgentFacts{.summary = RunStatus{RunState::Failed, "stopped; it was lost"}, .hasCheckpoint = true};
        QCOMPARE(reduce(facts), (RunStatus{RunState::Cancelled, "stopped; it was lost"}));
        facts.agent->checkpointReference = "r/a@sha256:1";
        QCOMPARE(reduce(facts), (RunStatus{RunState::Cancelled, "a checkpoint was kept"}));
        facts.cluster.reset();
        facts.agent->checkpointReference.clear();
        QCOMPARE(reduce(facts), (RunStatus{RunState::Cancelled, "a checkpoint was kept"}));
    }

    void aDeletedJobIsLostUnlessCancelled() {
        RunFacts facts = inCluster({.isFound = false});
        QCOMPARE(reduce(facts).state, RunState::Lost);
        facts.isCancelRequested = true;
        QCOMPARE(reduce(facts).state, RunState::Cancelled);
    }
};

QTEST_APPLESS_MAIN(tst_RunState)
#include "tst_runstate.moc"
