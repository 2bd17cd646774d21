// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/access.h"

#include "fakeapi.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace slipway;
using namespace slipway::kube;

class tst_Access : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    Timestamp m_now = *parseTimestamp("2026-09-01T10:00:00Z");
    int m_runs = 0;
    std::string m_expires;

    std::filesystem::path path(const char* name) const {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }

    Result<std::shared_ptr<Access>> open(const std::string& user,
                                         const std::string& cluster = "server: 'https://x'") {
        const std::string text = "clusters: [{name: c, cluster: {" + cluster +
                                 "}}]\nusers: [{name: u, user: {" + user +
                                 "}}]\ncontexts: [{name: lab, context: {cluster: c, user: u}}]\n";
        const auto config = parseKubeconfig(text, path("config"));
        if (!config) return config.error();
        const auto run = [this](const PluginCall&, std::stop_token) -> Result<PluginAnswer> {
            return PluginAnswer{.out = execCredential("t" + std::to_string(++m_runs), m_expires)};
        };
        return Access::open(*config, "lab", run, [this] { return m_now; });
    }

    static constexpr const char* kExec =
        "exec: {apiVersion: client.authentication.k8s.io/v1, command: login, interactiveMode: Never}";

private Q_SLOTS:
    void init() {
        m_runs = 0;
        m_expires.clear();
    }

    void prefersTheTokenFileAndReadsItAgain() {
        std::ofstream(path("token")) << "first\n";
        const auto access = open("token: fixed, tokenFile: token");
        QVERIFY(access);
        QCOMPARE((*access)->identity({})->bearerToken, std::string("first"));
        std::ofstream(path("token")) << "second\n";
        QCOMPARE((*access)->identity({})->bearerToken, std::string("first"));
        m_now += std::chrono::minutes(2);
        QCOMPARE((*access)->identity({})->bearerToken, std::string("second"));
        std::filesystem::remove(path("token"));
        m_now += std::chrono::minutes(2);
        QCOMPARE((*access)->identity({})->bearerToken, std::string("second"));
    }
    void rereadsTheTokenFileAtOnceWhenRejected() {
        std::ofstream(path("token")) << "old";
        const auto access = open("tokenFile: token");
        const auto rejected = *(*access)->identity({});
        QVERIFY(!*(*access)->renewed(rejected, {}));
        std::ofstream(path("token")) << "new";
        const auto renewed = (*access)->renewed(rejected, {});
        QVERIFY(renewed && *renewed);
        QCOMPARE((*renewed)->bearerToken, std::string("new"));
    }
    void keepsAPluginsCredentialUntilItExpires() {
        m_expires = "2026-09-01T11:00:00Z";
        m_now = *parseTimestamp("2026-09-01T10:00:00Z");
        const auto access = open(kExec);
        QVERIFY(access);
        for (int i = 0; i < 3; ++i) QCOMPARE((*access)->identity({})->bearerToken, std::string("t1"));
        m_now = *parseTimestamp("2026-09-01T10:59:55Z");
        QCOMPARE((*access)->identity({})->bearerToken, std::string("t2"));
        QCOMPARE(m_runs, 2);
    }
    void runsThePluginOnceForARejectedToken() {
        const auto access = open(kExec);
        const auto rejected = *(*access)->identity({});
        QCOMPARE((**(*access)->renewed(rejected, {})).bearerToken, std::string("t2"));
        // Another stream's refusal of the same old token.
        QCOMPARE((**(*access)->renewed(rejected, {})).bearerToken, std::string("t2"));
        QCOMPARE(m_runs, 2);
    }
    void doesNotRunAPluginBesideOtherCredentials() {
        const auto access = open(std::string("token: mine, ") + kExec);
        QVERIFY(access);
        QCOMPARE((*access)->identity({})->bearerToken, std::string("mine"));
        QVERIFY(!*(*access)->renewed(*(*access)->identity({}), {}));
        QCOMPARE(m_runs, 0);
    }
    void readsCertificatesFromFiles() {
        for (const char* name : {"a.crt", "a.key", "ca.crt"}) std::ofstream(path(name)) << "pem of " << name;
        const auto access = open("client-certificate: a.crt, client-key: a.key",
                                 "server: 'https://x', certificate-authority: ca.crt, tls-server-name: n");
        QVERIFY(access);
        const auto identity = (*access)->identity({});
        QCOMPARE(identity->clientCertificatePem, std::string("pem of a.crt"));
        QCOMPARE(identity->clientKeyPem, std::string("pem of a.key"));
        QCOMPARE(identity->caPem, std::string("pem of ca.crt"));
        QCOMPARE(identity->tlsServerName, std::string("n"));
        const auto missing = open("token: t", "server: 'https://x', certificate-authority: nowhere.crt");
        QVERIFY(!missing);
        QCOMPARE(missing.error().code, ErrorCode::NotFound);
    }
    void sendsNoCredentialWithoutTls() {
        const auto access = open("token: mine", "server: 'http://x'");
        QVERIFY((*access)->identity({})->bearerToken.empty());
        const auto plugin = open(kExec, "server: 'http://x'");
        QVERIFY((*plugin)->identity({})->bearerToken.empty());
        QCOMPARE(m_runs, 0);
    }
    void impersonates() {
        const auto access =
            open("token: t, as: jane, as-uid: '7', as-groups: [a, b], as-user-extra: {'x/y': [z]}");
        QVERIFY(access);
        const HttpHeaders expected{{"Impersonate-User", "jane"},
                                   {"Impersonate-Uid", "7"},
                                   {"Impersonate-Group", "a"},
                                   {"Impersonate-Group", "b"},
                                   {"Impersonate-Extra-x%2Fy", "z"}};
        QCOMPARE((*access)->headers(), expected);
    }
    void refusesLegacyProviders() {
        const auto access = open("auth-provider: {name: gcp}");
        QVERIFY(!access);
        QCOMPARE(access.error().code, ErrorCode::InvalidArgument);
    }
    void namesTheNearestContext() {
        Kubeconfig config;
        config.contexts.push_back({"production", "c", "u", "default"});
        const auto access = Access::open(config, "produktion");
        QVERIFY(!access);
        QCOMPARE(access.error().code, ErrorCode::NotFound);
        QCOMPARE(access.error().hint, std::string("Did you mean production?"));
        QCOMPARE(Access::open(config, "production").error().message,
                 std::string("the kubeconfig has no cluster \"c\""));
    }
};
QTEST_APPLESS_MAIN(tst_Access)
#include "tst_access.moc"
