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

    static Result<void> create(bool hasService, const FakeHttp::Handler& handler) {
        ApiClient api(std::make_shared<FakeHttp>(handler), tokenAccess(), instantPacing());
        return askToCreate(api, "team-a", hasService, {});
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
    void creatingIsAskedForWhatTheJobNeeds_data() {
        QTest::addColumn<QString>("refused");
        QTest::addColumn<bool>("hasService");
        QTest::addColumn<QString>("told");
        QTest::newRow("allowed") << QString() << true << QString();
        QTest::newRow("no jobs") << QStringLiteral("jobs") << false
                                 << QStringLiteral("this account may not create jobs.batch in team-a");
        QTest::newRow("no services") << QStringLiteral("services") << true
                                     << QStringLiteral("this account may not create services in team-a");
        QTest::newRow("no services needed") << QStringLiteral("services") << false << QString();
    }
    void creatingIsAskedForWhatTheJobNeeds() {
        QFETCH(QString, refused);
        QFETCH(bool, hasService);
        QFETCH(QString, told);
        const auto asked = create(hasService, [&](const HttpRequest& request) {
            const Json wanted = Json::parse(request.body)["spec"]["resourceAttributes"];
            const bool isAllowed =
                wanted["verb"] == "create" && wanted["resource"].get<std::string>() != refused.toStdString();
            return answer(201, Json{{"status", {{"allowed", isAllowed}}}}.dump());
        });
        QCOMPARE(asked.hasValue(), told.isEmpty());
        if (asked) return;
        QCOMPARE(asked.error().code, ErrorCode::PermissionDenied);
        QCOMPARE(QString::fromStdString(asked.error().message), told);
    }
    void aServerThatDoesNotTellRightsMayStillTakeJobs() {
        QVERIFY(create(true, [](const HttpRequest&) { return refusal(403, "Forbidden", "not you"); }));
        const auto unknown =
            create(true, [](const HttpRequest&) { return refusal(401, "Unauthorized", "who are you"); });
        QVERIFY(!unknown);
        QCOMPARE(unknown.error().code, ErrorCode::PermissionDenied);
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
