// SPDX-License-Identifier: Apache-2.0
#include "backends/image/modelartifact.h"

#include "backends/image/eventlayer.h"
#include "backends/image/registry.h"
#include "backends/image/sha256.h"
#include "backends/platform/filelock.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace slipway {

namespace fs = std::filesystem;
using namespace oci;
using Json = nlohmann::ordered_json;

namespace {

constexpr const char* kArtifactType = "application/vnd.cncf.model.manifest.v1+json";
constexpr const char* kModelConfigType = "application/vnd.cncf.model.config.v1+json";
constexpr const char* kPathAnnotation = "org.cncf.model.filepath";
// To other tools the events are one more document of the model.
constexpr const char* kEventsPath = ".slipway/events.jsonl.gz";
constexpr const char* kEventsType = "application/vnd.cncf.model.doc.v1.raw";
constexpr const char* kEventsAnnotation = "dev.slipway.events";
constexpr std::size_t kMaxFiles = 900;  // a manifest has at most 1000 layers here

struct LocalFile {
    std::string path;
    fs::path source;
    FileDigest content;
    bool isEvents = false;
};

// model-spec, "Layer media types"; weights are never packed, so each file is a layer as it is.
std::string mediaTypeOf(const std::string& path) {
    const std::string extension = fs::path(path).extension().string();
    std::string what = "weight";
    if (extension == ".json" || extension == ".jsonl" || extension == ".yaml" || extension == ".yml")
        what = "weight.config";
    if (extension == ".md" || extension == ".txt" || extension == ".log") what = "doc";
    if (extension == ".py") what = "code";
    return "application/vnd.cncf.model." + what + ".v1.raw";
}

// Relative, without "." and "..": what may be written below a folder.
bool isSafePath(const std::string& path) {
    const fs::path parsed(path);
    if (path.empty() || path.size() > 1024 || parsed.is_absolute() || path.find('\0') != std::string::npos ||
        !parsed.has_filename())
        return false;
    return std::none_of(parsed.begin(), parsed.end(),
                        [](const fs::path& part) { return part == ".." || part == "."; });
}

bool isWithin(const fs::path& path, const fs::path& part) {
    return std::mismatch(part.begin(), part.end(), path.begin(), path.end()).first == part.end();
}

Result<std::vector<LocalFile>> filesBelow(const fs::path& folder, const fs::path& part,
                                          const std::stop_token& stop) {
    std::vector<LocalFile> files;
    std::error_code code;
    for (fs::recursive_directory_iterator it(folder, code), end; !code && it != end; it.increment(code)) {
        if (!it->is_regular_file(code)) continue;
        const fs::path path = it->path().lexically_relative(folder);
        if (!isWithin(path, part)) continue;
        if (files.size() >= kMaxFiles)
            return Error{ErrorCode::InvalidArgument,
                         "`" + folder.string() + "` has more than 900 files",
                         {},
                         "Put many small files into one archive"};
        SLIPWAY_TRY(FileDigest content, sha256OfFile(it->path(), stop));
        files.push_back({path.generic_string(), it->path(), std::move(content)});
    }
    if (code) return errnoError("cannot read the folder `" + folder.string() + "`", code.value());
    if (files.empty())
        return Error{
            ErrorCode::InvalidArgument, "`" + (folder / part).string() + "` holds no files to push", {}, {}};
    std::sort(files.begin(), files.end(),
              [](const LocalFile& a, const LocalFile& b) { return a.path < b.path; });
    return files;
}

// Behind the model's files; a file of that name that the model has itself stays the model's.
Result<void> addEvents(std::vector<LocalFile>& files, const fs::path& events, const std::stop_token& stop) {
    const bool isTaken = std::any_of(files.begin(), files.end(),
                                     [](const LocalFile& file) { return file.path == kEventsPath; });
    if (events.empty() || isTaken) return {};
    SLIPWAY_TRY(FileDigest content, sha256OfFile(events, stop));
    files.push_back({kEventsPath, events, std::move(content), true});
    return {};
}

Json layerOf(const LocalFile& file, const Descriptor& blob) {
    Json layer{{"mediaType", blob.mediaType},
               {"digest", blob.digest},
               {"size", blob.size},
               {"annotations", {{kPathAnnotation, file.path}}}};
    if (file.isEvents) layer["annotations"][kEventsAnnotation] = "1";
    return layer;
}

Result<Manifest> fetchModel(Registry& registry, const std::string& reference) {
    SLIPWAY_TRY(const FetchedManifest fetched, registry.fetchManifest(registry.reference().version()));
    SLIPWAY_TRY(Manifest manifest, parseManifest(fetched.bytes, fetched.mediaType));
    if (manifest.artifactType == kArtifactType) return manifest;
    return Error{ErrorCode::InvalidArgument, "`" + reference + "` is no model", manifest.artifactType,
                 "Name the reference that a run's result shows"};
}

std::string modelConfig(const std::string& name, const std::vector<LocalFile>& files) {
    const bool hasSafetensors = std::any_of(files.begin(), files.end(), [](const LocalFile& file) {
        return file.path.ends_with(".safetensors");
    });
    Json ids = Json::array();
    for (const LocalFile& file : files) ids.push_back(file.content.digest);
    Json config{{"descriptor", {{"name", name}}},
                {"config", Json::object()},
                {"modelfs", {{"type", "layers"}, {"diffIds", ids}}}};
    if (hasSafetensors) config["config"]["format"] = "safetensors";
    return config.dump();
}

Result<void> placeFile(const fs::path& from, const fs::path& to) {
    SLIPWAY_CHECK(makeFolders(to.parent_path()));
    std::error_code code;
    fs::rename(from, to, code);
    if (code) return errnoError("cannot write `" + to.string() + "`", code.value());
    return syncFolder(to.parent_path());
}

// Below `place`, by way of `partial`, unless it is there already.
Result<FileStamp> bringFile(Registry& registry, const Descriptor& layer, const std::string& path,
                            const fs::path& place, const fs::path& partial, const ProgressCallback& progress,
                            const std::stop_token& stop) {
    const Registry::Progress report = [&](std::uint64_t done) {
        if (progress)
            progress(
                {path, Bytes{static_cast<std::int64_t>(done)}, Bytes{static_cast<std::int64_t>(layer.size)}});
    };
    if (const auto before = fileStamp(place / path)) {
        const auto there = sha256OfFile(place / path, stop, report);
        if (there && there->digest == layer.digest) return *before;
    }
    const fs::path blob = partial / hexOf(layer.digest);
    SLIPWAY_CHECK(registry.fetchBlobTo(layer, blob, report));
    SLIPWAY_TRY(const FileStamp stamp, fileStamp(blob));  // a rename keeps it
    SLIPWAY_CHECK(placeFile(blob, place / path));
    return stamp;
}

}  // namespace

