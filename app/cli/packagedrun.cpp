// SPDX-License-Identifier: Apache-2.0
#include "app/cli/packagedrun.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "backends/image/layout.h"
#include "backends/image/packager.h"
#include "backends/platform/process.h"
#include "backends/supervise/agentplan.h"

namespace slipway::cli {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;
constexpr int kEngineFailed = 125;  // podman-run(1), docker-run(1): the engine itself failed
constexpr std::chrono::seconds kEnginePatience{20};
constexpr std::chrono::minutes kLoadPatience{10};

SpawnOptions hostCommand(Words words) {
    return {.command = std::move(words), .environment = currentEnvironment()};
}

Words runVariables(const RunRecord& record) {
    return {"SLIPWAY_RUN=" + record.id.str(), "SLIPWAY_ATTEMPT=1", "SLIPWAY_WORLD_SIZE=1"};
}

// What it prints goes to the run's agent.log.
Result<int> runLogged(SpawnOptions options, const RunFolder& folder, std::stop_token stop) {
    options.isGroupLeader = true;
    SLIPWAY_TRY(const UniqueFd log, openFile(folder.path() / "agent.log", O_WRONLY | O_CREAT | O_APPEND));
    SLIPWAY_TRY(const UniqueFd nothing, openFile("/dev/null", O_RDONLY));
    options.descriptors = {{nothing.get(), 0}, {log.get(), 1}, {log.get(), 2}};
    SLIPWAY_TRY(const pid_t child, spawn(options));
    const std::stop_callback end(stop, [child] { ::kill(-child, SIGTERM); });
    SLIPWAY_TRY(const ExitStatus status, waitFor(child));
    if (stop.stop_requested()) return Error{ErrorCode::Cancelled, "the packaged run was stopped", "", ""};
    return status.signal != 0 ? 128 + status.signal : status.exitCode;
}

// bubblewrap around the root file system `root`, ready for more options and the command.
Words sandbox(const fs::path& root) {
    const std::string user = std::to_string(kImageUser);
    return {"bwrap",
            "--unshare-all",
            "--unshare-user",  // --uid needs it; alone, "all" would let it be missing and tell less
            "--die-with-parent",
            "--new-session",
            "--uid",
            user,
            "--gid",
            user,
            "--ro-bind",
            root.string(),
            "/",
            "--proc",
            "/proc",
            "--dev",
            "/dev",
            "--tmpfs",
            "/tmp",
            "--clearenv",
            "--setenv",
            "HOME",
            "/tmp",
            "--setenv",
            "PATH",
            "/usr/local/bin:/usr/bin:/bin"};
}

Result<int> runInSandbox(const PackagedRun& run, const RunRecord& record, std::stop_token stop) {
    const fs::path root = run.scratch / "root";
    SLIPWAY_CHECK(unpackImage("oci:" + run.layout.string(), root, stop));
    SpawnOptions options = hostCommand(sandbox(root));
    Words& words = options.command;
    words.insert(words.end(),
                 {"--bind", run.folder.path().string(), kImageRunFolder, "--chdir", kImageJobFolder});
    for (const std::string& variable : runVariables(record)) {
        const std::size_t equals = variable.find('=');
        words.insert(words.end(), {"--setenv", variable.substr(0, equals), variable.substr(equals + 1)});
    }
    for (std::string& word : packagedCommand(kImageAgent)) words.push_back(std::move(word));
    words.emplace_back("pod");
    return runLogged(std::move(options), run.folder, std::move(stop));
}

// What both engines understand. Limits are named because engines else raise them to what the kernel allows, which fails where this
// machine is a container itself.
Words engineOptions(const PackagedRun& run, const RunRecord& record) {
    Words words{"run",
                "--rm",
                "--network",
                "none",
                "--read-only",
                "--tmpfs",
                "/tmp",
                "--cap-drop",
                "ALL",
                "--security-opt",
                "no-new-privileges",
                "--ulimit",
                "nofile=1024:1024",
                "--ulimit",
                "nproc=16384:16384",
                "--volume",
                run.folder.path().string() + ":" + kImageRunFolder};
    for (std::string& variable : runVariables(record))
        words.insert(words.end(), {"--env", std::move(variable)});
    return words;
}

Result<void> prepare(const Words& command, const std::stop_token& stop) {
    SLIPWAY_TRY(const CommandOutput output, runCommand(hostCommand(command), kLoadPatience, stop));
    if (output.status.exitCode == 0 && output.status.signal == 0) return {};
    return Error{ErrorCode::Unavailable, command.front() + " could not take the image",
                 output.err.substr(0, 2048), ""};
}

// An archive that every engine loads: the layout's blobs, and the file by which "docker save" names them (moby, image spec v1.2).
Result<std::string> writeArchive(const PackagedRun& run, const std::string& tag,
                                 const std::stop_token& stop) {
    constexpr std::size_t kMaxManifest = 4 << 20;
    const oci::Layout layout(run.layout);
    SLIPWAY_TRY(const oci::Descriptor image, layout.find("latest"));
    SLIPWAY_TRY(const std::string text, layout.read(image, kMaxManifest));
    const auto manifest = nlohmann::json::parse(text);  // our own
    const auto blob = [](const nlohmann::json& descriptor) {
        const auto digest = descriptor.at("digest").get<std::string>();
        return "blobs/sha256/" + digest.substr(digest.find(':') + 1);
    };
    nlohmann::json layers = nlohmann::json::array();
    for (const auto& layer : manifest.at("layers")) layers.push_back(blob(layer));
    const auto names = nlohmann::json::array(
        {{{"Config", blob(manifest.at("config"))}, {"RepoTags", {tag}}, {"Layers", layers}}});
    SLIPWAY_CHECK(writeFileAtomically(run.scratch / "manifest.json", names.dump()));
    const std::string archive = (run.scratch / "image.tar").string();
    SLIPWAY_CHECK(prepare({"tar", "-cf", archive, "-C", run.scratch.string(), "manifest.json", "-C",
                           run.layout.string(), "blobs"},
                          stop));
    return archive;
}

// In the engine's own storage, and taken away again.
Result<int> runLoaded(const std::string& engine, const PackagedRun& run, const RunRecord& record,
                      const std::stop_token& stop) {
    const std::string tag = "localhost/slipway/" + record.id.str() + ":packaged";
    SLIPWAY_TRY(const std::string archive, writeArchive(run, tag, stop));
    SLIPWAY_CHECK(prepare({engine, "load", "--quiet", "--input", archive}, stop));

    Words command = engineOptions(run, record);
    command.insert(command.begin(), engine);
    const std::string user = std::to_string(::geteuid()), owner = std::to_string(kImageUser);
    if (user != "0" && engine == "podman")
        command.insert(command.end(), {"--userns", "keep-id:uid=" + owner + ",gid=" + owner});
    else if (user != "0")
        command.insert(command.end(), {"--user", user + ":" + std::to_string(::getegid())});
    command.push_back(tag);
    auto status = runLogged(hostCommand(std::move(command)), run.folder, stop);
    // The run is over, well or not; an image that stays changes nothing about that.
    if (const auto removed = prepare({engine, "rmi", "--force", tag}, {}); !removed) {
        Error error = removed.error();
        error.message = engine + " did not remove the image " + tag;
        std::fprintf(stderr, "slipway: %s\n", describe(error).c_str());
    }
    return status;
}

// The run's files, for the user that the image runs as and back again. Only root can, and only for root it is needed.
void giveTo(uid_t owner, const RunFolder& folder) {
    if (::geteuid() != 0) return;
    std::error_code failure;
    (void)::lchown(folder.path().c_str(), owner, owner);
    for (const auto& entry : fs::recursive_directory_iterator(folder.path(), failure))
        (void)::lchown(entry.path().c_str(), owner, owner);
}

Result<int> runByEngine(const std::string& engine, const PackagedRun& run, const RunRecord& record,
                        std::stop_token stop) {
    giveTo(kImageUser, run.folder);
    auto status = runLoaded(engine, run, record, stop);
    giveTo(::geteuid(), run.folder);
    if (!status || *status != kEngineFailed) return status;
    constexpr std::size_t kMaxLog = 64 << 10;
    const auto said = readFile(run.folder.path() / "agent.log", kMaxLog);
    return Error{ErrorCode::Unavailable, engine + " could not start the package", said.valueOr(""), ""};
}

}  // namespace

