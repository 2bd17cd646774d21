// SPDX-License-Identifier: Apache-2.0
// CPU, memory and disk of this machine, from /proc and the control group. One thread at a time.
#pragma once

#include "backends/core/machinestatus.h"

#include <cstdint>
#include <filesystem>

namespace slipway {

struct MachineFiles {
    std::filesystem::path proc = "/proc";
    std::filesystem::path cgroup = "/sys/fs/cgroup";
};

class MachineWatch {
public:
    // `home`: whose file system is told.
    explicit MachineWatch(std::filesystem::path home, MachineFiles files = {});

    MachineStatus sample();

private:
    std::optional<double> cpuUse();

    std::filesystem::path m_home;
    MachineFiles m_files;
    std::string m_cpu;
    std::int64_t m_busy = 0;
    std::int64_t m_all = 0;
};

}  // namespace slipway