Result<PushResult> pushModel(const fs::path& folder, const std::string& name, const std::string& to,
                             HttpClient& http, std::stop_token stop, const ModelPush& options) {
    SLIPWAY_TRY(const Reference target, parseReference(to));
    if (target.isLayout || !target.digest.empty())
        return Error{ErrorCode::InvalidArgument,
                     "`" + to + "` names no tag of a registry",
                     {},
                     "Write registry/repository:tag"};
    SLIPWAY_TRY(std::vector<LocalFile> files, filesBelow(folder, options.part, stop));
    SLIPWAY_CHECK(addEvents(files, options.events, stop));
    const std::string config = modelConfig(name, files);
    const Descriptor configBlob{kModelConfigType, sha256Of(config), config.size(), {}, {}, {}};

    Registry registry(http, target, true, stop);
    Bytes all;
    for (const LocalFile& file : files) all.count += static_cast<std::int64_t>(file.content.size);
    const auto tell = [&](const std::string& path, std::int64_t done) {
        if (options.progress) options.progress({path, Bytes{done}, all});
    };
    PushResult result;
    Json layers = Json::array();
    for (const LocalFile& file : files) {
        const Descriptor blob{file.isEvents ? kEventsType : mediaTypeOf(file.path),
                              file.content.digest,
                              file.content.size,
                              {},
                              {},
                              {}};
        SLIPWAY_TRY(const bool isThere, registry.hasBlob(blob.digest));
        if (!isThere) {
            const Registry::Progress sent = [&, before = result.total.count](std::uint64_t bytes) {
                tell(file.path, before + static_cast<std::int64_t>(bytes));
            };
            SLIPWAY_CHECK(registry.uploadBlob(blob, file.source, sent));
            result.sent.count += static_cast<std::int64_t>(blob.size);
        }
        (isThere ? result.layersPresent : result.layersSent) += 1;
        result.total.count += static_cast<std::int64_t>(blob.size);
        tell(file.path, result.total.count);
        layers.push_back(layerOf(file, blob));
    }
    SLIPWAY_TRY(const bool hasConfig, registry.hasBlob(configBlob.digest));
    if (!hasConfig) SLIPWAY_CHECK(registry.uploadBlob(configBlob, config));
    const Json manifest{
        {"schemaVersion", 2},
        {"mediaType", kManifestType},
        {"artifactType", kArtifactType},
        {"config",
         {{"mediaType", configBlob.mediaType}, {"digest", configBlob.digest}, {"size", configBlob.size}}},
        {"layers", layers}};
    const std::string text = manifest.dump();
    SLIPWAY_TRY(const bool isManifestSent, registry.putManifest(target.tag, text, kManifestType));
    result.total.count += static_cast<std::int64_t>(config.size() + text.size());
    result.sent.count +=
        static_cast<std::int64_t>((hasConfig ? 0 : config.size()) + (isManifestSent ? text.size() : 0));
    result.reference = target.withDigest(sha256Of(text));
    return result;
}

