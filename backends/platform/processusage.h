// SPDX-License-Identifier: Apache-2.0
// What processes and the machine use, from /proc. None, never an error, where /proc cannot be read. Any thread.
#pragma once

#include "backends/core/units.h"

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace slipway {

struct ProcessUsage {
    Bytes memory;           // resident
    double cpuSeconds = 0;  // user and system, ended children that were waited for included
    int processes = 0;
};

// The process and all below it.
std::optional<ProcessUsage> processTreeUsage(pid_t root);

// The process, whether it lives or not, and all below it.
std::vector<pid_t> processTree(pid_t root);

struct HeldMemory {
    Bytes memory;
    int processes =
        0;  // 1: the most it has held so far (VmHWM); more: their shares now, added up (PSS), so that pages they share count once
};
// Of the process and all below it. Reading the shares takes the kernel some 10 ms a GiB.
std::optional<HeldMemory> heldMemory(pid_t root);

// When it began, in clock ticks after the boot.
std::optional<std::uint64_t> processStart(pid_t pid);

// MemTotal, or the smaller limit of this process's control group.
std::optional<Bytes> machineMemory();
// MemAvailable.
std::optional<Bytes> availableMemory();

}  // namespace slipway
