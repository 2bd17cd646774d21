// SPDX-License-Identifier: Apache-2.0
// This machine without its GPUs. What could not be read is absent, never 0. Values; any thread.
#pragma once

#include "backends/core/units.h"

#include <optional>
#include <string>

namespace slipway {

struct MachineStatus {
    std::string host;
    std::string cpu;  // the model: "AMD EPYC 9334 32-Core Processor"; empty: not told
    int cores = 1;    // that this process may use
    std::optional<double>
        cpuUse;  // 0 to 1, of all the machine's cores, since the status before; none in the first
    std::optional<double> load;  // processes that run or want to, mean of a minute
    std::optional<Bytes> memory;
    std::optional<Bytes> usedMemory;  // without caches
    bool isMemoryLimited = false;   // both are those of the control group, which is smaller than the machine
    std::optional<Bytes> disk;      // of the file system that holds the home
    std::optional<Bytes> freeDisk;  // for this user
};

}  // namespace slipway
