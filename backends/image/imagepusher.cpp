// SPDX-License-Identifier: Apache-2.0
#include "backends/image/layerbuilder.h"
#include "backends/image/layout.h"
#include "backends/image/packager.h"
#include "backends/image/registry.h"
#include "backends/image/sha256.h"
#include "backends/platform/filelock.h"

namespace slipway {

namespace fs = std::filesystem;
using namespace oci;

namespace {

std::string nameOf(const ImageLayer& layer) {
    switch (layer.kind) {
        case LayerKind::Base: return "base " + layer.digest.substr(0, 19) + "…";
        case LayerKind::Agent: return "agent layer";
        case LayerKind::Runner: return "runner layer";
        case LayerKind::Input: return "input layer";
        case LayerKind::Code: return "code layer";
    }
    return {};
}

Descriptor descriptorOf(const ImageLayer& layer) {
    return {layer.mediaType, layer.digest, static_cast<std::uint64_t>(layer.size.count), {}, {}, {}};
}

Registry::Progress forwarded(const ProgressCallback& progress, const ImageLayer& layer) {
    if (!progress) return {};
    return [&progress, what = nameOf(layer), total = layer.size](std::uint64_t done) {
        progress({what, Bytes{static_cast<std::int64_t>(done)}, total});
    };
}

// A file with the layer's bytes. Base layers come from their layout folder, or through the cache from their registry.
class LayerFiles {
public:
    LayerFiles(const PackagedImage& image, HttpClient& http, const ProgressCallback& progress,
               std::stop_token stop)
        : m_image(image),
          m_http(http),
          m_progress(progress),
          m_stop(std::move(stop)) {}

