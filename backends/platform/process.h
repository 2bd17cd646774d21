// SPDX-License-Identifier: Apache-2.0
// Starting programs and learning how they end. spawn() may be called from any thread, also beside other threads; the caller
// reaps what it started. Nothing is inherited but what is named: every other descriptor above 2 stays closed in the child.
#pragma once

#include "backends/core/units.h"
#include "backends/platform/files.h"

#include <chrono>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace slipway {

// Where programs are looked for without a PATH.
inline constexpr const char* kDefaultPath = "/usr/local/bin:/usr/bin:/bin";

struct SpawnOptions {
    std::vector<std::string> command;      // [0]: a path, or a name looked up in the PATH of `environment`
    std::vector<std::string> environment;  // whole, "NAME=value"
    std::filesystem::path folder;          // empty: ours
    std::vector<std::pair<int, int>>
        descriptors;             // ours -> the child's; 0, 1 and 2 are inherited when not named
    bool isGroupLeader = false;  // own process group, so that all of it can be signalled
    bool isDetached = false;     // own session, no controlling terminal, not our child: init reaps it
    bool isBoundToUs = false;    // killed when the thread that started it ends; not with isDetached
};

// The process id. NotFound ("python3 is no program in PATH"), PermissionDenied (not executable), Io; the program has begun when it returns.
Result<pid_t> spawn(const SpawnOptions& options);

// The file that spawn() runs for `name`, which has no "/", in that environment. NotFound ("python3 is no program in PATH"),
// PermissionDenied.
Result<std::string> findProgram(const std::string& name, const std::vector<std::string>& environment);

struct ExitStatus {
    int exitCode = 0;  // -1: ended by a signal
    int signal = 0;
    bool operator==(const ExitStatus&) const = default;
};
ExitStatus exitStatusOf(int waitStatus);

// Waits for a child of ours. NotFound when it is none.
Result<ExitStatus> waitFor(pid_t child);

struct EndedChild {
    pid_t pid = 0;
    ExitStatus status;
    Bytes memory;  // the most that one process held, of it and of those below it that were waited for
    double cpuSeconds = 0;  // of all of them
};
// Takes one that has ended of the children this thread started; none when there is none now, never waits. Orphans that come to
// this process are the main thread's. What other threads started stays theirs, a runCommand() under way, too: wait(2), __WNOTHREAD.
std::optional<EndedChild> reapChild();

struct CommandOutput {
    ExitStatus status;
    std::string out;
    std::string err;
};
// Runs a short command to its end; its input is empty where `options` names none. Output above `limit` bytes is cut. Timeout and
// Cancelled (by `stop`) end it by SIGKILL.
Result<CommandOutput> runCommand(const SpawnOptions& options, std::chrono::milliseconds timeout,
                                 const std::stop_token& stop = {}, std::size_t limit = 1 << 20);

// Both ends closed on exec; Io.
Result<std::pair<UniqueFd, UniqueFd>> makePipe();

// Our environment as spawn() takes it.
std::vector<std::string> currentEnvironment();
// The same by name.
std::map<std::string, std::string> environmentVariables();

// How many cores this process may use.
int usableCores();

}  // namespace slipway
