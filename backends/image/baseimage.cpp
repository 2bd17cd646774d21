// SPDX-License-Identifier: Apache-2.0
#include "backends/image/baseimage.h"

#include "backends/core/imagepaths.h"
#include "backends/image/registry.h"
#include "backends/image/sha256.h"

#include <functional>

namespace slipway::oci {

namespace {

struct Source {
    std::function<Result<FetchedManifest>(const std::string& version)> manifest;
    std::function<Result<std::string>(const Descriptor&)> blob;
};

Result<BaseImage> resolve(const Reference& reference, const Source& source) {
    SLIPWAY_TRY(FetchedManifest fetched, source.manifest(reference.version()));
    SLIPWAY_TRY(Manifest manifest, parseManifest(fetched.bytes, fetched.mediaType));
    if (manifest.isIndex) {
        SLIPWAY_TRY(const Descriptor child, chooseChild(manifest, kImageArchitecture));
        SLIPWAY_TRY(fetched, source.manifest(child.digest));
        SLIPWAY_TRY(manifest, parseManifest(fetched.bytes, fetched.mediaType));
        if (manifest.isIndex)
            return Error{ErrorCode::Corrupt, "the base image's index leads to another index", {}, {}};
    }
    BaseImage base;
    base.digest = fetched.digest;
    base.reference = reference;
    base.reference.digest = fetched.digest;
    base.isDocker = manifest.mediaType == kDockerManifestType;
    SLIPWAY_TRY(base.config, source.blob(manifest.config));
    SLIPWAY_TRY(base.diffIds, diffIdsOf(base.config));
    base.layers = manifest.layers;
    if (base.layers.size() != base.diffIds.size()) {
        return Error{ErrorCode::Corrupt,
                     "the base image's manifest and configuration name different numbers of layers",
                     {},
                     "Choose another base image"};
    }
    return base;
}

}  // namespace

Result<BaseImage> resolveLayout(const Layout& layout, const Reference& reference) {
    Source source;
    source.manifest = [&](const std::string& version) -> Result<FetchedManifest> {
        // Children of an index are blobs that index.json does not list.
        Descriptor descriptor{{}, version, 0, {}, {}, {}};
        if (auto found = layout.find(version)) {
            descriptor = *found;
        } else if (!isDigest(version)) {
            return found.error();
        }
        SLIPWAY_TRY(std::string bytes, layout.read(descriptor, kMaxManifestBytes));
        return FetchedManifest{std::move(bytes), descriptor.digest, descriptor.mediaType};
    };
    source.blob = [&](const Descriptor& blob) { return layout.read(blob, kMaxConfigBytes); };
    return resolve(reference, source);
}

Result<BaseImage> resolveBase(const Reference& reference, HttpClient& http, const std::stop_token& stop) {
    if (reference.isLayout) return resolveLayout(Layout(reference.folder), reference);
    Registry registry(http, reference, false, stop);
    Source source;
    source.manifest = [&](const std::string& version) { return registry.fetchManifest(version); };
    source.blob = [&](const Descriptor& blob) { return registry.fetchBlob(blob); };
    return resolve(reference, source);
}

}  // namespace slipway::oci
