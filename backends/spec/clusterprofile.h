// SPDX-License-Identifier: Apache-2.0
// What a person has to know once about a cluster's namespace and Slipway keeps for them: where images go and how the cluster
// pulls them. One small YAML file per context and namespace, <home>/profiles/<context>/<namespace>.yaml. Values; any thread.
#pragma once

#include <filesystem>
#include <string>

#include "backends/core/result.h"

namespace slipway {

struct ClusterProfile {
    std::string registry;        // "[http://]registry/repository-prefix"; empty: not known yet
    std::string registrySecret;  // name of a dockerconfigjson Secret in the namespace; empty: none needed
};

std::filesystem::path profileFile(const std::filesystem::path& home, const std::string& context,
                                  const std::string& nameSpace);

// A missing file is an empty profile. InvalidArgument with line and field, Io.
Result<ClusterProfile> loadProfile(const std::filesystem::path& file);
Result<void> saveProfile(const ClusterProfile& profile, const std::filesystem::path& file);

}  // namespace slipway