Result<std::vector<StampedFile>> pullModel(const std::string& reference, const fs::path& folder,
                                           HttpClient& http, const ProgressCallback& progress,
                                           std::stop_token stop) {
    SLIPWAY_TRY(const Reference source, parseReference(reference));
    if (source.isLayout)
        return Error{ErrorCode::InvalidArgument, "`" + reference + "` names no registry", {}, {}};
    Registry registry(http, source, false, stop);
    SLIPWAY_TRY(const Manifest manifest, fetchModel(registry, reference));
    std::vector<StampedFile> files;
    std::map<std::string, const Descriptor*> wanted;
    for (const Descriptor& layer : manifest.layers) {
        if (layer.annotations.contains(kEventsAnnotation)) continue;
        const auto path = layer.annotations.find(kPathAnnotation);
        if (path == layer.annotations.end() || !isSafePath(path->second) ||
            !wanted.emplace(path->second, &layer).second) {
            return Error{ErrorCode::Corrupt,
                         "the model `" + reference + "` names a file that cannot be written",
                         path == layer.annotations.end() ? "" : path->second.substr(0, 200),
                         {}};
        }
        files.push_back(
            {{path->second, Digest(layer.digest), Bytes{static_cast<std::int64_t>(layer.size)}}, {}});
    }
    // Beside the folder, so that a later call goes on with what is there, and nothing half done shows in the folder.
    fs::path plain = folder;
    if (!plain.has_filename()) plain = plain.parent_path();
    const fs::path partial = plain.string() + ".partial";
    SLIPWAY_CHECK(makeFolders(partial));
    // One call at a time writes there; the next one finds what it left.
    SLIPWAY_TRY(const FileLock lock, FileLock::acquire(plain.string() + ".lock", kDownloadPatience, stop));
    std::error_code code;
    const bool isNew = !fs::exists(plain, code);
    const fs::path place = isNew ? partial / "files" : plain;
    SLIPWAY_CHECK(makeFolders(place));
    for (StampedFile& file : files) {
        SLIPWAY_TRY(file.stamp,
                    bringFile(registry, *wanted.at(file.path), file.path, place, partial, progress, stop));
    }
    if (isNew) SLIPWAY_CHECK(placeFile(place, plain));
    fs::remove_all(partial, code);
    return files;
}

Result<bool> pullModelEvents(const std::string& reference, const fs::path& to, HttpClient& http,
                             const std::stop_token& stop) {
    SLIPWAY_TRY(const Reference source, parseReference(reference));
    if (source.isLayout)
        return Error{ErrorCode::InvalidArgument, "`" + reference + "` names no registry", {}, {}};
    Registry registry(http, source, false, stop);
    SLIPWAY_TRY(const Manifest manifest, fetchModel(registry, reference));
    const auto layer =
        std::find_if(manifest.layers.begin(), manifest.layers.end(),
                     [](const Descriptor& one) { return one.annotations.contains(kEventsAnnotation); });
    if (layer == manifest.layers.end()) return false;
    if (layer->size > kMaxEventLayerBytes)
        return Error{ErrorCode::Corrupt, "the events of `" + reference + "` are too many", {}, {}};
    const fs::path packed = to.string() + ".gz";
    SLIPWAY_CHECK(registry.fetchBlobTo(*layer, packed, [](std::uint64_t) {}));
    const auto unpacked = unpackLines(packed, to, stop);
    std::error_code code;
    fs::remove(packed, code);
    if (!unpacked) return unpacked.error();
    return true;
}

}  // namespace slipway
