// SPDX-License-Identifier: Apache-2.0
#include "backends/core/imagepaths.h"
#include "backends/image/baseimage.h"
#include "backends/image/layerbuilder.h"
#include "backends/image/packager.h"
#include "backends/image/sha256.h"
#include "backends/platform/filelock.h"
#include "backends/spec/specdocument.h"

#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <map>

namespace slipway {

namespace fs = std::filesystem;
using namespace oci;
using Json = nlohmann::ordered_json;

namespace {

constexpr Bytes kCacheLimit{std::int64_t{8} << 30};
// Never the time: the same input gives the same digest. Some tools fail where it is missing.
constexpr const char* kCreated = "1970-01-01T00:00:00Z";
constexpr const char* kDefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

LayerEntry folderEntry(const std::string& path, unsigned int mode) {
    LayerEntry entry;
    entry.tar.kind = TarEntry::Kind::Folder;
    entry.tar.path = path;
    entry.tar.mode = mode;
    return entry;
}

LayerEntry textEntry(const std::string& path, std::string text, unsigned int owner) {
    LayerEntry entry;
    entry.tar.path = path;
    entry.tar.owner = owner;
    entry.tar.size = text.size();
    entry.text = std::move(text);
    return entry;
}

// Modes are normalised: what the umask was does not show.
Result<LayerEntry> fileEntry(const PlannedFile& file) {
    LayerEntry entry;
    entry.tar.path = file.path.substr(1);
    const bool isOurs = file.layer == LayerKind::Agent || file.layer == LayerKind::Runner;
    entry.tar.owner = isOurs ? 0 : kImageUser;
    struct stat info {};
    const auto look = isOurs ? ::stat : ::lstat;
    if (look(file.source.c_str(), &info) != 0)
        return errnoError("cannot read `" + file.source.string() + "`", errno);
    if (S_ISLNK(info.st_mode)) {
        std::error_code code;
        entry.tar.kind = TarEntry::Kind::Link;
        entry.tar.mode = 0777;
        entry.tar.target = fs::read_symlink(file.source, code).string();
        if (code) return errnoError("cannot read `" + file.source.string() + "`", code.value());
        return entry;
    }
    entry.tar.mode = (info.st_mode & 0111) != 0 ? 0755 : 0644;
    entry.tar.size = static_cast<std::uint64_t>(info.st_size);
    entry.source = file.source;
    return entry;
}

struct PlannedLayer {
    LayerKind kind = LayerKind::Code;
    std::string what;
    std::vector<LayerEntry> entries;
};

std::string inputOf(const std::string& path) {
    const std::string rest = path.substr(std::string(kImageInputsFolder).size() + 1);
    return rest.substr(0, rest.find('/'));
}

// From what changes least to what changes most.
Result<std::vector<PlannedLayer>> sortIntoLayers(const PackageRequest& request, const PackagePlan& plan,
                                                 bool hasBase) {
    PlannedLayer agent{
        LayerKind::Agent,
        "agent",
        {folderEntry("tmp", 01777), folderEntry(std::string(kImageRunFolder).substr(1), 01777)}};
    PlannedLayer libraries{LayerKind::Runner, "runner's libraries", {}};
    PlannedLayer runner{LayerKind::Runner, "runner", {}};
    PlannedLayer code{LayerKind::Code, "code", {}};
    std::map<std::string, PlannedLayer> inputs;
    if (!hasBase) {
        for (const char* mountPoint : {"dev", "proc", "sys"})
            agent.entries.push_back(folderEntry(mountPoint, 0755));
        agent.entries.push_back(textEntry(
            "etc/passwd",
            "root:x:0:0:root:/root:/sbin/nologin\nslipway:x:1000:1000:slipway:/slipway/run:/sbin/nologin\n",
            0));
        agent.entries.push_back(textEntry("etc/group", "root:x:0:\nslipway:x:1000:\n", 0));
    }
    const std::string libraryFolder = fs::path(kImageRunner).parent_path().parent_path().string() + "/lib/";
    for (const PlannedFile& file : plan.files) {
        SLIPWAY_TRY(LayerEntry entry, fileEntry(file));
        switch (file.layer) {
            case LayerKind::Base: break;
            case LayerKind::Agent: agent.entries.push_back(std::move(entry)); break;
            case LayerKind::Runner:
                (file.path.starts_with(libraryFolder) ? libraries : runner)
                    .entries.push_back(std::move(entry));
                break;
            case LayerKind::Input: {
                const std::string name = inputOf(file.path);
                inputs.try_emplace(name, PlannedLayer{LayerKind::Input, "input `" + name + "`", {}})
                    .first->second.entries.push_back(std::move(entry));
                break;
            }
            case LayerKind::Code: code.entries.push_back(std::move(entry)); break;
        }
    }
    code.entries.push_back(
        textEntry(std::string(kImageJobFile).substr(1), writeJob(request.job), kImageUser));
    LayerEntry jobFolder = folderEntry(std::string(kImageJobFolder).substr(1), 0755);
    jobFolder.tar.owner = kImageUser;
    code.entries.push_back(std::move(jobFolder));
    std::vector<PlannedLayer> layers;
    layers.push_back(std::move(agent));
    if (!runner.entries.empty()) {
        layers.push_back(std::move(libraries));
        layers.push_back(std::move(runner));
    }
    for (auto& [name, layer] : inputs) layers.push_back(std::move(layer));
    layers.push_back(std::move(code));
    return layers;
}

void setVariable(Json& list, const std::string& name, const std::string& value, bool isReplacing) {
    const std::string prefix = name + "=";
    for (Json& one : list) {
        if (one.is_string() && one.get<std::string>().starts_with(prefix)) {
            if (isReplacing) one = prefix + value;
            return;
        }
    }
    list.push_back(prefix + value);
}

std::string variable(const Json& list, const std::string& name) {
    for (const Json& one : list) {
        if (one.is_string() && one.get<std::string>().starts_with(name + "="))
            return one.get<std::string>().substr(name.size() + 1);
    }
    return {};
}

// The base's configuration with our entry point, user and layers; what else it says stays.
std::string writeConfig(const PackageRequest& request, const BaseImage* base,
                        const std::vector<ImageLayer>& layers) {
    Json config = base != nullptr ? Json::parse(base->config, nullptr, false) : Json::object();
    config["created"] = kCreated;
    config["architecture"] = kImageArchitecture;
    config["os"] = "linux";
    if (!config.contains("config") || !config["config"].is_object()) config["config"] = Json::object();
    Json& run = config["config"];
    Json environment = run.contains("Env") && run["Env"].is_array() ? run["Env"] : Json::array();
    setVariable(environment, "PATH", kDefaultPath, false);
    setVariable(environment, "HOME", kImageRunFolder, false);
    setVariable(environment, "SLIPWAY_CA_FILE", kImageCaFile, true);
    if (!request.pythonModule.empty()) {
        const std::string before = variable(environment, "PYTHONPATH");
        setVariable(environment, "PYTHONPATH", kImagePythonFolder + (before.empty() ? "" : ":" + before),
                    true);
    }
    std::string folder = kImageJobFolder;
    if (const ProgramSpec* program = request.job.program(); program != nullptr)
        folder = (fs::path(kImageJobFolder) / program->folder).lexically_normal().string();
    if (folder.size() > 1 && folder.back() == '/') folder.pop_back();
    Json entry = packagedCommand(kImageAgent);
    entry.push_back("pod");
    run["User"] = std::to_string(kImageUser) + ":" + std::to_string(kImageUser);
    run["Env"] = std::move(environment);
    run["Entrypoint"] = std::move(entry);
    run.erase("Cmd");
    run["WorkingDir"] = folder;
    run["StopSignal"] = "SIGTERM";
    if (!run.contains("Labels") || !run["Labels"].is_object()) run["Labels"] = Json::object();
    run["Labels"]["org.opencontainers.image.title"] = request.job.name;

    Json ids = Json::array();
    Json history = Json::array();
    if (base != nullptr) {
        for (const std::string& id : base->diffIds) ids.push_back(id);
        std::size_t counted = 0;
        if (config.contains("history") && config["history"].is_array()) history = config["history"];
        for (const Json& one : history)
            counted += one.is_object() && one.value("empty_layer", Json(false)) == Json(true) ? 0 : 1;
        if (counted != ids.size()) {
            history = Json::array();
            for (std::size_t i = 0; i < ids.size(); ++i)
                history.push_back({{"created", kCreated}, {"created_by", "base image"}});
        }
    }
    for (const ImageLayer& layer : layers) {
        if (layer.kind == LayerKind::Base) continue;
        ids.push_back(layer.diffId);
        history.push_back({{"created", kCreated}, {"created_by", "slipway"}});
    }
    config["rootfs"] = {{"type", "layers"}, {"diff_ids", std::move(ids)}};
    config["history"] = std::move(history);
    return config.dump();
}

std::string writeManifest(const PackagedImage& image, const BaseImage* base) {
    const bool isDocker = base != nullptr && base->isDocker;
    Json manifest{{"schemaVersion", 2}, {"mediaType", isDocker ? kDockerManifestType : kManifestType}};
    const char* configType = isDocker ? "application/vnd.docker.container.image.v1+json" : kConfigType;
    manifest["config"] = {
        {"mediaType", configType}, {"digest", image.configDigest}, {"size", image.config.size()}};
    manifest["layers"] = Json::array();
    for (const ImageLayer& layer : image.layers) {
        manifest["layers"].push_back(
            {{"mediaType", layer.mediaType}, {"digest", layer.digest}, {"size", layer.size.count}});
    }
    if (base != nullptr && !isDocker) {
        Json annotations{{"org.opencontainers.image.base.digest", base->digest}};
        if (!base->reference.isLayout) {
            annotations["org.opencontainers.image.base.name"] =
                base->reference.registry + "/" + base->reference.repository +
                (base->reference.tag.empty() ? "" : ":" + base->reference.tag);
        }
        manifest["annotations"] = std::move(annotations);
    }
    return manifest.dump();
}

Result<std::optional<BaseImage>> baseOf(const PackageRequest& request, HttpClient& http,
                                        const std::stop_token& stop) {
    const ProgramSpec* program = request.job.program();
    if (program == nullptr) return std::optional<BaseImage>();
    SLIPWAY_CHECK(checkPackable(request.job));
    SLIPWAY_TRY(Reference reference, parseReference(program->image));
    if (reference.isLayout && reference.folder.is_relative())
        reference.folder = request.jobFolder / reference.folder;
    SLIPWAY_TRY(BaseImage base, resolveBase(reference, http, stop));
    return std::optional<BaseImage>(std::move(base));
}

}  // namespace

Result<PackagedImage> buildImage(const PackageRequest& request, HttpClient& http,
                                 const ProgressCallback& progress, std::stop_token stop) {
    SLIPWAY_TRY(const std::optional<BaseImage> found, baseOf(request, http, stop));
    const BaseImage* base = found ? &*found : nullptr;
    SLIPWAY_TRY(const PackagePlan plan, planPackage(request));
    SLIPWAY_TRY(std::vector<PlannedLayer> planned, sortIntoLayers(request, plan, base != nullptr));

    PackagedImage image;
    image.cache = request.cache;
    if (base != nullptr) {
        image.baseReference = base->reference.withDigest(base->digest);
        if (base->reference.isPlainHttp) image.baseReference.insert(0, "http://");
        for (std::size_t i = 0; i < base->layers.size(); ++i) {
            const Descriptor& layer = base->layers[i];
            image.layers.push_back({LayerKind::Base,
                                    layer.digest,
                                    base->diffIds[i],
                                    layer.mediaType,
                                    Bytes{static_cast<std::int64_t>(layer.size)},
                                    {}});
        }
    }
    SLIPWAY_CHECK(makeFolders(request.cache));
    SLIPWAY_TRY(const FileLock lock,
                FileLock::acquire(request.cache / "lock", std::chrono::minutes(30), stop));
    LayerCache cache(request.cache);
    for (PlannedLayer& layer : planned) {
        SLIPWAY_TRY(const std::vector<LayerEntry> entries, completeEntries(std::move(layer.entries)));
        // Code is small and edited within the resolution of file times, so it is read each time.
        SLIPWAY_TRY(ImageLayer built, cache.layer(layer.kind, layer.what, entries,
                                                  layer.kind != LayerKind::Code, progress, stop));
        if (base != nullptr && base->isDocker) built.mediaType = kDockerLayerType;
        image.layers.push_back(std::move(built));
    }
    cache.trim(kCacheLimit);
    image.config = writeConfig(request, base, image.layers);
    image.configDigest = sha256Of(image.config);
    image.manifest = writeManifest(image, base);
    image.digest = sha256Of(image.manifest);
    return image;
}

}  // namespace slipway
