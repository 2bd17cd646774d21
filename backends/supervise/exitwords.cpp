// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/exitwords.h"

#include <csignal>

namespace slipway {
namespace {

std::string signalWords(int signal) {
    std::string base = "ended by signal " + std::to_string(signal);
    switch (signal) {
        case SIGKILL: return base + "; often out of memory";
        case SIGSEGV: return base + ": it used memory that is not its own";
        case SIGBUS: return base + ": often a full /dev/shm, or a mapped file that shrank";
        case SIGABRT: return base + ": it stopped itself on an error";
        case SIGILL: return base + ": an instruction this processor does not have";
        case SIGFPE: return base + ": a division by zero or the like";
        case SIGTERM: return base + ": it was asked to stop";
        case SIGINT: return base + ": it was interrupted";
        case SIGHUP: return base + ": its terminal was closed";
        case SIGPIPE: return base + ": who read its output is gone";
        case SIGXCPU: return base + ": its processor time was used up";
        case SIGXFSZ: return base + ": a file became larger than allowed";
        default: return base;
    }
}

}  // namespace

std::string exitWords(const ExitStatus& status) {
    if (status.signal != 0) return signalWords(status.signal);
    std::string base = "exit code " + std::to_string(status.exitCode);
    if (status.exitCode == 126) return base + ": the program is not executable";
    if (status.exitCode == 127) return base + ": the program was not found";
    // Shells tell a child's signal in this way.
    if (status.exitCode > 128 && status.exitCode <= 128 + 31)
        return base + ": " + signalWords(status.exitCode - 128);
    return base;
}

int exitNumber(const ExitStatus& status) {
    return status.signal != 0 ? 128 + status.signal : status.exitCode;
}

}  // namespace slipway