    Result<fs::path> file(const ImageLayer& layer) const {
        if (!layer.blob.empty()) return layer.blob;
        SLIPWAY_TRY(Reference base, parseReference(m_image.baseReference));
        const Descriptor blob = descriptorOf(layer);
        if (base.isLayout) {
            SLIPWAY_TRY(fs::path path, Layout(base.folder).blobFile(blob));
            SLIPWAY_TRY(const FileDigest got, sha256OfFile(path, m_stop));
            if (got.digest != layer.digest)
                return Error{ErrorCode::Corrupt,
                             "`" + path.string() + "` does not have the digest of its name",
                             {},
                             "Make the base image again"};
            return path;
        }
        fs::path cached = LayerCache(m_image.cache).blobPath(layer.digest);
        // One program fetches a layer, others wait for it. Not beside the blob, where the cache is trimmed.
        SLIPWAY_CHECK(makeFolders(m_image.cache / "locks"));
        SLIPWAY_TRY(const FileLock lock, FileLock::acquire(m_image.cache / "locks" / hexOf(layer.digest),
                                                           kDownloadPatience, m_stop));
        std::error_code code;
        if (fs::file_size(cached, code) == blob.size && !code) return cached;
        SLIPWAY_CHECK(Registry(m_http, std::move(base), false, m_stop)
                          .fetchBlobTo(blob, cached, forwarded(m_progress, layer)));
        return cached;
    }

private:
    const PackagedImage& m_image;
    HttpClient& m_http;
    const ProgressCallback& m_progress;
    std::stop_token m_stop;
};

Result<std::string> manifestType(const PackagedImage& image) {
    SLIPWAY_TRY(const Manifest manifest, parseManifest(image.manifest));
    return manifest.mediaType;
}

void count(PushResult& result, const ImageLayer& layer, bool isSent) {
    (isSent ? result.layersSent : result.layersPresent) += 1;
    if (isSent) result.sent.count += layer.size.count;
}

void countText(PushResult& result, const std::string& text, bool isSent) {
    if (isSent) result.sent.count += static_cast<std::int64_t>(text.size());
}

Result<void> pushToLayout(const PackagedImage& image, const Reference& to, const LayerFiles& files,
                          PushResult& result) {
    const Layout layout(to.folder);
    SLIPWAY_CHECK(layout.create());
    for (const ImageLayer& layer : image.layers) {
        bool isSent = !layout.blobFile(descriptorOf(layer));
        if (isSent) {
            SLIPWAY_TRY(const fs::path file, files.file(layer));
            SLIPWAY_TRY(isSent, layout.addBlob(descriptorOf(layer), file));
        }
        count(result, layer, isSent);
    }
    SLIPWAY_TRY(const bool isConfigSent, layout.addBlob(image.config));
    SLIPWAY_TRY(const bool isManifestSent, layout.addBlob(image.manifest));
    countText(result, image.config, isConfigSent);
    countText(result, image.manifest, isManifestSent);
    SLIPWAY_TRY(const std::string type, manifestType(image));
    return layout.setTag({type, image.digest, image.manifest.size(), {}, {}, {}}, to.tag);
}

Result<void> pushToRegistry(const PackagedImage& image, const Reference& to, HttpClient& http,
                            const LayerFiles& files, const ProgressCallback& progress,
                            const std::stop_token& stop, PushResult& result) {
    Registry registry(http, to, true, stop);
    std::string mountSource;
    if (!image.baseReference.empty()) {
        SLIPWAY_TRY(const Reference base, parseReference(image.baseReference));
        if (!base.isLayout && base.registry == to.registry) mountSource = base.repository;
    }
    for (const ImageLayer& layer : image.layers) {
        SLIPWAY_TRY(bool isThere, registry.hasBlob(layer.digest));
        if (!isThere && layer.kind == LayerKind::Base && !mountSource.empty()) {
            SLIPWAY_TRY(isThere, registry.mountBlob(layer.digest, mountSource));
        }
        if (!isThere) {
            SLIPWAY_TRY(const fs::path file, files.file(layer));
            SLIPWAY_CHECK(registry.uploadBlob(descriptorOf(layer), file, forwarded(progress, layer)));
        }
        count(result, layer, !isThere);
    }
    SLIPWAY_TRY(const bool hasConfig, registry.hasBlob(image.configDigest));
    if (!hasConfig)
        SLIPWAY_CHECK(registry.uploadBlob({kConfigType, image.configDigest, image.config.size(), {}, {}, {}},
                                          image.config));
    countText(result, image.config, !hasConfig);
    SLIPWAY_TRY(const std::string type, manifestType(image));
    SLIPWAY_TRY(const bool isManifestSent,
                registry.putManifest(to.tag.empty() ? image.digest : to.tag, image.manifest, type));
    countText(result, image.manifest, isManifestSent);
    return {};
}

}  // namespace

Result<void> askRegistry(const std::string& to, HttpClient& http, std::stop_token stop) {
    SLIPWAY_TRY(const Reference target, parseReference(to));
    if (target.isLayout) return {};
    const auto asked = Registry(http, target, true, std::move(stop)).hasBlob(sha256Of(""));
    if (asked) return {};
    Error error = asked.error();
    if (error.code == ErrorCode::Cancelled) return error;
    // Which blob was asked for is nobody's concern.
    const std::string reason =
        error.code == ErrorCode::PermissionDenied ? "the registry does not let this user in" : error.message;
    error.message = "cannot push to " + target.registry + "/" + target.repository + ": " + reason;
    return error;
}

Result<PushResult> pushImage(const PackagedImage& image, const std::string& to, HttpClient& http,
                             const ProgressCallback& progress, std::stop_token stop) {
    SLIPWAY_TRY(const Reference target, parseReference(to));
    if (!target.digest.empty())
        return Error{ErrorCode::InvalidArgument, "an image cannot be pushed to a digest", {}, "Name a tag"};
    PushResult result;
    result.reference = target.withDigest(image.digest);
    result.total.count = static_cast<std::int64_t>(image.config.size() + image.manifest.size());
    for (const ImageLayer& layer : image.layers) result.total.count += layer.size.count;
    const LayerFiles files(image, http, progress, stop);
    if (target.isLayout) {
        SLIPWAY_CHECK(pushToLayout(image, target, files, result));
    } else {
        SLIPWAY_CHECK(pushToRegistry(image, target, http, files, progress, stop, result));
    }
    return result;
}

}  // namespace slipway
