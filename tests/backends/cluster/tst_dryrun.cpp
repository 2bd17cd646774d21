// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/dryrun.h"

#include "fakeapi.h"

#include <QTest>

using namespace slipway;
using namespace slipway::kube;
using Json = nlohmann::json;

class tst_DryRun : public QObject {
    Q_OBJECT

    static JobSpec job(std::int64_t cores = 1) {
        JobSpec j;
        j.name = "mlp";
        j.work = ProgramSpec{.command = {"true"}, .image = "python:3"};
        j.resources.cpu = MilliCpu{cores * 1000};
        return j;
    }
    static TargetInfo target(const std::string& queue) {
        return {TargetId("x/team-a/" + queue), "", "kubernetes", "x", "team-a", queue, ""};
    }
    static std::string clusterQueue(const char* reserved, const char* cohort = "",
                                    const char* cohortField = "cohortName") {
        return Json{
            {"spec",
             {{cohortField, cohort},
              {"resourceGroups",
               {{{"flavors",
                  {{{"resources",
                     {{{"name", "cpu"}, {"nominalQuota", "8"}},
                      {{"name", "memory"}, {"nominalQuota", "16Gi"}}}}}}}}}}}},
            {"status", {{"flavorsReservation", {{{"resources", {{{"name", "cpu"}, {"total", reserved}}}}}}}}}}
            .dump();
    }
    static QueueView queue(int pending = 0) {
        QueueView q;
        q.pending = pending;
        q.conditions = {{"Active", true, "Ready", ""}};
        return q;
    }

private Q_SLOTS:
    void judgesRefusals() {
        const auto quota = [](const char* words) {
            return *refusalVerdict({ErrorCode::QuotaExceeded, "", words, ""});
        };
        QCOMPARE(
            quota(
                "exceeded quota: gpu, requested: requests.nvidia.com/gpu=4, used: requests.nvidia.com/gpu=6, limited: requests.nvidia.com/gpu=8"),
            Verdict::After);
        QCOMPARE(
            quota(
                "exceeded quota: gpu, requested: requests.cpu=1,requests.nvidia.com/gpu=9, used: requests.cpu=2,requests.nvidia.com/gpu=0, limited: requests.cpu=2,requests.nvidia.com/gpu=8"),
            Verdict::Never);
        QCOMPARE(quota("maximum memory usage per Container is 128Mi, but limit is 1Gi"), Verdict::Never);
        QCOMPARE(*refusalVerdict({ErrorCode::PermissionDenied, "", "", ""}), Verdict::Never);
        QVERIFY(!refusalVerdict({ErrorCode::Unavailable, "", "", ""}));
        QVERIFY(!refusalVerdict({ErrorCode::Cancelled, "", "", ""}));
    }
    void judgesByTheAmountsWhenTheyCanBeRead() {
        QCOMPARE(queueVerdict(queue(), clusterQueue("2"), job(6)).verdict, Verdict::Now);
        const TargetVerdict after = queueVerdict(queue(), clusterQueue("2"), job(7));
        QCOMPARE(after.verdict, Verdict::After);
        QCOMPARE(after.reason, std::string("it needs 7 cpu, of which 6 are free now"));
        const TargetVerdict never = queueVerdict(queue(5), clusterQueue("0"), job(9));
        QCOMPARE(never.verdict, Verdict::Never);
        QCOMPARE(never.reason, std::string("it needs 9 cpu, the queue has 8 at most"));
        // In a cohort without a borrowing limit more may be had.
        QCOMPARE(queueVerdict(queue(), clusterQueue("0", "lab"), job(9)).verdict, Verdict::After);
        QCOMPARE(queueVerdict(queue(), clusterQueue("0", "lab", "cohort"), job(9)).verdict, Verdict::After);
        JobSpec gpu = job();
        gpu.resources.gpus = 1;
        QCOMPARE(queueVerdict(queue(), clusterQueue("0"), gpu).reason,
                 std::string("the queue has no nvidia.com/gpu"));
    }
    void judgesByTheQueueAlone() {
        QCOMPARE(queueVerdict(queue(2), "", job()).verdict, Verdict::After);
        QCOMPARE(queueVerdict(queue(0), "", job()).verdict, Verdict::Unknown);
        QueueView broken = queue();
        broken.conditions = {
            {"Active", false, "ClusterQueueDoesNotExist", "Can't submit new workloads to clusterQueue"}};
        QCOMPARE(queueVerdict(broken, "", job()).verdict, Verdict::Never);
        broken.conditions[0].reason = "Stopped";
        QCOMPARE(queueVerdict(broken, "", job()).verdict, Verdict::Unknown);
    }
    void sendsJobAndPodAndCreatesNothing_data() {
        QTest::addColumn<QByteArray>("version");
        QTest::newRow("v1beta2") << QByteArray("v1beta2");
        QTest::newRow("v1beta1") << QByteArray("v1beta1");
    }
    void sendsJobAndPodAndCreatesNothing() {
        QFETCH(QByteArray, version);
        auto api = std::make_shared<FakeApi>();
        auto http = std::make_shared<FakeHttp>([api](const HttpRequest& request) { return (*api)(request); });
        ApiClient client(http, tokenAccess(), instantPacing());
        api->objects["/apis/kueue.x-k8s.io/" + version.toStdString() +
                     "/namespaces/team-a/localqueues/research"] =
            Json::parse(
                R"({"metadata":{"name":"research","uid":"q"},"spec":{"clusterQueue":"cq"},"status":{"pendingWorkloads":1}})");
        const auto verdict = dryRunJob(client, target("research"), job(), {});
        QVERIFY(verdict);
        QCOMPARE(verdict->verdict, Verdict::After);
        QCOMPARE(verdict->target.str(), std::string("x/team-a/research"));
        QCOMPARE(api->created, 0);
        int posts = 0;
        for (const HttpRequest& request : http->requests()) {
            if (request.method != "POST") continue;
            ++posts;
            QVERIFY(request.url.find("dryRun=All") != std::string::npos);
            QVERIFY(request.url.find("fieldValidation=Strict") != std::string::npos);
        }
        QCOMPARE(posts, 2);
    }
    void namesTheNearestQueue_data() {
        QTest::addColumn<QByteArray>("version");
        QTest::newRow("v1beta2") << QByteArray("v1beta2");
        QTest::newRow("v1beta1") << QByteArray("v1beta1");
    }
    void namesTheNearestQueue() {
        QFETCH(QByteArray, version);
        auto api = std::make_shared<FakeApi>();
        ApiClient client(
            std::make_shared<FakeHttp>([api](const HttpRequest& request) { return (*api)(request); }),
            tokenAccess(), instantPacing());
        api->objects["/apis/kueue.x-k8s.io/" + version.toStdString() +
                     "/namespaces/team-a/localqueues/research"] =
            Json::parse(R"({"metadata":{"name":"research","uid":"q"}})");
        const auto verdict = dryRunJob(client, target("reserch"), job(), {});
        QVERIFY(verdict);
        QCOMPARE(verdict->verdict, Verdict::Never);
        QCOMPARE(verdict->reason, std::string("there is no queue reserch in team-a; did you mean research?"));
    }
    void tellsTheServersRefusal() {
        auto api = std::make_shared<FakeApi>();
        api->fault = [](const HttpRequest& request) {
            return pathOf(request).ends_with("/pods")
                       ? FakeApi::Fault{Result<HttpResponse>(
                             refusal(403, "Forbidden", "pods \"x\" is forbidden: violates PodSecurity"))}
                       : FakeApi::Fault{};
        };
        ApiClient client(
            std::make_shared<FakeHttp>([api](const HttpRequest& request) { return (*api)(request); }),
            tokenAccess(), instantPacing());
        const auto verdict = dryRunJob(client, target(""), job(), {});
        QVERIFY(verdict);
        QCOMPARE(verdict->verdict, Verdict::Never);
        QCOMPARE(verdict->reason, std::string("pods \"x\" is forbidden: violates PodSecurity"));
    }
    // A pod would wait for them without end.
    void missesWhatTheNamespaceDoesNotHave() {
        auto api = std::make_shared<FakeApi>();
        auto http = std::make_shared<FakeHttp>([api](const HttpRequest& request) { return (*api)(request); });
        ApiClient client(http, tokenAccess(), instantPacing());
        JobSpec needy = job();
        needy.inputs = {{"images", "pvc://data/images"}};
        needy.env = {{"TOKEN", "", "hub", "token"}};
        const auto reason = [&] {
            const auto verdict = dryRunJob(client, target(""), needy, {});
            return verdict && verdict->verdict == Verdict::Never ? verdict->reason : std::string();
        };
        QCOMPARE(reason(),
                 std::string("there is no volume claim data in team-a, which the input `images` is on"));
        api->objects["/api/v1/namespaces/team-a/persistentvolumeclaims/data"] = Json::object();
        QCOMPARE(reason(),
                 std::string("there is no secret hub in team-a, which the variable TOKEN comes from"));
        for (const HttpRequest& request : http->requests()) {
            if (!pathOf(request).ends_with("/secrets/hub")) continue;
            const auto accept = std::ranges::find(request.headers, "accept", [](const auto& header) {
                return QString::fromStdString(header.first).toLower().toStdString();
            });
            QVERIFY(accept != request.headers.end());
            QVERIFY(accept->second.find("PartialObjectMetadata") != std::string::npos);
        }
        api->fault = [](const HttpRequest& request) {
            return pathOf(request).ends_with("/secrets/hub")
                       ? FakeApi::Fault{Result<HttpResponse>(refusal(403, "Forbidden", "no"))}
                       : FakeApi::Fault{};
        };
        QCOMPARE(reason(), std::string());
        needy.inputs = {{"images", "gs://bucket/images"}};
        QCOMPARE(reason(), std::string("the input `images` (gs://bucket/images) cannot be read by a run"));
    }
    void anUnreachableServerIsAnError() {
        ApiClient client(std::make_shared<FakeHttp>([](const HttpRequest&) {
                             return Result<HttpResponse>(Error{ErrorCode::Unavailable, "refused", "", ""});
                         }),
                         tokenAccess(), instantPacing());
        const auto verdict = dryRunJob(client, target(""), job(), {});
        QVERIFY(!verdict);
        QCOMPARE(verdict.error().code, ErrorCode::Unavailable);
    }
};
QTEST_APPLESS_MAIN(tst_DryRun)
#include "tst_dryrun.moc"
