// SPDX-License-Identifier: Apache-2.0
// Exec plugins of a kubeconfig (client.authentication.k8s.io/v1 and v1beta1): a program that prints a credential.
// Run without a shell and without a terminal; any thread. The credential is never part of an error.
#pragma once

#include "backends/cluster/kubernetes/kubeconfig.h"
#include "backends/core/result.h"
#include "backends/core/timestamp.h"

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slipway::kube {

struct PluginCall {
    std::vector<std::string> command;
    std::vector<std::pair<std::string, std::string>> environment;  // on top of ours
};
struct PluginAnswer {
    bool isMissing = false;  // there is no such program
    int exitCode = 0;        // -1: ended by a signal
    std::string out;
    std::string err;
};
using RunPlugin = std::function<Result<PluginAnswer>(const PluginCall&, std::stop_token)>;

// The real one: at most 1 MiB of output and two minutes. Io, Timeout, Cancelled.
Result<PluginAnswer> runPlugin(const PluginCall& call, std::stop_token stop);

struct ExecCredential {
    std::string token;
    std::string certificatePem;
    std::string keyPem;
    std::optional<Timestamp> expires;  // none: for the life of this process
};

// The plugin's standard output. Corrupt when it is no ExecCredential of `apiVersion`, or holds neither a token nor certificate and key.
Result<ExecCredential> parseExecCredential(std::string_view text, const std::string& apiVersion);

// NotFound with the install hint when the program is missing, PermissionDenied with its words when it fails.
Result<ExecCredential> fetchExecCredential(const ExecPlugin& plugin, const KubeCluster& cluster,
                                           const RunPlugin& run, std::stop_token stop);

}  // namespace slipway::kube
