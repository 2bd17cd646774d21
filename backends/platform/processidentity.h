// SPDX-License-Identifier: Apache-2.0
// Which process a lock's holder is, told so that nobody takes another for it: a number alone means something else on another
// machine that shares the folder, in another container, and after its process has ended. Any thread.
#pragma once

#include "backends/core/result.h"

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace slipway {

struct ProcessIdentity {
    pid_t pid = 0;
    std::string host;          // for people; empty: told by an older version, which knew the number only
    std::string boot;          // of the running kernel; empty: not known
    std::string pidNamespace;  // "pid:[4026531836]"
    std::uint64_t start = 0;   // clock ticks after the boot
    bool operator==(const ProcessIdentity&) const = default;
};

std::string hostName();
// What all processes of one running kernel have in common and no others do, in whatever container they are: the kernel's boot id,
// else the host's name. Fit for a file name.
std::string machineId();

ProcessIdentity thisProcess();

// The number in the first line, which is all that older versions write and read, then a line for each of the others.
std::string identityText(const ProcessIdentity& process);
// Corrupt where no process is named; lines that are not known are left out.
Result<ProcessIdentity> parseIdentity(std::string_view text);

// Pure: whether `that` process has its number in the kernel and the namespace of `self`.
bool isHere(const ProcessIdentity& that, const ProcessIdentity& self);

// Sends it to that very process. False when it is not here, has ended, or cannot be told from another with its number; the
// errors of kill(2).
Result<bool> signalProcess(const ProcessIdentity& process, int signal);

}  // namespace slipway
