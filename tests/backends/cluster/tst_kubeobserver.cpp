// SPDX-License-Identifier: Apache-2.0
// What an observer makes of a cluster's objects, looked at once or followed.
#include "backends/platform/stoppablewait.h"
#include "clusterrun.h"
#include "fakeapi.h"

#include <QTest>

using namespace slipway;
using namespace slipway::kube;
using Json = nlohmann::json;

namespace {

// By then a follower has seen all that it will.
constexpr int kManyRequests = 20000;

// Waits are short, that its threads come to speak.
Pacing shortPacing() {
    return {[](std::chrono::milliseconds, std::stop_token stop) {
                return waitUnlessStopped(std::chrono::milliseconds(1), std::move(stop));
            },
            [] { return 1.0; }};
}

}  // namespace

class tst_KubeObserver : public QObject {
    Q_OBJECT

    FakeApi m_api;
    std::shared_ptr<Observer> m_observer;

    static TargetInfo research() {
        return {TargetId("x/team-a/research"), "", "kubernetes", "x", "team-a", "research", ""};
    }
    std::string pathOfJob(const ClusterRun& run) const {
        return resourcePath("batch/v1", "team-a", "jobs", run.name());
    }
    void addJob(const ClusterRun& run) {
        m_api.objects[pathOfJob(run)] = {{"metadata", {{"name", run.name()}, {"uid", "uid-1"}}},
                                         {"spec", {{"suspend", true}}}};
    }
    // Of Kueue, as it serves them in that version.
    void addWorkload(const std::string& version) {
        m_api.objects[resourcePath("kueue.x-k8s.io/" + version, "team-a", "workloads", "job-mlp-1")] =
            Json::parse(
                R"({"metadata": {"name": "job-mlp-1"}, "spec": {"active": true, "queueName": "research"},
                "status": {"conditions": [{"type": "QuotaReserved", "status": "False", "reason": "Pending",
                                           "message": "no quota is left"}]}})");
        m_api.objects[resourcePath("kueue.x-k8s.io/" + version, "team-a", "localqueues", "research")] =
            Json::parse(R"({"metadata": {"name": "research"}, "spec": {"clusterQueue": "cq"}})");
    }
    void addPosition(const std::string& version) {
        m_api.objects[resourcePath("visibility.kueue.x-k8s.io/" + version, "team-a", "localqueues",
                                   "research") +
                      "/pendingworkloads"] =
            Json::parse(R"({"items": [{"metadata": {"name": "job-mlp-1"}, "positionInClusterQueue": 2}]})");
    }

private Q_SLOTS:
    void init() {
        m_api = FakeApi();
        const auto http = std::make_shared<FakeHttp>([this](const HttpRequest& r) { return m_api(r); });
        m_observer =
            makeKubeObserver(research(), std::make_shared<ApiClient>(http, tokenAccess(), shortPacing()));
    }

    void tellsWhyTheQueueHoldsIt_data() {
        QTest::addColumn<QStringList>("versions");
        QTest::addColumn<bool>("isFollowed");
        const QString old = QStringLiteral("v1beta1");
        const QString now = QStringLiteral("v1beta2");
        for (const bool isFollowed : {false, true}) {
            const char* how = isFollowed ? "followed" : "looked at";
            QTest::addRow("v1beta2, %s", how) << QStringList{now} << isFollowed;
            QTest::addRow("v1beta1, %s", how) << QStringList{old} << isFollowed;
            QTest::addRow("both, %s", how) << QStringList{old, now} << isFollowed;
        }
    }
    void tellsWhyTheQueueHoldsIt() {
        QFETCH(QStringList, versions);
        QFETCH(bool, isFollowed);
        const ClusterRun run;
        run.markSubmitted("research");
        addJob(run);
        for (const QString& version : versions) {
            addWorkload(version.toStdString());
            addPosition(version.toStdString());
        }
        RunStatus status;
        if (isFollowed) {
            std::stop_source stop;
            std::atomic<int> requests = 0;
            m_api.fault = [&](const HttpRequest&) {
                if (++requests > kManyRequests) stop.request_stop();
                return FakeApi::Fault{};
            };
            const auto changed = [&](const RunRecord& record) {
                status = record.status;
                if (status.reason.find("no quota is left") != std::string::npos &&
                    status.reason.find("position 3") != std::string::npos)
                    stop.request_stop();
            };
            QCOMPARE(m_observer->follow(run.folder, changed, stop.get_token()).error().code,
                     ErrorCode::Cancelled);
        } else {
            const auto record = m_observer->refresh(run.folder, {});
            QVERIFY2(record, record ? "" : describe(record.error()).c_str());
            status = record->status;
        }
        QCOMPARE(status.state, RunState::Queued);
        QVERIFY2(status.reason.find("no quota is left") != std::string::npos, status.reason.c_str());
        QVERIFY2(status.reason.find("position 3") != std::string::npos, status.reason.c_str());
    }
    void aJobDeletedWhileNobodyListensIsLost() {
        const ClusterRun run;
        run.markSubmitted();
        addJob(run);
        std::stop_source stop;
        std::atomic<int> requests = 0;
        std::atomic<bool> isGone = false;
        m_api.fault = [&](const HttpRequest& r) {
            FakeApi::Fault fault;
            if (++requests > kManyRequests) stop.request_stop();
            if (r.url.find("watch=1") != std::string::npos)
                fault.instead =
                    Result<HttpResponse>(Error{ErrorCode::Unavailable, "the connection was cut", "", ""});
            else if (isGone && pathOf(r).ends_with("/jobs"))
                fault.instead =
                    Result<HttpResponse>(answer(200, R"({"metadata":{"resourceVersion":"9"},"items":[]})"));
            return fault;
        };
        const auto ended = m_observer->follow(
            run.folder, [&](const RunRecord&) { isGone = true; }, stop.get_token());
        QVERIFY2(ended, ended ? "" : describe(ended.error()).c_str());
        QCOMPARE(ended->status, (RunStatus{RunState::Lost, "the job was deleted in the cluster"}));
    }
};
QTEST_APPLESS_MAIN(tst_KubeObserver)
#include "tst_kubeobserver.moc"