Result<void> askRunner(const std::string& runner, const std::stop_token& stop) {
    const bool isSandbox = runner == "bwrap";
    Words question = isSandbox ? sandbox("/") : Words{runner, "info"};
    if (isSandbox) question.emplace_back("true");
    const auto answer = runCommand(hostCommand(std::move(question)), kEnginePatience, stop);
    if (!answer && answer.error().code == ErrorCode::NotFound) {
        return Error{ErrorCode::NotFound, runner + " is not installed", "",
                     "Install the package " + std::string(isSandbox ? "bubblewrap" : runner)};
    }
    SLIPWAY_CHECK(answer);
    if (answer->status.exitCode == 0 && answer->status.signal == 0) return {};
    std::string said = answer->err.substr(0, answer->err.find_last_not_of(" \n") + 1);
    said.erase(0, said.rfind('\n') + 1);
    if (!isSandbox)
        return Error{ErrorCode::Unavailable, runner + " does not answer", said,
                     "See what is wrong with: " + runner + " info"};
    return Error{ErrorCode::Unavailable, "bwrap may not make its namespaces", said,
                 "Allow it (sysctl kernel.unprivileged_userns_clone=1, on newer systems "
                 "kernel.apparmor_restrict_unprivileged_userns=0; no chroot allows it), or install podman"};
}

Result<int> runPackaged(const std::string& runner, const PackagedRun& run, std::stop_token stop) {
    SLIPWAY_TRY(const RunRecord record, run.folder.record());
    return runner == "bwrap" ? runInSandbox(run, record, std::move(stop))
                             : runByEngine(runner, run, record, std::move(stop));
}

}  // namespace slipway::cli
