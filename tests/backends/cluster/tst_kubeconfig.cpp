// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/kubeconfig.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace slipway;
using namespace slipway::kube;

namespace {

constexpr const char* kWhole = R"(apiVersion: v1
kind: Config
current-context: lab
preferences: {}
clusters:
- name: lab
  cluster:
    server: https://10.0.0.1:6443/k8s/clusters/c-1/?x=1#y
    certificate-authority-data: LS0t
    tls-server-name: kube.example.com
    proxy-url: socks5://127.0.0.1:1080
    extensions:
    - name: client.authentication.k8s.io/exec
      extension: {audience: lab, deep: [1, true]}
contexts:
- name: lab
  context: {cluster: lab, user: me, namespace: team-a}
- name: plain
  context: {cluster: lab, user: cert}
users:
- name: me
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: ./bin/oidc-login
      args: [get-token]
      env: [{name: FOO, value: bar}]
      interactiveMode: IfAvailable
      provideClusterInfo: true
      installHint: "install oidc-login"
- name: cert
  user: {client-certificate: pki/a.crt, client-key-data: LS0t, as: jane, as-groups: [dev, ops], as-user-extra: {reason: [debug]}}
- name: tok
  user: {token: abc, tokenFile: /run/tok}
)";

}  // namespace

class tst_Kubeconfig : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::string file(const char* name, const std::string& text) const {
        std::string path = (m_folder.path() + QLatin1Char('/') + QLatin1String(name)).toStdString();
        std::ofstream(path) << text;
        return path;
    }

