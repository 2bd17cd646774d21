// SPDX-License-Identifier: Apache-2.0
#include "app/cli/sandbox.h"

#include <fcntl.h>
#include <signal.h>

#include "backends/platform/process.h"
#include "backends/supervise/agentplan.h"

namespace slipway::cli {

Result<int> runInSandbox(const std::filesystem::path& root, const RunFolder& folder, std::stop_token stop) {
    SLIPWAY_TRY(const RunRecord record, folder.record());
    SpawnOptions options;
    options.command = {"bwrap",
                       "--unshare-all",
                       "--die-with-parent",
                       "--new-session",
                       "--uid",
                       "1000",
                       "--gid",
                       "1000",
                       "--ro-bind",
                       root.string(),
                       "/",
                       "--proc",
                       "/proc",
                       "--dev",
                       "/dev",
                       "--tmpfs",
                       "/tmp",
                       "--bind",
                       folder.path().string(),
                       kImageRunFolder,
                       "--chdir",
                       "/slipway/job",
                       "--setenv",
                       "SLIPWAY_RUN",
                       record.id.str(),
                       "--setenv",
                       "SLIPWAY_ATTEMPT",
                       "1",
                       "--setenv",
                       "SLIPWAY_WORLD_SIZE",
                       "1",
                       "--setenv",
                       "HOME",
                       "/tmp",
                       "--setenv",
                       "PATH",
                       "/usr/local/bin:/usr/bin:/bin"};
    for (std::string& word : packagedCommand(kImageAgent)) options.command.push_back(std::move(word));
    options.command.emplace_back("pod");
    const char* path = std::getenv("PATH");
    options.environment = {std::string("PATH=") + (path == nullptr ? "/usr/bin:/bin" : path)};
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

}  // namespace slipway::cli
