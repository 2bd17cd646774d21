// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/execplugin.h"

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>

using namespace slipway;
using namespace slipway::kube;

namespace {

constexpr const char* kV1 = "client.authentication.k8s.io/v1";

std::string credential(const std::string& status, const std::string& version = kV1) {
    return R"({"apiVersion":")" + version + R"(","kind":"ExecCredential","status":)" + status + "}";
}

ExecPlugin plugin(const std::string& command) {
    ExecPlugin plugin;
    plugin.apiVersion = kV1;
    plugin.command = command;
    return plugin;
}

}  // namespace

class tst_ExecPlugin : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsACredential() {
        const auto token = parseExecCredential(
            credential(R"({"token":"t","expirationTimestamp":"2026-09-01T10:00:00Z"})"), kV1);
        QVERIFY(token);
        QCOMPARE(token->token, std::string("t"));
        QCOMPARE(*token->expires, *parseTimestamp("2026-09-01T10:00:00Z"));
        const auto pair =
            parseExecCredential(credential(R"({"clientCertificateData":"c","clientKeyData":"k"})"), kV1);
        QVERIFY(pair);
        QCOMPARE(pair->keyPem, std::string("k"));
        QVERIFY(!pair->expires);
    }
    void refusesOthersWithoutTellingTheText() {
        for (const std::string& text :
             {std::string("secret"), std::string("{}"), credential("{}"),
              credential(R"({"clientCertificateData":"secret"})"),
              credential(R"({"token":"secret"})", "client.authentication.k8s.io/v1beta1"),
              credential(R"({"token":"secret","expirationTimestamp":"soon"})")}) {
            const auto result = parseExecCredential(text, kV1);
            QVERIFY2(!result, text.c_str());
            QCOMPARE(result.error().code, ErrorCode::Corrupt);
            QVERIFY(describe(result.error()).find("secret") == std::string::npos);
        }
    }
    void tellsThePluginWhatItMayKnow() {
        PluginCall seen;
        const auto run = [&](const PluginCall& call, std::stop_token) -> Result<PluginAnswer> {
            seen = call;
            return PluginAnswer{.out = credential(R"({"token":"t"})")};
        };
        ExecPlugin asked = plugin("login");
        asked.arguments = {"get", "it"};
        asked.environment = {{"A", "b"}};
        asked.isClusterInfoWanted = true;
        KubeCluster cluster;
        cluster.server = "https://x";
        cluster.caPem = "---";
        cluster.execConfig = R"({"audience":"lab"})";
        QVERIFY(fetchExecCredential(asked, cluster, run, {}));
        QCOMPARE(seen.command, (std::vector<std::string>{"login", "get", "it"}));
        QCOMPARE(seen.environment.front(), (std::pair<std::string, std::string>("A", "b")));
        const auto info = nlohmann::json::parse(seen.environment.back().second);
        QCOMPARE(info["spec"]["interactive"].get<bool>(), false);
        QCOMPARE(info["spec"]["cluster"]["config"]["audience"].get<std::string>(), std::string("lab"));
        QCOMPARE(info["spec"]["cluster"]["certificate-authority-data"].get<std::string>(),
                 std::string("LS0t"));
    }
    void runsWithoutAShell() {
        const QTemporaryDir folder;
        const std::string script = (folder.path() + QLatin1String("/plugin; exit 1")).toStdString();
        std::ofstream(script) << "#!/bin/sh\nprintf '%s' '" << credential(R"({"token":"'"$1$EXTRA"'"})")
                              << "'\n";
        std::filesystem::permissions(script, std::filesystem::perms::owner_all);
        ExecPlugin asked = plugin(script);
        asked.arguments = {"$(id)"};
        asked.environment = {{"EXTRA", "+more"}};
        const auto result = fetchExecCredential(asked, {}, runPlugin, {});
        QVERIFY2(result, result ? "" : describe(result.error()).c_str());
        QCOMPARE(result->token, std::string("$(id)+more"));
    }
    void tellsHowToInstallAMissingOne() {
        ExecPlugin asked = plugin("no-such-login-program");
        asked.installHint = "\x1b[31mRun:\x1b[0m\n apt install it\n";
        const auto result = fetchExecCredential(asked, {}, runPlugin, {});
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::NotFound);
        QCOMPARE(result.error().hint, std::string("Run:  apt install it"));
    }
    void tellsThePluginsOwnWords() {
        const QTemporaryDir folder;
        const std::string script = (folder.path() + QLatin1String("/plugin")).toStdString();
        std::ofstream(script) << "#!/bin/sh\necho secret\necho your session has ended >&2\nexit 3\n";
        std::filesystem::permissions(script, std::filesystem::perms::owner_all);
        const auto result = fetchExecCredential(plugin(script), {}, runPlugin, {});
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::PermissionDenied);
        QCOMPARE(result.error().detail, std::string("your session has ended"));
        QVERIFY(describe(result.error()).find("secret") == std::string::npos);
    }
    void doesNotRunOneThatNeedsATerminal() {
        ExecPlugin asked = plugin("login");
        asked.interactiveMode = "Always";
        const auto run = [](const PluginCall&, std::stop_token) -> Result<PluginAnswer> {
            return Error{ErrorCode::Internal, "it was run", "", ""};
        };
        const auto result = fetchExecCredential(asked, {}, run, {});
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::InvalidArgument);
    }
};
QTEST_APPLESS_MAIN(tst_ExecPlugin)
#include "tst_execplugin.moc"
