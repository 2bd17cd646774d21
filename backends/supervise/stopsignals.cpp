// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/stopsignals.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>

namespace slipway {

Result<StopSignals> StopSignals::open() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int number : {SIGTERM, SIGINT, SIGCHLD}) ::sigaddset(&set, number);
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
    ::signal(SIGHUP, SIG_IGN);
    UniqueFd fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!fd.isOpen()) return errnoError("cannot watch for signals", errno);
    return StopSignals(std::move(fd));
}

bool StopSignals::take() {
    bool isAsked = false;
    signalfd_siginfo info{};
    while (::read(m_fd.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info))
        isAsked = isAsked || info.ssi_signo != SIGCHLD;
    return isAsked;
}

}  // namespace slipway
