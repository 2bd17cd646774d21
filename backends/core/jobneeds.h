// SPDX-License-Identifier: Apache-2.0
// What a job takes from beyond its folder, and what of it a run on this machine would miss: a cluster's volumes, and secrets, which are
// variables of the environment here. Pure functions; any thread.
#pragma once

#include "backends/core/jobspec.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway {

inline constexpr std::string_view kVolumeScheme =
    "pvc://";  // a claim in the job's namespace and a folder in it
inline constexpr std::string_view kObjectScheme = "s3://";  // a bucket and an object in it
inline constexpr std::string_view kSecretPrefix = "SLIPWAY_SECRET_";

// "s3" of "s3://bucket/key"; empty for a path.
std::string schemeOf(std::string_view source);

struct ObjectPlace {
    std::string bucket;
    std::string key;
};
// Of "s3://bucket/folder/file.csv"; none for anything else, a bucket or folder as a whole, and a name that S3 does not have.
std::optional<ObjectPlace> objectPlace(std::string_view source);

// The value of a variable that comes from a secret, as the environment that starts the run here has it.
std::optional<std::string> secretHere(const EnvVar& variable,
                                      const std::map<std::string, std::string>& environment);

struct UnmetNeed {
    std::string setting;  // "inputs.images"
    std::string message;  // why
    std::string nextStep;
};
// In the order of the job file's settings. Files are not looked for.
std::vector<UnmetNeed> unmetHere(const JobSpec& job, const std::map<std::string, std::string>& environment);

}  // namespace slipway
