// SPDX-License-Identifier: Apache-2.0
// Finds what must never be part of an image: private keys and access tokens, by the file's name and by its text. Any thread.
#pragma once

#include "backends/core/jobspec.h"
#include "backends/core/result.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::oci {

inline constexpr std::size_t kMaxScannedBytes = std::size_t{1} << 20;  // larger files are data, not code

// "environment file", "private key" …; none when the name (with the folders above it) says nothing.
std::optional<std::string> secretByName(const std::string& path);

struct FoundSecret {
    std::string what;  // "AWS access key"; never the secret
    int line = 0;
};
std::optional<FoundSecret> secretInText(std::string_view text);

// What the job's own text holds, which goes in as job.yaml: "env.TOKEN: Hugging Face token". Here passwords in URLs count, too.
std::vector<std::string> secretsInJob(const JobSpec& job);

}  // namespace slipway::oci
