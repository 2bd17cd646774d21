// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/process.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <thread>

extern char** environ;

namespace slipway {
namespace {

std::string pathOf(const std::vector<std::string>& environment) {
    for (const std::string& entry : environment) {
        if (entry.starts_with("PATH=")) return entry.substr(5);
    }
    return kDefaultPath;
}

struct ChildPlan {
    const char* program = nullptr;
    char* const* arguments = nullptr;
    char* const* environment = nullptr;
    const char* folder = nullptr;
    const std::vector<std::pair<int, int>>* descriptors = nullptr;
    int report = -1;
    bool isGroupLeader = false;
    bool isDetached = false;
    pid_t boundTo = 0;
};

[[noreturn]] void reportAndExit(int report, int failure) {
    [[maybe_unused]] const ssize_t sent = ::write(report, &failure, sizeof failure);
    ::_exit(127);
}

// In the child: async-signal-safe calls only. Descriptors are first lifted above all targets, so that no dup2 hits a source.
[[noreturn]] void becomeProgram(const ChildPlan& plan) {
    constexpr int kAbove = 100;
    constexpr std::size_t kMaxDescriptors = 16;
    std::array<int, kMaxDescriptors> lifted{};
    int report = ::fcntl(plan.report, F_DUPFD_CLOEXEC, kAbove);
    if (report < 0) report = plan.report;
    if (plan.isGroupLeader) ::setpgid(0, 0);
    // A parent that ended before the call sends nothing any more.
    if (plan.boundTo != 0 && (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || ::getppid() != plan.boundTo))
        reportAndExit(report, ESRCH);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    for (const int number : {SIGPIPE, SIGTERM, SIGINT, SIGHUP, SIGCHLD}) ::signal(number, SIG_DFL);
    if (plan.folder && ::chdir(plan.folder) != 0) reportAndExit(report, errno);
    // What a library of ours opened without O_CLOEXEC; kernels before 5.11 lack the call and keep such ones open.
    ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    const std::size_t count = std::min(plan.descriptors->size(), kMaxDescriptors);
    for (std::size_t i = 0; i < count; ++i) {
        lifted[i] = ::fcntl((*plan.descriptors)[i].first, F_DUPFD_CLOEXEC, kAbove);
        if (lifted[i] < 0) reportAndExit(report, errno);
    }
    for (std::size_t i = 0; i < count; ++i) {
        if (::dup2(lifted[i], (*plan.descriptors)[i].second) < 0) reportAndExit(report, errno);
    }
    ::execve(plan.program, plan.arguments, plan.environment);
    reportAndExit(report, errno);
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> all;
    all.reserve(texts.size() + 1);
    for (const std::string& text : texts) all.push_back(const_cast<char*>(text.c_str()));
    all.push_back(nullptr);
    return all;
}

// The middle process of a detached start: it tells the grandchild's id and is gone.
[[noreturn]] void detach(const ChildPlan& plan, int pidPipe) {
    ::setsid();
    const pid_t grandchild = ::fork();
    if (grandchild < 0) reportAndExit(plan.report, errno);
    if (grandchild == 0) becomeProgram(plan);
    [[maybe_unused]] const ssize_t sent = ::write(pidPipe, &grandchild, sizeof grandchild);
    ::_exit(0);
}

template <typename T>
bool readValue(int fd, T& value) {
    ssize_t count = 0;
    do {
        count = ::read(fd, &value, sizeof value);
    } while (count < 0 && errno == EINTR);
    return count == static_cast<ssize_t>(sizeof value);
}

Error startError(const SpawnOptions& options, int failure) {
    std::error_code ignored;
    const bool isFolderMissing = failure == ENOENT && !options.folder.empty() &&
                                 !std::filesystem::is_directory(options.folder, ignored);
    if (isFolderMissing) return errnoError("cannot start in " + options.folder.string(), failure);
    if (failure == ENOEXEC)
        return {ErrorCode::InvalidArgument, options.command.front() + " is no program of this machine", "",
                "Name its interpreter"};
    return errnoError("cannot start " + options.command.front(), failure);
}

}  // namespace

Result<std::pair<UniqueFd, UniqueFd>> makePipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errnoError("cannot make a pipe", errno);
    return std::pair(UniqueFd(ends[0]), UniqueFd(ends[1]));
}

Result<std::string> findProgram(const std::string& name, const std::vector<std::string>& environment) {
    std::string path = pathOf(environment) + ":";
    bool isDenied = false;
    while (!path.empty()) {
        const std::size_t end = path.find(':');
        const std::string folder = path.substr(0, end);
        path.erase(0, end + 1);
        if (folder.empty()) continue;
        const std::string candidate = std::filesystem::path(folder) / name;
        if (::access(candidate.c_str(), X_OK) == 0) return candidate;
        isDenied = isDenied || ::access(candidate.c_str(), F_OK) == 0;
    }
    if (isDenied) return Error{ErrorCode::PermissionDenied, name + " is not executable", "", ""};
    return Error{ErrorCode::NotFound, name + " is no program in PATH", "",
                 "Install it, or write the path to it"};
}

