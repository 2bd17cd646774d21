// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/guard.h"

#include "backends/platform/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace slipway {
namespace {

constexpr int kGuardPipe = 3;
constexpr std::size_t kMaxGroups = 1024;

// Async-signal-safe calls only. Every other descriptor is closed, since a lock lives as long as any copy of its descriptor.
[[noreturn]] void keepWatch(int pipe) {
    ::setsid();
    const int null = ::open("/dev/null", O_RDWR);
    for (int fd = 0; fd < 3; ++fd) ::dup2(null, fd);
    ::dup2(pipe, kGuardPipe);
    if (::close_range(kGuardPipe + 1, ~0U, 0) != 0) {
        for (int fd = kGuardPipe + 1; fd < 4096; ++fd) ::close(fd);
    }
    std::array<pid_t, kMaxGroups> groups{};
    std::size_t count = 0;
    pid_t message = 0;
    while (true) {
        const ssize_t got = ::read(kGuardPipe, &message, sizeof message);
        if (got < 0 && errno == EINTR) continue;
        if (got != static_cast<ssize_t>(sizeof message)) break;
        if (message > 0 && count < groups.size()) groups[count++] = message;
        for (std::size_t i = 0; message < 0 && i < count; ++i) {
            if (groups[i] == -message) groups[i] = groups[--count];
        }
    }
    for (std::size_t i = 0; i < count; ++i) ::kill(-groups[i], SIGKILL);
    ::_exit(0);
}

}  // namespace

Result<Guard> Guard::start() {
    SLIPWAY_TRY(auto pipe, makePipe());
    const pid_t pid = ::fork();
    if (pid < 0) return errnoError("cannot start the guard", errno);
    if (pid == 0) keepWatch(pipe.first.get());
    return Guard(pid, std::move(pipe.second));
}

Guard::Guard(Guard&& other) noexcept
    : m_pid(std::exchange(other.m_pid, -1)),
      m_pipe(std::move(other.m_pipe)) {}

Guard::~Guard() {
    if (m_pid < 0) return;
    ::kill(m_pid, SIGKILL);
    while (::waitpid(m_pid, nullptr, 0) < 0 && errno == EINTR) {
    }
}

void Guard::watch(pid_t group) {
    if (m_pipe.isOpen())
        static_cast<void>(writeAll(m_pipe.get(), {reinterpret_cast<const char*>(&group), sizeof group},
                                   "the guard's pipe"));
}

void Guard::forget(pid_t group) { watch(-group); }

}  // namespace slipway
