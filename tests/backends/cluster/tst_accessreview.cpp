// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/accessreview.h"

#include "fakeapi.h"

#include <QTest>

using namespace slipway;
using namespace slipway::kube;
using Json = nlohmann::json;

class tst_AccessReview : public QObject {
    Q_OBJECT

    static Result<std::vector<std::string>> ask(const FakeHttp::Handler& handler) {
        ApiClient api(std::make_shared<FakeHttp>(handler), tokenAccess(), instantPacing());
        return missingRights(api, "team-a", {});
    }

private Q_SLOTS:
    void namesWhatIsRefused() {
        const auto missing = ask([](const HttpRequest& request) {
            const Json wanted = Json::parse(request.body)["spec"]["resourceAttributes"];
            const bool isRefused = wanted["subresource"] == "log" || wanted["verb"] == "delete";
            const bool isAsked =
                pathOf(request) == "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews" &&
                wanted["namespace"] == "team-a";
            return answer(201, Json{{"status", {{"allowed", isAsked && !isRefused}}}}.dump());
        });
        QVERIFY(missing);
        QCOMPARE(*missing, (std::vector<std::string>{"delete jobs.batch", "get pods/log"}));
    }
    void aRefusalToAnswerIsAnError() {
        const auto missing = ask([](const HttpRequest&) { return refusal(403, "Forbidden", "not you"); });
        QVERIFY(!missing);
        QCOMPARE(missing.error().code, ErrorCode::PermissionDenied);
        QVERIFY(!ask([](const HttpRequest&) { return answer(200, "<html>"); }));
    }
};

QTEST_GUILESS_MAIN(tst_AccessReview)
#include "tst_accessreview.moc"