private Q_SLOTS:
    void init() {
        qunsetenv("KUBECONFIG");
        qputenv("HOME", m_folder.path().toUtf8());
    }

    void readsAllFields() {
        const auto config = parseKubeconfig(kWhole, "/home/a/.kube/config");
        QVERIFY2(config, config ? "" : config.error().message.c_str());
        QCOMPARE(config->currentContext, std::string("lab"));
        const KubeCluster* cluster = config->cluster("lab");
        QVERIFY(cluster);
        QCOMPARE(cluster->server, std::string("https://10.0.0.1:6443/k8s/clusters/c-1"));
        QCOMPARE(cluster->caPem, std::string("---"));
        QCOMPARE(cluster->tlsServerName, std::string("kube.example.com"));
        QCOMPARE(cluster->proxy, std::string("socks5://127.0.0.1:1080"));
        QCOMPARE(cluster->execConfig, std::string(R"({"audience":"lab","deep":["1",true]})"));
        QCOMPARE(config->context("lab")->nameSpace, std::string("team-a"));
        QCOMPARE(config->context("plain")->nameSpace, std::string("default"));
        const KubeUser* me = config->user("me");
        QVERIFY(me && me->exec);
        QCOMPARE(me->exec->command, std::string("/home/a/.kube/./bin/oidc-login"));
        QCOMPARE(me->exec->arguments, std::vector<std::string>{"get-token"});
        QVERIFY(me->exec->isClusterInfoWanted);
        const KubeUser* cert = config->user("cert");
        QCOMPARE(cert->certificateFile.string(), std::string("/home/a/.kube/pki/a.crt"));
        QCOMPARE(cert->asGroups, (std::vector<std::string>{"dev", "ops"}));
        QCOMPARE(cert->asExtra.at("reason"), std::vector<std::string>{"debug"});
        QCOMPARE(config->user("tok")->tokenFile.string(), std::string("/run/tok"));
    }

    void namesThePlaceOfAMistake_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("message");
        QTest::addRow("no map")
            << "[1]"
            << "/k/c:1: this is no kubeconfig: it must be a map with clusters, users and contexts";
        QTest::addRow("kind") << "kind: Pod\n"
                              << "/k/c:1: this is no kubeconfig: its kind is Pod";
        QTest::addRow("no server") << "clusters:\n- name: a\n  cluster:\n    proxy-url: x\n"
                                   << "/k/c:4: cluster a has no server";
        QTest::addRow("server") << "clusters:\n- name: a\n  cluster: {server: 'ftp://x'}\n"
                                << "/k/c:3: server must begin with https:// or http://";
        QTest::addRow("base64") << "users:\n- name: a\n  user: {client-key-data: '!'}\n"
                                << "/k/c:3: client-key-data is not base64";
        QTest::addRow("half a pair") << "users:\n- name: a\n  user: {client-key: k}\n"
                                     << "/k/c:3: user a has a client certificate or its key, but not both";
        QTest::addRow("two ways") << "users:\n- name: a\n  user: {token: t, username: u}\n"
                                  << "/k/c:3: user a has both a token and a user name";
        QTest::addRow("as") << "users:\n- name: a\n  user: {as-groups: [g]}\n"
                            << "/k/c:3: user a has as-uid, as-groups or as-user-extra without as";
        QTest::addRow("flag")
            << "clusters:\n- name: a\n  cluster: {server: 'https://x', insecure-skip-tls-verify: maybe}\n"
            << "/k/c:3: insecure-skip-tls-verify must be true or false";
        QTest::addRow("no name") << "users:\n- user: {}\n"
                                 << "/k/c:2: an entry of users has no name";
        QTest::addRow("list") << "users: x\n"
                              << "/k/c:1: users must be a list";
        QTest::addRow("old exec")
            << "users:\n- name: a\n  user:\n    exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}\n"
            << "/k/c:4: exec has apiVersion \"client.authentication.k8s.io/v1alpha1\"; known are client.authentication.k8s.io/v1 and v1beta1";
        QTest::addRow("mode")
            << "users:\n- name: a\n  user:\n    exec: {apiVersion: client.authentication.k8s.io/v1, command: x}\n"
            << "/k/c:4: exec needs interactiveMode (Never, IfAvailable or Always)";
    }
    void namesThePlaceOfAMistake() {
        QFETCH(QString, text);
        QFETCH(QString, message);
        const auto config = parseKubeconfig(text.toStdString(), "/k/c");
        QVERIFY(!config);
        QCOMPARE(config.error().code, ErrorCode::InvalidArgument);
        QCOMPARE(QString::fromStdString(config.error().message), message);
    }
    void refusesBrokenYaml() {
        const auto config = parseKubeconfig("a: [\n", "/k/c");
        QVERIFY(!config);
        QVERIFY(config.error().message.starts_with("/k/c:"));
    }
    void takesAnEmptyFileAsNone() {
        const auto config = parseKubeconfig("", "/k/c");
        QVERIFY(config && config->contexts.empty());
    }

    void lastFileNeverOverrides() {
        const std::string first = file("first", "clusters: [{name: a, cluster: {server: 'https://one'}}]\n");
        const std::string second = file(
            "second",
            "current-context: s\nclusters: [{name: a, cluster: {server: 'https://two', proxy-url: p}}, {name: b, cluster: {server: 'https://b'}}]\n");
        const std::string third = file("third", "current-context: t\n");
        qputenv("KUBECONFIG",
                QByteArray::fromStdString(first + ":" + second + "::/nowhere/at/all:" + third + ":" + first));
        QCOMPARE(kubeconfigFiles("").size(), std::size_t{4});
        const auto config = loadKubeconfig("");
        QVERIFY2(config, config ? "" : config.error().message.c_str());
        QCOMPARE(config->currentContext, std::string("s"));
        QCOMPARE(config->cluster("a")->server, std::string("https://one"));
        QVERIFY(config->cluster("a")->proxy.empty());
        QVERIFY(config->cluster("b"));
    }
    void oneBrokenFileIsAnError() {
        const std::string good = file("good", "current-context: s\n");
        const std::string bad = file("bad", "users: 3\n");
        qputenv("KUBECONFIG", QByteArray::fromStdString(good + ":" + bad));
        const auto config = loadKubeconfig("");
        QVERIFY(!config);
        QCOMPARE(config.error().message, bad + ":1: users must be a list");
    }
    void namedFileMustBeThere() {
        const auto config = loadKubeconfig("/nowhere/at/all");
        QVERIFY(!config);
        QCOMPARE(config.error().code, ErrorCode::NotFound);
    }
    void withoutAnyFileThereIsNone() {
        QCOMPARE(kubeconfigFiles("").front().string(), m_folder.path().toStdString() + "/.kube/config");
        const auto config = loadKubeconfig("");
        QVERIFY(config && config->contexts.empty());
    }
};
QTEST_APPLESS_MAIN(tst_Kubeconfig)
#include "tst_kubeconfig.moc"
