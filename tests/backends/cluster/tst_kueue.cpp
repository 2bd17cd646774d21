// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/kueue.h"

#include "fakeapi.h"

#include <QTest>

using namespace slipway;
using namespace slipway::kube;

class tst_Kueue : public QObject {
    Q_OBJECT

    FakeApi m_api;
    std::unique_ptr<ApiClient> m_client;

    void serve(const std::string& groupVersion) {
        m_api.objects[resourcePath(groupVersion, "team-a", "localqueues", "research")] =
            nlohmann::json::object();
    }

private Q_SLOTS:
    void init() {
        m_api = FakeApi();
        m_client = std::make_unique<ApiClient>(
            std::make_shared<FakeHttp>([this](const HttpRequest& r) { return m_api(r); }), tokenAccess(),
            instantPacing());
    }
    void takesTheNewestThatIsServed_data() {
        QTest::addColumn<QStringList>("objects");
        QTest::addColumn<QStringList>("visibility");
        QTest::addColumn<QString>("version");  // none: no Kueue
        QTest::addColumn<QString>("visibilityVersion");
        const QString old = QStringLiteral("v1beta1");
        const QString now = QStringLiteral("v1beta2");
        QTest::newRow("none") << QStringList() << QStringList() << QString() << QString();
        QTest::newRow("a later one alone")
            << QStringList{QStringLiteral("v2")} << QStringList() << QString() << QString();
        QTest::newRow("v1beta2") << QStringList{now} << QStringList{now} << now << now;
        QTest::newRow("v1beta1") << QStringList{old} << QStringList{old} << old << old;
        QTest::newRow("both") << QStringList{old, now} << QStringList{old, now} << now << now;
        QTest::newRow("visibility is older") << QStringList{old, now} << QStringList{old} << now << old;
        QTest::newRow("visibility is not told, v1beta1") << QStringList{old} << QStringList() << old << old;
        QTest::newRow("visibility is not told, v1beta2") << QStringList{now} << QStringList() << now << now;
    }
    void takesTheNewestThatIsServed() {
        QFETCH(QStringList, objects);
        QFETCH(QStringList, visibility);
        QFETCH(QString, version);
        QFETCH(QString, visibilityVersion);
        for (const QString& one : objects) serve("kueue.x-k8s.io/" + one.toStdString());
        for (const QString& one : visibility) serve("visibility.kueue.x-k8s.io/" + one.toStdString());
        const auto found = findKueue(*m_client, {});
        QVERIFY2(found, found ? "" : describe(found.error()).c_str());
        QCOMPARE(found->has_value(), !version.isEmpty());
        const auto forQueue = kueueOfQueue(*m_client, {});
        QVERIFY(forQueue);
        if (version.isEmpty()) {
            QCOMPARE(forQueue->objects, std::string("kueue.x-k8s.io/v1beta2"));
            return;
        }
        QCOMPARE((*found)->objects, "kueue.x-k8s.io/" + version.toStdString());
        QCOMPARE((*found)->visibility, "visibility.kueue.x-k8s.io/" + visibilityVersion.toStdString());
        QCOMPARE(forQueue->objects, (*found)->objects);
        QCOMPARE(forQueue->visibility, (*found)->visibility);
    }
    void anExtensionServerThatIsDownIsNoHindrance() {
        serve("kueue.x-k8s.io/v1beta1");
        m_api.fault = [](const HttpRequest& r) {
            FakeApi::Fault fault;
            if (pathOf(r).starts_with("/apis/visibility."))
                fault.instead = Result<HttpResponse>(answer(503, "error trying to reach service"));
            return fault;
        };
        const auto found = findKueue(*m_client, {});
        QVERIFY2(found && *found, found ? "" : describe(found.error()).c_str());
        QCOMPARE((*found)->visibility, std::string("visibility.kueue.x-k8s.io/v1beta1"));
    }
    void whoHasAQueueNeedsAnAnswerOnly_data() {
        QTest::addColumn<int>("status");  // 0: none comes
        QTest::addColumn<bool>("isTold");
        QTest::newRow("no answer") << 0 << false;
        QTest::newRow("the server fails") << 500 << false;
        QTest::newRow("not allowed") << 403 << true;
        QTest::newRow("not signed in") << 401 << true;
    }
    void whoHasAQueueNeedsAnAnswerOnly() {
        QFETCH(int, status);
        QFETCH(bool, isTold);
        m_api.fault = [&](const HttpRequest&) {
            FakeApi::Fault fault;
            fault.instead = status == 0
                                ? Result<HttpResponse>(Error{ErrorCode::Unavailable, "refused", "", ""})
                                : Result<HttpResponse>(answer(status, ""));
            return fault;
        };
        const auto kueue = kueueOfQueue(*m_client, {});
        QCOMPARE(kueue.hasValue(), isTold);
        if (isTold) QCOMPARE(kueue->objects, std::string("kueue.x-k8s.io/v1beta2"));
    }
};
QTEST_APPLESS_MAIN(tst_Kueue)
#include "tst_kueue.moc"
