// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/objects.h"

#include <QTest>

using namespace slipway;
using namespace slipway::kube;

class tst_Objects : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsAJob() {
        const auto job = parseJob(
            R"({"metadata":{"name":"j","uid":"u","annotations":{"a":"b"},"deletionTimestamp":"2026-09-01T10:00:00Z"},"spec":{"suspend":true},
            "status":{"conditions":[{"type":"Suspended","status":"False","reason":"JobResumed"},{"type":"Failed","status":"True","reason":"BackoffLimitExceeded","message":"m"}]}})");
        QVERIFY(job);
        QVERIFY(job->isSuspended && job->isDeleting);
        QCOMPARE(job->annotations.at("a"), std::string("b"));
        QVERIFY(findCondition(job->conditions, "Suspended"));
        QVERIFY(!trueCondition(job->conditions, "Suspended"));
        QCOMPARE(trueCondition(job->conditions, "Failed")->message, std::string("m"));
    }
    void readsAPod() {
        const auto pod = parsePod(
            R"({"metadata":{"name":"j-1-x","uid":"u","creationTimestamp":"2026-09-01T10:00:00Z","annotations":{"batch.kubernetes.io/job-completion-index":"1"}},
            "spec":{"nodeName":"n"},"status":{"phase":"Running","containerStatuses":[{"name":"other","state":{"waiting":{"reason":"x"}}},{"name":"main","state":{"running":{}}}]}})");
        QVERIFY(pod);
        QCOMPARE(pod->index, 1);
        QVERIFY(pod->isRunning && !pod->hasEnded());
        QVERIFY(pod->waitingReason.empty());
        const auto ended = parsePod(
            R"({"metadata":{"labels":{"batch.kubernetes.io/job-completion-index":"2"}},"status":{"phase":"Failed","containerStatuses":[{"name":"main","state":{"terminated":{"exitCode":137,"reason":"OOMKilled"}}}]}})");
        QCOMPARE(ended->index, 2);
        QCOMPARE(ended->terminated->exitCode, 137);
        QVERIFY(ended->hasEnded());
        const auto waiting = parsePod(
            R"({"status":{"phase":"Pending","containerStatuses":[{"name":"main","state":{"waiting":{"reason":"ImagePullBackOff","message":"m"}}}]}})");
        QCOMPARE(waiting->waitingReason, std::string("ImagePullBackOff"));
        QVERIFY(!waiting->hasEnded());
    }
    void readsAWorkload() {
        const auto workload = parseWorkload(
            R"({"metadata":{"name":"w"},"spec":{"active":false,"queueName":"q"},"status":{"admissionChecks":[{"name":"c","state":"Pending","message":"m"}]}})");
        QVERIFY(workload);
        QVERIFY(!workload->isActive);
        QCOMPARE(workload->checks.at(0).reason, std::string("Pending"));
        QVERIFY(parseWorkload("{}")->isActive);
    }
    void readsEventsOfBothApis() {
        const auto fresh = parseEvent(
            R"({"type":"Warning","reason":"r","note":"n","regarding":{"kind":"Pod","name":"p"},"deprecatedLastTimestamp":null,"eventTime":"2026-09-01T10:00:00.5Z"})");
        QVERIFY(fresh);
        QCOMPARE(fresh->note, std::string("n"));
        QCOMPARE(fresh->time, *parseTimestamp("2026-09-01T10:00:00.5Z"));
        const auto core = parseEvent(
            R"({"message":"m","involvedObject":{"kind":"Job","name":"j"},"lastTimestamp":"2026-09-01T10:00:00Z","metadata":{"creationTimestamp":"2026-09-01T09:00:00Z"}})");
        QCOMPARE(core->note, std::string("m"));
        QCOMPARE(core->name, std::string("j"));
        QCOMPARE(core->time, *parseTimestamp("2026-09-01T10:00:00Z"));
    }
    void readsAQueue() {
        const auto queue = parseQueue(
            R"({"metadata":{"name":"research"},"spec":{"clusterQueue":"cq"},"status":{"pendingWorkloads":2,"admittedWorkloads":1,
            "flavorsReservation":[{"name":"f","resources":[{"name":"cpu","total":"2"},{"name":"nvidia.com/gpu","total":"0"}]}]}})");
        QVERIFY(queue);
        QCOMPARE(queue->pending, 2);
        QCOMPARE(queue->reserved.size(), std::size_t{1});
        QCOMPARE(queue->reserved.front().second, std::string("2"));
    }
    void findsAPosition() {
        const std::string list =
            R"({"items":[{"metadata":{"name":"a"},"positionInClusterQueue":0},{"metadata":{"name":"b"},"positionInClusterQueue":4}]})";
        QCOMPARE(parsePosition(list, "b"), std::optional(5));
        QCOMPARE(parsePosition(list, "c"), std::optional<int>());
        QCOMPARE(parsePosition("error trying to reach service", "b"), std::optional<int>());
    }
    void refusesWhatIsNotJson() {
        QVERIFY(!parseJob("x"));
        QVERIFY(!parsePod("<html>"));
        QVERIFY(!parseWorkload(""));
        QVERIFY(!parseEvent("{"));
        QVERIFY(!parseQueue("nope"));
    }
};
QTEST_APPLESS_MAIN(tst_Objects)
#include "tst_objects.moc"
