// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/execplugin.h"

#include "backends/cluster/kubernetes/jsonread.h"
#include "backends/platform/base64.h"
#include "backends/platform/process.h"

#include <nlohmann/json.hpp>

#include <fcntl.h>

#include <algorithm>

namespace slipway::kube {
namespace {

using Json = nlohmann::json;

constexpr std::chrono::minutes kMaxPluginTime{2};

// Terminal colours and other escapes have no place in a hint.
std::string withoutEscapes(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\x1b') {
            while (i + 1 < text.size() && (text[i + 1] < '@' || text[i + 1] == '[')) ++i;
            ++i;
        } else if (text[i] == '\n' || text[i] == '\t') {
            out.push_back(' ');
        } else if (static_cast<unsigned char>(text[i]) >= ' ') {
            out.push_back(text[i]);
        }
    }
    while (out.ends_with(' ')) out.pop_back();
    return out;
}

std::string execInfo(const ExecPlugin& plugin, const KubeCluster& cluster) {
    Json spec{{"interactive", false}};
    if (plugin.isClusterInfoWanted) {
        Json info{{"server", cluster.server}};
        if (!cluster.tlsServerName.empty()) info["tls-server-name"] = cluster.tlsServerName;
        if (cluster.isTlsUnverified) info["insecure-skip-tls-verify"] = true;
        if (!cluster.proxy.empty()) info["proxy-url"] = cluster.proxy;
        if (!cluster.caPem.empty()) info["certificate-authority-data"] = encodeBase64(cluster.caPem);
        if (const auto config = parseJson(cluster.execConfig)) info["config"] = *config;
        spec["cluster"] = info;
    }
    return dumpJson({{"apiVersion", plugin.apiVersion}, {"kind", "ExecCredential"}, {"spec", spec}});
}

}  // namespace

Result<PluginAnswer> runPlugin(const PluginCall& call, std::stop_token stop) {
    SpawnOptions options;
    options.command = call.command;
    options.environment = currentEnvironment();
    for (const auto& [name, value] : call.environment) {
        const std::string start = name + "=";
        std::erase_if(options.environment,
                      [&](const std::string& entry) { return entry.starts_with(start); });
        options.environment.push_back(start + value);
    }
    SLIPWAY_TRY(const UniqueFd nothing, openFile("/dev/null", O_RDONLY));
    options.descriptors.emplace_back(nothing.get(), 0);
    auto output = runCommand(options, kMaxPluginTime, stop);
    if (!output && output.error().code == ErrorCode::NotFound) return PluginAnswer{.isMissing = true};
    if (!output) return std::move(output).error();
    return PluginAnswer{false, output->status.exitCode, std::move(output->out), std::move(output->err)};
}

Result<ExecCredential> parseExecCredential(std::string_view text, const std::string& apiVersion) {
    const Error corrupt{ErrorCode::Corrupt,
                        "the credential plugin did not print an ExecCredential of " + apiVersion, "",
                        "Run the plugin by hand and look at what it prints"};
    const auto json = parseJson(text);
    if (!json || textAt(*json, "kind") != "ExecCredential" || textAt(*json, "apiVersion") != apiVersion)
        return corrupt;
    const Json& status = at(*json, "status");
    ExecCredential credential;
    credential.token = textAt(status, "token");
    credential.certificatePem = textAt(status, "clientCertificateData");
    credential.keyPem = textAt(status, "clientKeyData");
    const bool hasPair = !credential.certificatePem.empty() && !credential.keyPem.empty();
    if (credential.certificatePem.empty() != credential.keyPem.empty() ||
        (credential.token.empty() && !hasPair))
        return corrupt;
    if (const std::string expires = textAt(status, "expirationTimestamp"); !expires.empty()) {
        auto time = parseTimestamp(expires);
        if (!time) return corrupt;
        credential.expires = *time;
    }
    return credential;
}

Result<ExecCredential> fetchExecCredential(const ExecPlugin& plugin, const KubeCluster& cluster,
                                           const RunPlugin& run, std::stop_token stop) {
    if (plugin.interactiveMode == "Always") {
        return Error{
            ErrorCode::InvalidArgument,
            "the credential plugin " + plugin.command + " wants a terminal (interactiveMode: Always)", "",
            "Sign in with kubectl first, or use a plugin that can run by itself"};
    }
    PluginCall call;
    call.command.push_back(plugin.command);
    call.command.insert(call.command.end(), plugin.arguments.begin(), plugin.arguments.end());
    call.environment = plugin.environment;
    call.environment.emplace_back("KUBERNETES_EXEC_INFO", execInfo(plugin, cluster));
    SLIPWAY_TRY(const PluginAnswer answer, run(call, stop));
    if (answer.isMissing) {
        const std::string hint = withoutEscapes(plugin.installHint);
        return Error{
            ErrorCode::NotFound, "the credential plugin " + plugin.command + " is not installed", "",
            hint.empty() ? "Install it, or correct users.user.exec.command in the kubeconfig" : hint};
    }
    if (answer.exitCode != 0) {
        return Error{ErrorCode::PermissionDenied,
                     "the credential plugin " + plugin.command + " failed with exit code " +
                         std::to_string(answer.exitCode),
                     withoutEscapes(std::string_view(answer.err).substr(0, 2048)),
                     "Sign in again as your cluster's documentation says"};
    }
    return parseExecCredential(answer.out, plugin.apiVersion);
}

}  // namespace slipway::kube
