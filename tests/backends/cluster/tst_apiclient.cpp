// SPDX-License-Identifier: Apache-2.0
#include "fakeapi.h"

#include <QTest>

using namespace slipway;
using namespace slipway::kube;
using namespace std::chrono_literals;
using Json = nlohmann::json;

class tst_ApiClient : public QObject {
    Q_OBJECT

    // Answers in order; the last one again and again.
    struct Script {
        std::vector<HttpResponse> answers;
        std::size_t next = 0;
        Result<HttpResponse> operator()(const HttpRequest&) {
            return answers[std::min(next++, answers.size() - 1)];
        }
    };
    std::shared_ptr<FakeHttp> m_http;
    std::vector<std::chrono::milliseconds> m_waits;

    ApiClient client(std::vector<HttpResponse> answers, std::shared_ptr<Access> access = tokenAccess()) {
        m_waits.clear();
        m_http = std::make_shared<FakeHttp>(Script{std::move(answers)});
        return ApiClient(m_http, std::move(access), instantPacing(&m_waits));
    }
    static bool hasHeader(const HttpRequest& request, const std::string& name, const std::string& value) {
        return std::find(request.headers.begin(), request.headers.end(), std::pair(name, value)) !=
               request.headers.end();
    }

private Q_SLOTS:
    void buildsPaths() {
        QCOMPARE(resourcePath("batch/v1", "team-a", "jobs", "x"),
                 std::string("/apis/batch/v1/namespaces/team-a/jobs/x"));
        QCOMPARE(resourcePath("v1", "team-a", "pods"), std::string("/api/v1/namespaces/team-a/pods"));
        QCOMPARE(resourcePath("kueue.x-k8s.io/v1beta2", "", "clusterqueues", "q"),
                 std::string("/apis/kueue.x-k8s.io/v1beta2/clusterqueues/q"));
    }
    void sendsTheBodyAndCollectsWarnings() {
        ApiClient api = client({answer(
            201, "{}",
            {{"warning", "299 - \"unknown field \\\"spec.bogus\\\"\""}, {"warning", "299 - \"second\""}})});
        const auto result = api.ask({.method = "POST", .path = "/p?x=1", .body = "{\"a\":1}"}, "make it", {});
        QVERIFY(result);
        QCOMPARE(result->warnings, (std::vector<std::string>{"unknown field \"spec.bogus\"", "second"}));
        const HttpRequest request = m_http->requests().front();
        QCOMPARE(request.url, std::string("https://fake/p?x=1"));
        QCOMPARE(request.identity.bearerToken, std::string("secret-1"));
        QVERIFY(hasHeader(request, "Content-Type", "application/json"));
    }
    void tellsTheServersWords() {
        ApiClient api =
            client({refusal(403, "Forbidden", "jobs.batch is forbidden: User \"bob\" cannot create")});
        const auto result = api.ask({.method = "POST", .path = "/p"}, "create job x", {});
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::PermissionDenied);
        QVERIFY(result.error().detail.find("bob") != std::string::npos);
        QVERIFY(describe(result.error()).find("secret-1") == std::string::npos);
    }
    void waitsAsLongAsTheServerAsks() {
        ApiClient api = client({answer(429, "busy", {{"retry-after", "3"}}),
                                answer(503, "", {{"retry-after", "900"}}), answer(200, "{}")});
        QVERIFY(api.ask({.path = "/p"}, "read", {}));
        QCOMPARE(m_waits, (std::vector<std::chrono::milliseconds>{3s, 30s}));
    }
    void givesUpAtTheTenthTry() {
        ApiClient api = client({answer(429, "Too many requests, please try again later.")});
        const auto result = api.ask({.path = "/p"}, "read", {});
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Unavailable);
        QCOMPARE(m_http->requests().size(), std::size_t{10});
    }
    void neverRepeatsAPostThatMayHaveBeenDone() {
        ApiClient api = client({answer(503, "", {{"retry-after", "1"}}), answer(200, "{}")});
        QVERIFY(!api.ask({.method = "POST", .path = "/p"}, "make it", {}));
        QCOMPARE(m_http->requests().size(), std::size_t{1});
        ApiClient busy = client({answer(429, "", {{"retry-after", "1"}}), answer(201, "{}")});
        QVERIFY(busy.ask({.method = "POST", .path = "/p"}, "make it", {}));
    }
    void doesNotRepeatARefusedEviction() {
        ApiClient api = client({refusal(429, "TooManyRequests", "x: DisruptionBudget"), answer(200, "{}")});
        QVERIFY(!api.ask({.method = "POST", .path = "/p"}, "evict", {}));
    }
    void signsInAnewOnce() {
        int runs = 0;
        const auto config = parseKubeconfig(
            "clusters: [{name: c, cluster: {server: 'https://fake'}}]\nusers: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: "
            "Never}}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n",
            "/k");
        const auto access =
            Access::open(*config, "x", [&](const PluginCall&, std::stop_token) -> Result<PluginAnswer> {
                return PluginAnswer{.out = execCredential("t" + std::to_string(++runs))};
            });
        ApiClient api = client({answer(401, ""), answer(200, "{}"), answer(401, "")}, *access);
        QVERIFY(api.ask({.path = "/p"}, "read", {}));
        QCOMPARE(m_http->requests().at(1).identity.bearerToken, std::string("t2"));
        const auto refused = api.ask({.path = "/p"}, "read", {});
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::PermissionDenied);
        QCOMPARE(m_http->requests().size(), std::size_t{4});
        QCOMPARE(runs, 3);
    }

    void listsPageByPage() {
        ApiClient api =
            client({answer(200, R"({"metadata":{"resourceVersion":"5","continue":"a b"},"items":[{"n":1}]})"),
                    answer(200, R"({"metadata":{"resourceVersion":"5","continue":""},"items":[{"n":2}]})")});
        const auto list = api.list("/p", "labelSelector=x", "list", {});
        QVERIFY(list);
        QCOMPARE(list->items, (std::vector<std::string>{"{\"n\":1}", "{\"n\":2}"}));
        QCOMPARE(list->resourceVersion, std::string("5"));
        QCOMPARE(m_http->requests().at(1).url,
                 std::string("https://fake/p?labelSelector=x&limit=500&continue=a%20b"));
    }
    void beginsAnExpiredListAgain() {
        ApiClient api =
            client({answer(200, R"({"metadata":{"resourceVersion":"5","continue":"t"},"items":[{"n":1}]})"),
                    refusal(410, "Expired", "too old"),
                    answer(200, R"({"metadata":{"resourceVersion":"9"},"items":[{"n":3}]})")});
        const auto list = api.list("/p", "", "list", {});
        QVERIFY(list);
        QCOMPARE(list->items, std::vector<std::string>{"{\"n\":3}"});
    }

    void followsAWatchOverCutsAndExpiry() {
        // A list, a watch that ends, one that goes on from the bookmark, an expired version, a new list, a refusal.
        std::vector<HttpResponse> answers{
            answer(200, R"({"metadata":{"resourceVersion":"5"},"items":[{"metadata":{"name":"a"}}]})"),
            answer(
                200,
                "{\"type\":\"MODIFIED\",\"object\":{\"metadata\":{\"name\":\"a\",\"resourceVersion\":\"6\"}}}\n{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"8\"}}}\n"),
            answer(
                200,
                "{\"type\":\"ERROR\",\"object\":{\"code\":410,\"message\":\"too old resource version: 8 (20)\"}}\n"),
            answer(200, R"({"metadata":{"resourceVersion":"20"},"items":[]})"),
            answer(410, ""),
            answer(200, R"({"metadata":{"resourceVersion":"30"},"items":[]})"),
            answer(500, "oops"),
            answer(200, R"({"metadata":{"resourceVersion":"40"},"items":[]})"),
            answer(200, "garbage\n"),
            refusal(403, "Forbidden", "no longer")};
        ApiClient api = client(answers);
        int lists = 0;
        int cuts = 0;
        std::vector<std::string> changed;
        const ListWatchSink sink{[&](const std::vector<std::string>&) { ++lists; },
                                 [&](const WatchEvent& event) { changed.push_back(event.name); },
                                 [&](const Error&) { ++cuts; }};
        const auto ended = api.listWatch("/p", "f=1", "watch it", sink, {});
        QVERIFY(!ended);
        QCOMPARE(ended.error().code, ErrorCode::PermissionDenied);
        QCOMPARE(lists, 4);
        QCOMPARE(changed, std::vector<std::string>{"a"});
        QCOMPARE(cuts, 2);
        const auto requests = m_http->requests();
        QVERIFY(requests.at(1).url.ends_with("&resourceVersion=5"));
        QVERIFY(requests.at(2).url.ends_with("&resourceVersion=8"));
        QVERIFY(requests.at(1).url.find("allowWatchBookmarks=true") != std::string::npos);
        QVERIFY(requests.at(4).url.ends_with("&resourceVersion=20"));
    }
    void aStopEndsAWatch() {
        std::stop_source stop;
        ApiClient api = client({answer(200, R"({"metadata":{"resourceVersion":"5"},"items":[]})")});
        const ListWatchSink sink{[&](const std::vector<std::string>&) { stop.request_stop(); },
                                 [](const WatchEvent&) {}, [](const Error&) {}};
        const auto ended = api.listWatch("/p", "", "watch it", sink, stop.get_token());
        QVERIFY(!ended);
        QCOMPARE(ended.error().code, ErrorCode::Cancelled);
    }

    void asksOnceWhatAVersionOffers() {
        ApiClient api =
            client({answer(200, R"({"resources":[{"name":"jobs"},{"name":"jobs/status"}]})"),
                    answer(200, R"({"resources":[{"name":"pods"}]})"), answer(404, ""), answer(403, "")});
        QVERIFY(*api.hasResource("batch/v1", "jobs", {}));
        QVERIFY(!*api.hasResource("batch/v1", "cronjobs", {}));
        QVERIFY(*api.hasResource("v1", "pods", {}));
        QVERIFY(!*api.hasResource("kueue.x-k8s.io/v1beta2", "localqueues", {}));
        QVERIFY(!*api.hasResource("kueue.x-k8s.io/v1beta1", "localqueues", {}));
        QVERIFY(*api.hasResource("batch/v1", "jobs", {}));
        QCOMPARE(m_http->requests().size(), std::size_t{4});
        QCOMPARE(m_http->requests().at(0).url, std::string("https://fake/apis/batch/v1"));
        QCOMPARE(m_http->requests().at(1).url, std::string("https://fake/api/v1"));
    }
    void anAnswerThatSaysNothingOfAVersionIsAskedForAgain() {
        ApiClient api = client({refusal(500, "InternalError", "no"), answer(200, "garbage"),
                                answer(200, R"({"resources":[{"name":"jobs"}]})")});
        QCOMPARE(api.hasResource("batch/v1", "jobs", {}).error().detail, std::string("no"));
        QCOMPARE(api.hasResource("batch/v1", "jobs", {}).error().code, ErrorCode::Corrupt);
        QVERIFY(*api.hasResource("batch/v1", "jobs", {}));
    }
};
QTEST_APPLESS_MAIN(tst_ApiClient)
#include "tst_apiclient.moc"
