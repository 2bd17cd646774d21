// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/runtracker.h"

#include "clusterrun.h"

#include <QTest>

using namespace slipway;
using namespace slipway::kube;

class tst_RunTracker : public QObject {
    Q_OBJECT

    static PodView pod(const std::string& uid, int index = 0) {
        PodView p;
        p.uid = uid;
        p.index = index;
        p.phase = "Running";
        p.isRunning = true;
        return p;
    }
    static JobView jobWith(Conditions conditions) {
        JobView job;
        job.conditions = std::move(conditions);
        return job;
    }

private Q_SLOTS:
    void refusesARunThatWasNeverSubmitted() {
        const ClusterRun run;
        const auto tracker = RunTracker::open(run.folder);
        QVERIFY(!tracker);
        QCOMPARE(tracker.error().code, ErrorCode::Conflict);
    }
    void aRequeuedPodIsANewAttempt() {
        const ClusterRun run;
        run.markSubmitted();
        {
            auto tracker = RunTracker::open(run.folder);
            QVERIFY(tracker);
            QCOMPARE(tracker->keyOf(pod("a"))->attempt, 1);
            QCOMPARE(tracker->keyOf(pod("b", 1))->attempt, 1);
            QCOMPARE(tracker->keyOf(pod("c"))->attempt, 2);
            QCOMPARE(tracker->keyOf(pod("a"))->attempt, 1);
        }
        auto again = RunTracker::open(run.folder);
        QCOMPARE(again->keyOf(pod("c"))->attempt, 2);
        QCOMPARE(run.record().attempt, 2);
    }
    void keepsStatusAndEventsInStep() {
        const ClusterRun run;
        run.markSubmitted();
        auto tracker = RunTracker::open(run.folder);
        const RunId id = run.record().id;
        tracker->snapshot().job = JobView{};
        tracker->snapshot().pods = {pod("a")};
        QVERIFY(*tracker->update(false));
        QCOMPARE(run.record().status.state, RunState::Starting);
        QVERIFY(!*tracker->update(false));
        QVERIFY(tracker->append({id, 1, 0, 1, now(), StateEvent{RunState::Running, ""}}));
        QVERIFY(tracker->append({id, 1, 0, 2, now(), RankStartedEvent{"h", 1, "cpu"}}));
        QVERIFY(*tracker->update(false));
        QCOMPARE(run.record().status.state, RunState::Running);
        QVERIFY(run.record().started);
        // An event alone is news, too; a repeated one is none.
        QVERIFY(tracker->append({id, 1, 0, 3, now(), MetricEvent{1, {{"loss", 2.0}}}}));
        QVERIFY(*tracker->update(false));
        QVERIFY(tracker->append({id, 1, 0, 3, now(), MetricEvent{1, {{"loss", 2.0}}}}));
        QVERIFY(!*tracker->update(false));
        QCOMPARE(tracker->keyOf(pod("a"))->lastSeq, std::uint64_t{3});
    }
    void keepsWhereTheCheckpointWasSent() {
        const ClusterRun run;
        run.markSubmitted();
        auto tracker = RunTracker::open(run.folder);
        const RunId id = run.record().id;
        tracker->snapshot().job = JobView{};
        QVERIFY(tracker->append({id, 1, 0, 1, now(), CheckpointEvent{3, "checkpoints/a"}}));
        QVERIFY(*tracker->update(false));
        QVERIFY(!run.record().remote.contains(kRemoteCheckpoint));
        QVERIFY(tracker->append(
            {id, 1, 0, 2, now(), CheckpointEvent{3, "checkpoints/a", {}, 0, "r/a@sha256:1"}}));
        QVERIFY(*tracker->update(false));
        QCOMPARE(run.record().remote[kRemoteCheckpoint], std::string("r/a@sha256:1"));
        QVERIFY(!*tracker->update(false));
    }
    void tellsNoEndWhileLogsAreRead() {
        const ClusterRun run;
        run.markSubmitted();
        auto tracker = RunTracker::open(run.folder);
        tracker->snapshot().job = jobWith({{"Complete", true, "", ""}});
        QVERIFY(tracker->isOver());
        QVERIFY(*tracker->update(true));
        QCOMPARE(run.record().status.state, RunState::Finishing);
        QVERIFY(!run.record().ended);
        QVERIFY(*tracker->update(false));
        QCOMPARE(run.record().status.state, RunState::Succeeded);
        QVERIFY(run.record().ended);
    }
    void aDeletedJobIsLostOrCancelled() {
        const ClusterRun lost;
        lost.markSubmitted();
        QVERIFY(*RunTracker::open(lost.folder)->update(false));
        QCOMPARE(lost.record().status.state, RunState::Lost);
        const ClusterRun run;
        run.markSubmitted();
        auto tracker = RunTracker::open(run.folder);
        QVERIFY(run.folder.update([](RunRecord& r) { r.isCancelRequested = true; }));
        QVERIFY(*tracker->update(false));
        QCOMPARE(run.record().status.state, RunState::Cancelled);
    }
    void tellsTheQueuesReasonByTheRules() {
        const ClusterRun run;
        run.markSubmitted("research");
        auto tracker = RunTracker::open(run.folder);
        tracker->snapshot().job = JobView{};
        tracker->snapshot().job->isSuspended = true;
        tracker->snapshot().workload = WorkloadView{};
        tracker->snapshot().workload->conditions = {
            {"QuotaReserved", false, "Pending",
             "couldn't assign flavors to pod set main: insufficient unused quota for nvidia.com/gpu in flavor h100, 2 more needed"}};
        tracker->snapshot().position = 2;
        QVERIFY(*tracker->update(false));
        const RunStatus status = run.record().status;
        QCOMPARE(status.state, RunState::Queued);
        QCOMPARE(
            status.reason,
            std::string(
                "position 2: The quota of the queue is in use: 2 more of nvidia.com/gpu must become free (flavor h100)."));
        // Words that no rule knows are told as they are.
        tracker->snapshot().workload->conditions[0].message = "words of a newer queue";
        QVERIFY(*tracker->update(false));
        QCOMPARE(run.record().status.reason, std::string("position 2: words of a newer queue"));
    }
};
QTEST_APPLESS_MAIN(tst_RunTracker)
#include "tst_runtracker.moc"
