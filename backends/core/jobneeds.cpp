// SPDX-License-Identifier: Apache-2.0
#include "backends/core/jobneeds.h"

#include <algorithm>
#include <utility>

namespace slipway {

std::string schemeOf(std::string_view source) {
    const std::size_t end = source.find("://");
    return std::string(end == std::string_view::npos ? std::string_view{} : source.substr(0, end));
}

std::optional<ObjectPlace> objectPlace(std::string_view source) {
    constexpr std::size_t kMaxKey = 1024;
    if (!source.starts_with(kObjectScheme)) return std::nullopt;
    source.remove_prefix(kObjectScheme.size());
    const std::size_t slash = std::min(source.find('/'), source.size());
    const std::string_view bucket = source.substr(0, slash),
                           key = source.substr(std::min(slash + 1, source.size()));
    const auto isBucketLetter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    };
    const auto isControl = [](char c) { return (c >= 0 && c < ' ') || c == 127; };
    const std::string parts = "/" + std::string(key) + "/";
    const bool hasSteps = parts.find("/../") != std::string::npos || parts.find("/./") != std::string::npos;
    if (bucket.size() < 3 || bucket.size() > 63 || !std::ranges::all_of(bucket, isBucketLetter) ||
        key.empty() || key.size() > kMaxKey || key.ends_with('/') || hasSteps ||
        std::ranges::any_of(key, isControl))
        return std::nullopt;
    return ObjectPlace{std::string(bucket), std::string(key)};
}

std::optional<std::string> secretHere(const EnvVar& variable,
                                      const std::map<std::string, std::string>& environment) {
    for (const std::string& name : {std::string(kSecretPrefix) + variable.name, variable.name}) {
        const auto found = environment.find(name);
        if (found != environment.end()) return found->second;
    }
    return std::nullopt;
}

std::vector<UnmetNeed> unmetHere(const JobSpec& job, const std::map<std::string, std::string>& environment) {
    std::vector<UnmetNeed> unmet;
    for (const InputSpec& input : job.inputs) {
        const std::string scheme = schemeOf(input.source);
        if (scheme.empty() || objectPlace(input.source)) continue;
        std::string message = "the input `" + input.name + "` is ";
        if (input.source.starts_with(kVolumeScheme))
            message.append("a volume of a cluster (")
                .append(input.source)
                .append("), which this machine does not have");
        else
            message.append("at ").append(scheme).append("://, where no run can read yet");
        unmet.push_back(
            {"inputs." + input.name, std::move(message), "name a file or folder of this machine"});
    }
    for (const EnvVar& variable : job.env) {
        if (variable.secretName.empty() || secretHere(variable, environment)) continue;
        unmet.push_back({"env." + variable.name,
                         "the secret for " + variable.name + " (" + variable.secretName + "/" +
                             variable.secretKey + ") is not known here",
                         "set " + std::string(kSecretPrefix) + variable.name +
                             " in the environment that starts the run"});
    }
    return unmet;
}

}  // namespace slipway
