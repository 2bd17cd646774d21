// SPDX-License-Identifier: Apache-2.0
#include "backends/core/jobneeds.h"

#include <utility>

namespace slipway {

std::string schemeOf(std::string_view source) {
    const std::size_t end = source.find("://");
    return std::string(end == std::string_view::npos ? std::string_view{} : source.substr(0, end));
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
        if (scheme.empty()) continue;
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
