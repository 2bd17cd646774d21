// SPDX-License-Identifier: Apache-2.0
// What a run's devices have used and what slows them, from one look after the other. Pure; one thread.
#pragma once

#include "backends/core/event.h"
#include "backends/core/gpudevice.h"

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace slipway {

class DeviceCount {
public:
    using Clock = std::chrono::steady_clock;

    // `gpus`: the run's, as gpuDeviceOf() names them.
    explicit DeviceCount(std::vector<std::string> gpus);

    // A look at all GPUs of the machine; none: there is no driver that tells. `ours`: the run's processes.
    void take(const std::vector<GpuDevice>& all, Clock::time_point time, const std::set<pid_t>& ours = {});
    // Joules of the CPU packages since the beginning.
    void takeCpu(double joules) { m_cpuJoules = joules; }
    void setCpuUnknown(std::string reason) { m_cpuUnknown = std::move(reason); }

    // What began and ended since: a throttling that lasts, and lines to say.
    std::vector<EventBody> news();
    EnergyEvent energy() const;

private:
    struct Count {
        std::optional<double> last;  // the counter
        double joules = 0;
        int xid = 0;
        Timestamp xidTime{};
        std::string problem;
        std::string throttling;  // as it was told; empty: none
        std::string seen;
        int looks = 0;  // in a row that saw it so
        Clock::time_point since{};
    };
    bool isWanted(const GpuDevice& gpu) const;
    void takeThrottling(const GpuDevice& gpu, Count& count, Clock::time_point time);
    void takeFault(const GpuDevice& gpu, Count& count);
    void takeMemory(const GpuDevice& gpu, const std::set<pid_t>& ours);

    std::vector<std::string> m_wanted;
    std::map<int, Count> m_counts;  // by GpuDevice::index
    bool m_hasSlice = false;
    std::optional<Bytes> m_memory;  // the most on one GPU
    std::optional<double> m_cpuJoules;
    std::string m_cpuUnknown;
    std::vector<EventBody> m_news;
};

}  // namespace slipway
