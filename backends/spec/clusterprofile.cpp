// SPDX-License-Identifier: Apache-2.0
#include "backends/spec/clusterprofile.h"

#include "backends/platform/files.h"
#include "backends/spec/yamlvalue.h"

namespace slipway {
namespace fs = std::filesystem;

namespace {
constexpr std::size_t kMaxProfileBytes = 64 * 1024;

// Context names may hold slashes and colons ("arn:aws:eks:…/lab"): one path component each.
std::string component(std::string name) {
    for (char& c : name) {
        if (c == '/' || c == '\\' || c == '\0') c = '_';
    }
    return name.empty() || name == "." || name == ".." ? "_" : name;
}
}  // namespace

fs::path profileFile(const fs::path& home, const std::string& context, const std::string& nameSpace) {
    return home / "profiles" / component(context) / (component(nameSpace) + ".yaml");
}

Result<ClusterProfile> loadProfile(const fs::path& file) {
    ClusterProfile profile;
    const auto text = readFile(file, kMaxProfileBytes);
    if (!text && text.error().code == ErrorCode::NotFound) return profile;
    if (!text) return text.error();
    auto root = parseYaml(*text);
    if (!root) {
        Error error = std::move(root).error();
        error.message = file.string() + ": " + error.message;
        return error;
    }
    const auto refused = [&](const SpecRange& at, const std::string& message) {
        return Error{ErrorCode::InvalidArgument,
                     file.string() + ": line " + std::to_string(at.line) + ": " + message, "",
                     "Keep only `registry` and `registry_secret` in it, each with text"};
    };
    if (root->kind == YamlValue::Kind::Null) return profile;
    if (!root->isMap()) return refused(root->range, "a profile is a map of settings");
    for (const YamlEntry& entry : root->entries) {
        std::string* to = entry.key == "registry"          ? &profile.registry
                          : entry.key == "registry_secret" ? &profile.registrySecret
                                                           : nullptr;
        if (to == nullptr) return refused(entry.keyRange, "`" + entry.key + "` is no field of a profile");
        if (entry.value.kind == YamlValue::Kind::Null) continue;
        if (!entry.value.isScalar()) return refused(entry.value.range, "`" + entry.key + "` takes text");
        *to = entry.value.text;
    }
    return profile;
}

Result<void> saveProfile(const ClusterProfile& profile, const fs::path& file) {
    std::error_code failure;
    fs::create_directories(file.parent_path(), failure);
    if (failure) return errnoError("cannot make " + file.parent_path().string(), failure.value());
    std::string text;
    if (!profile.registry.empty()) text += "registry: " + yamlQuoted(profile.registry) + "\n";
    if (!profile.registrySecret.empty())
        text += "registry_secret: " + yamlQuoted(profile.registrySecret) + "\n";
    return writeFileAtomically(file, text);
}

}  // namespace slipway
