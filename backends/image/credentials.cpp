// SPDX-License-Identifier: Apache-2.0
#include "backends/image/credentials.h"

#include "backends/platform/base64.h"
#include "backends/platform/folders.h"
#include "backends/platform/process.h"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>

namespace slipway::oci {

namespace {

using Json = nlohmann::json;
constexpr std::size_t kMaxConfigFileBytes = std::size_t{1} << 20;
constexpr auto kHelperTimeout = std::chrono::seconds(30);  // some ask a service over the network
constexpr const char* kDockerHubKey = "https://index.docker.io/v1/";

std::string text(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string keyOf(const std::string& registry) { return registry == "docker.io" ? kDockerHubKey : registry; }

// Hosts are written with or without scheme and version.
std::string bareHost(std::string key) {
    if (const std::size_t scheme = key.find("://"); scheme != std::string::npos) key.erase(0, scheme + 3);
    key.erase(std::min(key.find('/'), key.size()));
    return key == "index.docker.io" || key == "registry-1.docker.io" ? "docker.io" : key;
}

Error damaged(const std::string& what) {
    return {ErrorCode::Corrupt,
            "the registry credentials in docker's configuration cannot be read: " + what,
            {},
            "Log in to the registry again with docker login"};
}

Result<Json> parse(std::string_view bytes) {
    Json json = Json::parse(bytes, nullptr, false);
    if (!json.is_object()) return damaged("it is no JSON object");
    return json;
}

Result<RegistryCredential> credentialOf(const Json& config, const std::string& registry) {
    const auto auths = config.find("auths");
    if (auths == config.end() || !auths->is_object()) return RegistryCredential{};
    for (const auto& [key, entry] : auths->items()) {
        if (bareHost(key) != registry || !entry.is_object()) continue;
        RegistryCredential credential;
        credential.identityToken = text(entry, "identitytoken");
        credential.user = text(entry, "username");
        credential.password = text(entry, "password");
        if (const std::string auth = text(entry, "auth"); !auth.empty()) {
            const auto pair = decodeBase64(auth);
            const std::size_t colon = pair ? pair->find(':') : std::string::npos;
            if (colon == std::string::npos)
                return damaged("`auth` of " + registry + " is not base64 of user:password");
            credential.user = pair->substr(0, colon);
            credential.password = pair->substr(colon + 1);
        }
        if (!credential.isAnonymous()) return credential;
    }
    return RegistryCredential{};
}

Result<RegistryCredential> askHelper(const std::string& suffix, const std::string& registry) {
    const std::string program = "docker-credential-" + suffix;
    if (suffix.empty() || suffix.find_first_of("/ \t\n") != std::string::npos)
        return damaged("`" + suffix.substr(0, 40) + "` names no credential helper");
    SLIPWAY_TRY(auto pipe, makePipe());
    SLIPWAY_CHECK(writeAll(pipe.second.get(), keyOf(registry) + "\n", program));
    pipe.second.reset();
    SpawnOptions options;
    options.command = {program, "get"};
    options.environment = currentEnvironment();
    options.descriptors = {{pipe.first.get(), 0}};
    const auto output = runCommand(options, kHelperTimeout);
    const std::string hint = "Log in to the registry again with docker login " + registry;
    if (!output)
        return Error{ErrorCode::Unavailable, "the credential helper " + program + " did not run",
                     describe(output.error()), hint};
    if (output->status.exitCode != 0) {
        // By the helpers' protocol errors come on stdout, and this one means: nothing is stored.
        if (output->out.find("credentials not found") != std::string::npos) return RegistryCredential{};
        return Error{ErrorCode::Unavailable, "the credential helper " + program + " failed for " + registry,
                     output->out.substr(0, 300), hint};
    }
    const Json json = Json::parse(output->out, nullptr, false);
    if (!json.is_object())
        return Error{ErrorCode::Unavailable,
                     "the answer of the credential helper " + program + " is no JSON",
                     {},
                     hint};
    RegistryCredential credential;
    credential.user = text(json, "Username");
    credential.password = text(json, "Secret");
    if (credential.user == "<token>") credential = {{}, {}, credential.password};
    return credential;
}

}  // namespace

Result<RegistryCredential> credentialIn(std::string_view configJson, const std::string& registry) {
    SLIPWAY_TRY(const Json config, parse(configJson));
    return credentialOf(config, registry);
}

Result<RegistryCredential> findCredential(const std::string& registry) {
    if (const char* inlined = std::getenv("DOCKER_AUTH_CONFIG"); inlined != nullptr && *inlined != '\0') {
        SLIPWAY_TRY(RegistryCredential credential, credentialIn(inlined, registry));
        if (!credential.isAnonymous()) return credential;
    }
    const char* folder = std::getenv("DOCKER_CONFIG");
    const std::filesystem::path file =
        (folder != nullptr && *folder != '\0' ? std::filesystem::path(folder) : userHome() / ".docker") /
        "config.json";
    const auto content = readFile(file, kMaxConfigFileBytes);
    if (!content && content.error().code == ErrorCode::NotFound) return RegistryCredential{};
    if (!content) return content.error();
    SLIPWAY_TRY(const Json config, parse(*content));
    std::string helper = text(config, "credsStore");
    if (const auto helpers = config.find("credHelpers"); helpers != config.end() && helpers->is_object()) {
        for (const auto& [key, value] : helpers->items()) {
            if (bareHost(key) == registry && value.is_string()) helper = value.get<std::string>();
        }
    }
    if (!helper.empty()) {
        SLIPWAY_TRY(RegistryCredential credential, askHelper(helper, registry));
        if (!credential.isAnonymous()) return credential;
    }
    return credentialOf(config, registry);
}

}  // namespace slipway::oci
