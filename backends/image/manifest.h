// SPDX-License-Identifier: Apache-2.0
// Manifests, indexes and image configurations of OCI and Docker's schema 2, read with limits and checked. Values; any thread.
#pragma once

#include "backends/core/result.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::oci {

inline constexpr std::size_t kMaxManifestBytes = std::size_t{4} << 20;
inline constexpr std::size_t kMaxConfigBytes = std::size_t{8} << 20;

inline constexpr const char* kManifestType = "application/vnd.oci.image.manifest.v1+json";
inline constexpr const char* kIndexType = "application/vnd.oci.image.index.v1+json";
inline constexpr const char* kDockerManifestType = "application/vnd.docker.distribution.manifest.v2+json";
inline constexpr const char* kDockerIndexType = "application/vnd.docker.distribution.manifest.list.v2+json";
inline constexpr const char* kConfigType = "application/vnd.oci.image.config.v1+json";
inline constexpr const char* kLayerType = "application/vnd.oci.image.layer.v1.tar+gzip";
inline constexpr const char* kDockerLayerType = "application/vnd.docker.image.rootfs.diff.tar.gzip";
inline constexpr const char* kRefNameAnnotation = "org.opencontainers.image.ref.name";

struct Descriptor {
    std::string mediaType;
    std::string digest;
    std::uint64_t size = 0;
    std::map<std::string, std::string> annotations;
    std::string os;  // of `platform`, in indexes
    std::string architecture;
};

struct Manifest {
    std::string mediaType;
    std::string artifactType;
    bool isIndex = false;
    std::vector<Descriptor> manifests;  // index
    Descriptor config;                  // manifest
    std::vector<Descriptor> layers;     // manifest
};

// Corrupt: no JSON, wrong shape, bad digests or sizes, schema 1. `mediaType` stands in where the text names none.
Result<Manifest> parseManifest(std::string_view text, const std::string& mediaType = {});

// The child for linux and this processor. NotFound names what there is.
Result<Descriptor> chooseChild(const Manifest& index, const std::string& architecture);

// `layers` descriptors of `config.rootfs.diff_ids`. Corrupt.
Result<std::vector<std::string>> diffIdsOf(std::string_view config);

}  // namespace slipway::oci
