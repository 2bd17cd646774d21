// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/facts.h"

#include <QTest>

using namespace slipway;
using namespace slipway::kube;

class tst_Facts : public QObject {
    Q_OBJECT

    static ClusterSnapshot snapshot(Conditions conditions = {}) {
        ClusterSnapshot s;
        s.job = JobView{};
        s.job->conditions = std::move(conditions);
        return s;
    }
    static PodView pod(int index, std::optional<PodView::Terminated> end = {}) {
        PodView p;
        p.index = index;
        p.phase = end ? (end->exitCode == 0 ? "Succeeded" : "Failed") : "Pending";
        p.terminated = std::move(end);
        return p;
    }
    static ClusterSnapshot queued(Conditions conditions) {
        ClusterSnapshot s = snapshot();
        s.hasKueue = true;
        s.workload = WorkloadView{};
        s.workload->conditions = std::move(conditions);
        return s;
    }

private Q_SLOTS:
    void aMissingJobIsNotFound() { QVERIFY(!clusterFacts({}).isFound); }
    void readsTheEnds() {
        QVERIFY(clusterFacts(snapshot({{"Complete", true, "", ""}})).isComplete);
        QVERIFY(!clusterFacts(snapshot({{"Complete", false, "", ""}})).isComplete);
        QVERIFY(clusterFacts(snapshot({{"SuccessCriteriaMet", true, "", ""}})).isFinishing);
        const ClusterFacts failed = clusterFacts(snapshot(
            {{"FailureTarget", true, "", ""},
             {"Failed", true, "DeadlineExceeded", "Job was active longer than specified deadline"}}));
        QVERIFY(failed.isFailed && !failed.isFinishing);
        QCOMPARE(failed.reason,
                 std::string("DeadlineExceeded: Job was active longer than specified deadline"));
    }
    void blamesTheRankThatWasNotKilled() {
        ClusterSnapshot s = snapshot({{"Failed", true, "BackoffLimitExceeded", "m"}});
        s.pods = {pod(0, PodView::Terminated{143, "Error", ""}), pod(1, PodView::Terminated{3, "Error", ""})};
        QCOMPARE(clusterFacts(s).reason, std::string("rank 1 ended with exit code 3"));
    }
    void tellsEndsInWords() {
        QCOMPARE(endInWords(pod(0, PodView::Terminated{0, "Completed", ""})), std::string());
        QCOMPARE(endInWords(pod(2, PodView::Terminated{137, "OOMKilled", ""})),
                 std::string("rank 2 ran out of memory (exit code 137, OOMKilled)"));
        QCOMPARE(endInWords(pod(0, PodView::Terminated{139, "Error", ""})),
                 std::string("rank 0 ended with exit code 139, signal 11"));
        QCOMPARE(endInWords(pod(0, PodView::Terminated{128, "StartError", "no such file"})),
                 std::string("rank 0 ended with exit code 128 (StartError): no such file"));
        PodView evicted = pod(0);
        evicted.phase = "Failed";
        evicted.conditions = {{"DisruptionTarget", true, "EvictionByEvictionAPI", "Eviction API: evicting"}};
        QCOMPARE(endInWords(evicted), std::string("rank 0 was evicted: Eviction API: evicting"));
    }
    void countsPodsAndTellsWhyTheyWait() {
        ClusterSnapshot s = snapshot();
        PodView running = pod(0);
        running.isRunning = true;
        PodView blocked = pod(1);
        blocked.conditions = {
            {"PodScheduled", false, "Unschedulable", "0/1 nodes are available: 1 Insufficient cpu."}};
        s.pods = {running, blocked};
        const ClusterFacts facts = clusterFacts(s);
        QCOMPARE(facts.podsRunning, 1);
        QCOMPARE(facts.podsPending, 1);
        QVERIFY(facts.isUnschedulable);
        QCOMPARE(facts.reason, std::string("Unschedulable: 0/1 nodes are available: 1 Insufficient cpu."));
        PodView pulling = pod(0);
        pulling.waitingReason = "ContainerCreating";
        s.pods = {pulling};
        QVERIFY(clusterFacts(s).reason.empty());
        s.pods[0].waitingReason = "ErrImagePull";
        s.pods[0].waitingMessage = "not found";
        QCOMPARE(clusterFacts(s).reason, std::string("ErrImagePull: not found"));
    }
    void looksAtWarningsWhenNothingElseTells() {
        ClusterSnapshot s = snapshot();
        EventView old{"Warning", "FailedCreate", "older", "Job", "j", Timestamp{std::chrono::seconds(1)}};
        EventView fresh{"Warning", "FailedCreate", "newer", "Job", "j", Timestamp{std::chrono::seconds(9)}};
        EventView harmless{"Warning",
                           "FailedCreate",
                           "admission webhook \"mpod.kb.io\" denied the request: Job.batch \"x\" not found",
                           "Job",
                           "j",
                           Timestamp{std::chrono::seconds(20)}};
        s.events = {
            fresh,
            old,
            harmless,
            {"Normal", "FailedCreate", "no warning", "Job", "j", Timestamp{std::chrono::seconds(30)}}};
        QCOMPARE(clusterFacts(s).reason, std::string("FailedCreate: newer"));
    }

    void aJobInNoQueueHasNoQueueFacts() { QVERIFY(!queueFacts(snapshot())); }
    void tellsTheQueuesReason() {
        ClusterSnapshot s = queued({{"QuotaReserved", false, "Pending",
                                     "couldn't assign flavors to pod set main: insufficient unused quota"}});
        s.position = 3;
        const auto waiting = queueFacts(s);
        QCOMPARE(waiting->reason,
                 std::string("couldn't assign flavors to pod set main: insufficient unused quota"));
        QCOMPARE(waiting->position, std::optional(3));
        QVERIFY(!waiting->isQuotaReserved);
        QCOMPARE(queueFacts(queued({}))->reason, std::string("the queue has not looked at it yet"));
        ClusterSnapshot unseen = snapshot();
        unseen.hasKueue = true;
        QCOMPARE(queueFacts(unseen)->reason, std::string("the queue has not seen it yet"));
    }
    void tellsAdmissionAndChecks() {
        ClusterSnapshot s = queued({{"QuotaReserved", true, "", ""}});
        s.workload->checks = {{"prov", false, "Pending", "no capacity"}};
        const auto reserved = queueFacts(s);
        QVERIFY(reserved->isQuotaReserved && !reserved->isAdmitted);
        QCOMPARE(reserved->reason, std::string("waiting for the admission check prov: no capacity"));
        QVERIFY(
            queueFacts(queued({{"QuotaReserved", true, "", ""}, {"Admitted", true, "", ""}}))->isAdmitted);
    }
    void anEvictionLastsUntilTheNextAdmission() {
        const Condition evicted{"Evicted", true, "Preempted", "Preempted to accommodate a workload"};
        const auto out = queueFacts(
            queued({evicted, {"QuotaReserved", false, "Pending", "Preempted to accommodate a workload"}}));
        QVERIFY(out->isEvicted);
        QCOMPARE(out->reason, evicted.message);
        QVERIFY(!queueFacts(queued({evicted, {"QuotaReserved", true, "", ""}}))->isEvicted);
    }
};
QTEST_APPLESS_MAIN(tst_Facts)
#include "tst_facts.moc"
