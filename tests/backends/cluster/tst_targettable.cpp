// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/targettable.h"

#include "fakeapi.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace slipway;
using namespace slipway::kube;

class tst_TargetTable : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    TargetSettings m_settings;

    void configure(const std::string& text) {
        m_settings.kubeconfig = (m_folder.path() + QStringLiteral("/config")).toStdString();
        std::ofstream(m_settings.kubeconfig) << text;
    }
    static constexpr const char* kTwo =
        "clusters: [{name: c, cluster: {server: 'https://fake'}}]\nusers: [{name: u, user: {token: t}}]\n"
        "contexts: [{name: lab, context: {cluster: c, user: u, namespace: team-a}}, {name: 'arn:aws:eks/lab', context: {cluster: c, user: u}}]\n";

private Q_SLOTS:
    void init() {
        m_settings = {};
        m_settings.home = m_folder.path().toStdString();
        m_settings.http = std::make_shared<FakeHttp>(
            [](const HttpRequest&) { return Result<HttpResponse>(refusal(404, "NotFound", "no")); });
        configure(kTwo);
    }

    void listsThisMachineAndEachContext() {
        const auto targets = listTargets(m_settings);
        QVERIFY(targets);
        QCOMPARE(targets->size(), std::size_t{3});
        QCOMPARE(targets->at(0).id.str(), std::string("here"));
        QCOMPARE(targets->at(1).id.str(), std::string("lab/team-a"));
        QCOMPARE(targets->at(2).id.str(), std::string("arn:aws:eks/lab/default"));
    }
    void aBrokenKubeconfigIsAnErrorWithItsPlace() {
        configure("users: 1\n");
        const auto targets = listTargets(m_settings);
        QVERIFY(!targets);
        QVERIFY(targets.error().message.find("/config:1: users must be a list") != std::string::npos);
    }
    void opensByEveryFormOfName_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("nameSpace");
        QTest::addColumn<QString>("queue");
        QTest::addRow("context") << "lab"
                                 << "team-a"
                                 << "";
        QTest::addRow("namespace") << "lab/team-b"
                                   << "team-b"
                                   << "";
        QTest::addRow("queue") << "lab/team-b/research"
                               << "team-b"
                               << "research";
        QTest::addRow("slashes") << "arn:aws:eks/lab"
                                 << "default"
                                 << "";
        QTest::addRow("slashes and queue") << "arn:aws:eks/lab/x/q"
                                           << "x"
                                           << "q";
    }
    void opensByEveryFormOfName() {
        QFETCH(QString, name);
        QFETCH(QString, nameSpace);
        QFETCH(QString, queue);
        const auto target = openTarget(m_settings, TargetId(name.toStdString()));
        QVERIFY2(target, target ? "" : describe(target.error()).c_str());
        QCOMPARE(target->info.kind, std::string("kubernetes"));
        QCOMPARE(QString::fromStdString(target->info.nameSpace), nameSpace);
        QCOMPARE(QString::fromStdString(target->info.queue), queue);
        QVERIFY(target->submitter && target->observer && target->results);
    }
    void opensThisMachine() {
        const auto target = openTarget(m_settings, TargetId("here"));
        QVERIFY(target);
        QCOMPARE(target->info.kind, std::string("machine"));
    }
    void namesTheNearest() {
        for (const char* name : {"lob", "lab/", "lab/a/b/c"}) {
            const auto target = openTarget(m_settings, TargetId(name));
            QVERIFY2(!target, name);
            QCOMPARE(target.error().code, ErrorCode::NotFound);
            QCOMPARE(target.error().hint, std::string("Did you mean lab?"));
        }
    }
    void asksForQueues_data() {
        QTest::addColumn<QStringList>("served");
        QTest::newRow("v1beta2") << QStringList{QStringLiteral("v1beta2")};
        QTest::newRow("v1beta1") << QStringList{QStringLiteral("v1beta1")};
        QTest::newRow("both") << QStringList{QStringLiteral("v1beta1"), QStringLiteral("v1beta2")};
    }
    void asksForQueues() {
        QFETCH(QStringList, served);
        auto api = std::make_shared<FakeApi>();
        m_settings.http = std::make_shared<FakeHttp>([api](const HttpRequest& r) { return (*api)(r); });
        const auto targets = listTargets(m_settings);
        // No Kueue: the namespace itself.
        api->objects["/api"] = {{"kind", "APIVersions"}};
        const auto plain = discoverQueues(m_settings, targets->at(1), {});
        QVERIFY2(plain, plain ? "" : describe(plain.error()).c_str());
        QCOMPARE(plain->size(), std::size_t{1});
        QVERIFY(plain->front().queue.empty());
        for (const QString& version : served)
            api->objects[resourcePath("kueue.x-k8s.io/" + version.toStdString(), "team-a", "localqueues",
                                      "research")] =
                nlohmann::json::parse(R"({"metadata":{"name":"research"},"spec":{"clusterQueue":"cq"}})");
        const auto queues = discoverQueues(m_settings, targets->at(1), {});
        QVERIFY(queues);
        QCOMPARE(queues->size(), std::size_t{1});
        QCOMPARE(queues->front().id.str(), std::string("lab/team-a/research"));
        QCOMPARE(queues->front().detail, std::string("Kueue · cq"));
        QCOMPARE(discoverQueues(m_settings, targets->at(0), {})->front().id.str(), std::string("here"));
    }
    void anUnreachableClusterIsAnError() {
        m_settings.http = std::make_shared<FakeHttp>([](const HttpRequest&) {
            return Result<HttpResponse>(Error{ErrorCode::Unavailable, "refused", "", ""});
        });
        const auto targets = listTargets(m_settings);
        QCOMPARE(discoverQueues(m_settings, targets->at(1), {}).error().code, ErrorCode::Unavailable);
    }
};
QTEST_APPLESS_MAIN(tst_TargetTable)
#include "tst_targettable.moc"