Result<pid_t> spawn(const SpawnOptions& options) {
    if (options.command.empty()) return Error{ErrorCode::InvalidArgument, "no command", "", ""};
    // Looked up before the fork, since little may be called after it; a path is one from the child's folder.
    const std::string& name = options.command.front();
    SLIPWAY_TRY(const std::string program, name.find('/') != std::string::npos
                                               ? Result<std::string>(name)
                                               : findProgram(name, options.environment));
    const std::vector<char*> arguments = pointers(options.command);
    const std::vector<char*> environment = pointers(options.environment);
    SLIPWAY_TRY(auto report, makePipe());
    SLIPWAY_TRY(auto pidPipe, makePipe());
    const ChildPlan plan{program.c_str(),
                         arguments.data(),
                         environment.data(),
                         options.folder.empty() ? nullptr : options.folder.c_str(),
                         &options.descriptors,
                         report.second.get(),
                         options.isGroupLeader,
                         options.isDetached,
                         options.isBoundToUs ? ::getpid() : 0};

    // No signal handler of ours may run in the child before it has its own.
    sigset_t all, before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t child = ::fork();
    const int forkError = errno;
    if (child == 0) {
        if (plan.isDetached) detach(plan, pidPipe.second.get());
        becomeProgram(plan);
    }
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (child < 0) return errnoError("cannot start " + options.command.front(), forkError);
    // Set on both sides, so that the group is there before anybody signals it.
    if (options.isGroupLeader && !options.isDetached) ::setpgid(child, child);
    report.second.reset();
    pidPipe.second.reset();

    const pid_t direct = child;
    if (options.isDetached) {
        pid_t grandchild = -1;
        const bool isTold = readValue(pidPipe.first.get(), grandchild);
        while (::waitpid(direct, nullptr, 0) < 0 && errno == EINTR) {
        }
        if (isTold) child = grandchild;
    }
    int failure = 0;
    if (!readValue(report.first.get(), failure)) return child;
    if (!options.isDetached) {
        while (::waitpid(direct, nullptr, 0) < 0 && errno == EINTR) {
        }
    }
    return startError(options, failure);
}

ExitStatus exitStatusOf(int waitStatus) {
    if (WIFSIGNALED(waitStatus)) return {-1, WTERMSIG(waitStatus)};
    return {WEXITSTATUS(waitStatus), 0};
}

Result<ExitStatus> waitFor(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            return Error{ErrorCode::NotFound, "process " + std::to_string(child) + " is no child", "", ""};
    }
    return exitStatusOf(status);
}

std::optional<EndedChild> reapChild() {
    int status = 0;
    rusage used{};
    const pid_t pid = ::wait4(-1, &status, WNOHANG | __WNOTHREAD, &used);
    if (pid <= 0) return std::nullopt;
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    return EndedChild{pid, exitStatusOf(status), Bytes{std::int64_t{used.ru_maxrss} * 1024},
                      seconds(used.ru_utime) + seconds(used.ru_stime)};
}

Result<CommandOutput> runCommand(const SpawnOptions& options, std::chrono::milliseconds timeout,
                                 const std::stop_token& stop, std::size_t limit) {
    constexpr std::chrono::milliseconds kStopLook{50};
    SLIPWAY_TRY(auto out, makePipe());
    SLIPWAY_TRY(auto err, makePipe());
    SLIPWAY_TRY(UniqueFd in, openFile("/dev/null", O_RDONLY));
    SpawnOptions whole = options;
    whole.isGroupLeader = true;
    const bool hasInput = std::any_of(options.descriptors.begin(), options.descriptors.end(),
                                      [](const auto& pair) { return pair.second == 0; });
    if (!hasInput) whole.descriptors.emplace_back(in.get(), 0);
    whole.descriptors.insert(whole.descriptors.end(), {{out.second.get(), 1}, {err.second.get(), 2}});
    SLIPWAY_TRY(const pid_t child, spawn(whole));
    out.second.reset();
    err.second.reset();

    // Open until it has exited: one that closes its output and lives on is waited for no longer than any other.
    UniqueFd life(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
    CommandOutput output;
    std::optional<Error> failure;
    const auto end = std::chrono::steady_clock::now() + timeout;
    std::array<char, 16384> block{};
    while (out.first.isOpen() || err.first.isOpen() || life.isOpen()) {
        auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        if (left.count() <= 0)
            failure = {
                ErrorCode::Timeout,
                options.command.front() + " took longer than " + std::to_string(timeout.count()) + " ms", "",
                ""};
        else if (stop.stop_requested())
            failure = {ErrorCode::Cancelled, options.command.front() + " was stopped", "", ""};
        if (failure) break;
        if (stop.stop_possible()) left = std::min(left, kStopLook);
        std::array<pollfd, 3> waiting{
            {{out.first.get(), POLLIN, 0}, {err.first.get(), POLLIN, 0}, {life.get(), POLLIN, 0}}};
        ::poll(waiting.data(), waiting.size(), static_cast<int>(left.count()));
        for (std::size_t i = 0; i < 2; ++i) {
            if (waiting[i].revents == 0) continue;
            UniqueFd& source = i == 0 ? out.first : err.first;
            std::string& text = i == 0 ? output.out : output.err;
            const ssize_t count = ::read(source.get(), block.data(), block.size());
            if (count < 0 && errno == EINTR) continue;
            if (count <= 0) {
                source.reset();
                continue;
            }
            text.append(block.data(), std::min(static_cast<std::size_t>(count), limit - text.size()));
        }
        if (waiting[2].revents != 0) life.reset();
    }
    if (failure) ::kill(-child, SIGKILL);
    SLIPWAY_TRY(output.status, waitFor(child));
    if (failure) return *std::move(failure);
    return output;
}

std::vector<std::string> currentEnvironment() {
    std::vector<std::string> all;
    for (char** entry = environ; entry && *entry; ++entry) all.emplace_back(*entry);
    return all;
}

std::map<std::string, std::string> environmentVariables() {
    std::map<std::string, std::string> all;
    for (const std::string& entry : currentEnvironment()) {
        const std::size_t equals = entry.find('=');
        if (equals != std::string::npos && equals > 0)
            all.emplace(entry.substr(0, equals), entry.substr(equals + 1));
    }
    return all;
}

int usableCores() {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (::sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace slipway
