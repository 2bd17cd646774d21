// SPDX-License-Identifier: Apache-2.0
#include "backends/image/manifest.h"

#include "backends/image/sha256.h"

#include <nlohmann/json.hpp>

namespace slipway::oci {

namespace {

using Json = nlohmann::json;
constexpr std::size_t kMaxLayers = 1000;

Error corrupt(const std::string& what) {
    return {ErrorCode::Corrupt, "the image's manifest is damaged: " + what, {}, {}};
}

std::string text(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Result<Descriptor> readDescriptor(const Json& json) {
    if (!json.is_object()) return corrupt("a descriptor is no object");
    Descriptor descriptor;
    descriptor.mediaType = text(json, "mediaType");
    descriptor.digest = text(json, "digest");
    if (!isDigest(descriptor.digest)) return corrupt("a descriptor has no sha256 digest");
    const auto size = json.find("size");
    if (size == json.end() || !size->is_number_unsigned()) return corrupt("a descriptor has no size");
    descriptor.size = size->get<std::uint64_t>();
    if (descriptor.size > std::uint64_t{1} << 50U) return corrupt("a descriptor's size is beyond reason");
    if (const auto annotations = json.find("annotations");
        annotations != json.end() && annotations->is_object()) {
        for (const auto& [key, value] : annotations->items()) {
            if (value.is_string()) descriptor.annotations.emplace(key, value.get<std::string>());
        }
    }
    if (const auto platform = json.find("platform"); platform != json.end() && platform->is_object()) {
        descriptor.os = text(*platform, "os");
        descriptor.architecture = text(*platform, "architecture");
    }
    return descriptor;
}

Result<std::vector<Descriptor>> readDescriptors(const Json& json) {
    if (!json.is_array()) return corrupt("a list of descriptors is missing");
    if (json.size() > kMaxLayers) return corrupt("it has more than 1000 entries");
    std::vector<Descriptor> list;
    for (const Json& one : json) {
        SLIPWAY_TRY(Descriptor descriptor, readDescriptor(one));
        list.push_back(std::move(descriptor));
    }
    return list;
}

Json parse(std::string_view bytes) { return Json::parse(bytes, nullptr, false); }

}  // namespace

Result<Manifest> parseManifest(std::string_view bytes, const std::string& mediaType) {
    if (bytes.size() > kMaxManifestBytes) return corrupt("it is larger than 4 MiB");
    const Json json = parse(bytes);
    if (!json.is_object()) return corrupt("it is no JSON object");
    const auto version = json.find("schemaVersion");
    if (version == json.end() || !version->is_number_integer() || *version != 2) {
        return Error{ErrorCode::Corrupt,
                     "the image's manifest is not of schema version 2",
                     {},
                     "Push the image again with a current tool"};
    }
    Manifest manifest;
    manifest.mediaType = text(json, "mediaType");
    if (manifest.mediaType.empty()) manifest.mediaType = mediaType;
    manifest.artifactType = text(json, "artifactType");
    manifest.isIndex = json.contains("manifests");
    if (manifest.isIndex) {
        if (json.contains("layers") || json.contains("config"))
            return corrupt("it is index and manifest at once");
        if (manifest.mediaType.empty()) manifest.mediaType = kIndexType;
        SLIPWAY_TRY(manifest.manifests, readDescriptors(json.at("manifests")));
        return manifest;
    }
    if (manifest.mediaType.empty()) manifest.mediaType = kManifestType;
    SLIPWAY_TRY(manifest.config, readDescriptor(json.contains("config") ? json.at("config") : Json()));
    SLIPWAY_TRY(manifest.layers, readDescriptors(json.contains("layers") ? json.at("layers") : Json()));
    return manifest;
}

Result<Descriptor> chooseChild(const Manifest& index, const std::string& architecture) {
    std::string seen;
    for (const Descriptor& child : index.manifests) {
        const bool isUnsaid = child.os.empty() && child.architecture.empty() && index.manifests.size() == 1;
        if (isUnsaid || (child.os == "linux" && child.architecture == architecture)) return child;
        if (child.os != "unknown") seen += (seen.empty() ? "" : ", ") + child.os + "/" + child.architecture;
    }
    return Error{ErrorCode::NotFound, "the image is not made for linux/" + architecture,
                 "it has " + (seen.empty() ? "nothing" : seen), "Choose another base image"};
}

Result<std::vector<std::string>> diffIdsOf(std::string_view config) {
    if (config.size() > kMaxConfigBytes) return corrupt("its configuration is larger than 8 MiB");
    const Json json = parse(config);
    const auto rootfs = json.is_object() ? json.find("rootfs") : json.end();
    if (!json.is_object() || rootfs == json.end() || !rootfs->is_object() || !rootfs->contains("diff_ids") ||
        !rootfs->at("diff_ids").is_array()) {
        return corrupt("its configuration lists no layers");
    }
    std::vector<std::string> ids;
    for (const Json& id : rootfs->at("diff_ids")) {
        if (!id.is_string() || !isDigest(id.get<std::string>()))
            return corrupt("its configuration names a layer without a sha256 digest");
        ids.push_back(id.get<std::string>());
    }
    return ids;
}

}  // namespace slipway::oci
