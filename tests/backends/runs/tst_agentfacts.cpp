// SPDX-License-Identifier: Apache-2.0
#include "runfixture.h"

#include <QTest>

using namespace slipway;

class tst_agentfacts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void lastStateCheckpointAndSummary() {
        const std::vector<Event> first{
            RunFixture::event(1, StateEvent{RunState::Preparing, ""}),
            RunFixture::event(2, StateEvent{RunState::Queued, "waits for 2 of 2 CPU slots"})};
        AgentFacts facts = agentFacts(first);
        QCOMPARE(*facts.last, (RunStatus{RunState::Queued, "waits for 2 of 2 CPU slots"}));
        QVERIFY(!facts.summary && !facts.hasCheckpoint);
        const std::vector<Event> rest{
            RunFixture::event(3, StateEvent{RunState::Running, ""}),
            RunFixture::event(4, CheckpointEvent{10, "checkpoints/a"}),
            RunFixture::event(5, SummaryEvent{RunState::Interrupted, "stopped", 143, 1})};
        facts = agentFacts(rest, facts);
        QCOMPARE(facts.last->state, RunState::Running);
        QVERIFY(facts.hasCheckpoint && facts.checkpointReference.empty());
        const std::vector<Event> sent{
            RunFixture::event(9, CheckpointEvent{10, "checkpoints/a", {}, 0, "r/a@sha256:1"})};
        QCOMPARE(agentFacts(sent).checkpointReference, std::string("r/a@sha256:1"));
        // An attempt that began anew has one of fewer steps: the furthest counts until it is passed.
        const std::vector<Event> anew{
            RunFixture::event(1, CheckpointEvent{5, "checkpoints/b", {}, 0, "r/a@sha256:2"}, 0, 2)};
        QCOMPARE(agentFacts(anew, agentFacts(sent)).checkpointReference, std::string("r/a@sha256:1"));
        const std::vector<Event> passed{
            RunFixture::event(2, CheckpointEvent{15, "checkpoints/c", {}, 0, "r/a@sha256:3"}, 0, 2)};
        QCOMPARE(agentFacts(passed, agentFacts(sent)).checkpointReference, std::string("r/a@sha256:3"));
        QCOMPARE(*facts.summary, (RunStatus{RunState::Interrupted, "stopped"}));
    }

    void aNewAttemptIsNotOver() {
        const std::vector<Event> events{
            RunFixture::event(1, SummaryEvent{RunState::Failed, "exit code 1", 1, 1}),
            RunFixture::event(1, StateEvent{RunState::Preparing, ""}, 0, 2)};
        const AgentFacts facts = agentFacts(events);
        QVERIFY(!facts.summary);
        QCOMPARE(facts.last->state, RunState::Preparing);
    }

    void theFailedRankSaysWhy_data() {
        QTest::addColumn<bool>("isFirstOk");
        QTest::newRow("first ends well") << true;
        QTest::newRow("second ends well") << false;
    }
    void theFailedRankSaysWhy() {
        QFETCH(bool, isFirstOk);
        const SummaryEvent good{RunState::Succeeded, "", 0, 1}, bad{RunState::Failed, "exit code 3", 3, 1};
        const std::vector<Event> events{RunFixture::event(1, StateEvent{RunState::Running, ""}, 0),
                                        RunFixture::event(1, StateEvent{RunState::Preparing, ""}, 1),
                                        RunFixture::event(2, isFirstOk ? good : bad, 0),
                                        RunFixture::event(2, isFirstOk ? bad : good, 1)};
        const AgentFacts facts = agentFacts(events);
        QCOMPARE(*facts.summary, (RunStatus{RunState::Failed, "exit code 3"}));
        QCOMPARE(facts.last->state, RunState::Running);
    }

    // Each pod's log has its own reader: what arrives first says nothing.
    void theOneThatFailedFirstSaysWhy_data() {
        QTest::addColumn<double>("causeTime");
        QTest::addColumn<double>("peerTime");
        QTest::newRow("earlier in rank 1") << 5.0 << 5.5;
        QTest::newRow("a tie goes to the lower rank") << 5.0 << 5.0;
    }
    void theOneThatFailedFirstSaysWhy() {
        QFETCH(double, causeTime);
        QFETCH(double, peerTime);
        const int cause = causeTime < peerTime ? 1 : 0;
        const SummaryEvent oom{RunState::Failed, "exit code 137", 137, 1},
            peer{RunState::Failed, "connection closed by peer", 1, 1};
        const std::vector<Event> causes{
            RunFixture::event(1, StateEvent{RunState::Preparing, ""}, cause, 1, 1),
            RunFixture::event(2, oom, cause, 1, causeTime)};
        const std::vector<Event> peers{
            RunFixture::event(1, StateEvent{RunState::Preparing, ""}, 1 - cause, 1, 2),
            RunFixture::event(2, peer, 1 - cause, 1, peerTime)};
        QCOMPARE(agentFacts(peers, agentFacts(causes)).summary->reason, oom.reason);
        QCOMPARE(agentFacts(causes, agentFacts(peers)).summary->reason, oom.reason);
    }

    void anEarlierAttemptsLastWordThatComesLateIsPast() {
        const std::vector<Event> events{
            RunFixture::event(1, StateEvent{RunState::Preparing, ""}, 0, 2, 10),
            RunFixture::event(2, SummaryEvent{RunState::Failed, "evicted", 143, 1}, 1, 1, 5)};
        QVERIFY(!agentFacts(events).summary);
    }
};

QTEST_APPLESS_MAIN(tst_agentfacts)
#include "tst_agentfacts.moc"
