// SPDX-License-Identifier: Apache-2.0
// kubeconfig files: which are read, how they merge, what they say. Reading only; files are not changed.
// Pure but for loadKubeconfig; any thread. Values hold credentials: never print one.
// Source: client-go tools/clientcmd (loader, merge, validation).
#pragma once

#include "backends/core/result.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slipway::kube {

inline constexpr std::size_t kMaxKubeconfigBytes = std::size_t{4} << 20;

struct ExecPlugin {
    std::string apiVersion;
    std::string command;  // with a path separator: absolute
    std::vector<std::string> arguments;
    std::vector<std::pair<std::string, std::string>> environment;
    std::string interactiveMode = "IfAvailable";
    bool isClusterInfoWanted = false;
    std::string installHint;
};

struct KubeCluster {
    std::string name;
    std::string server;
    std::string caPem;             // decoded
    std::filesystem::path caFile;  // used when caPem is empty
    std::string tlsServerName;
    bool isTlsUnverified = false;
    std::string proxy;
    std::string execConfig;  // JSON of the extension client.authentication.k8s.io/exec; empty: none
};

struct KubeUser {
    std::string name;
    std::string token;
    std::filesystem::path tokenFile;  // wins over token
    std::string basicUser;
    std::string basicPassword;
    std::string certificatePem;
    std::filesystem::path certificateFile;
    std::string keyPem;
    std::filesystem::path keyFile;
    std::optional<ExecPlugin> exec;
    std::string authProvider;  // its name; empty: none
    std::string asUser;
    std::string asUid;
    std::vector<std::string> asGroups;
    std::map<std::string, std::vector<std::string>> asExtra;
};

struct KubeContext {
    std::string name;
    std::string cluster;
    std::string user;
    std::string nameSpace = "default";
};

struct Kubeconfig {
    std::string currentContext;
    std::vector<KubeCluster> clusters;
    std::vector<KubeUser> users;
    std::vector<KubeContext> contexts;

    const KubeCluster* cluster(std::string_view name) const;
    const KubeUser* user(std::string_view name) const;
    const KubeContext* context(std::string_view name) const;
};

// One file's text; relative paths in it are resolved against the folder of `file`.
// InvalidArgument, with "file:line: reason", for what is no kubeconfig.
Result<Kubeconfig> parseKubeconfig(std::string_view text, const std::filesystem::path& file);

// Entries of `into` win over those of `from` with the same name, whole.
void mergeKubeconfig(Kubeconfig& into, Kubeconfig from);

// The files to read: `explicitFile` alone, else the list in KUBECONFIG without repeats, else ~/.kube/config.
std::vector<std::filesystem::path> kubeconfigFiles(const std::string& explicitFile);

// Reads and merges. A missing file is none, but `explicitFile` must be there (NotFound).
Result<Kubeconfig> loadKubeconfig(const std::string& explicitFile);

}  // namespace slipway::kube
