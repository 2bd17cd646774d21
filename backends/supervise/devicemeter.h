// SPDX-License-Identifier: Apache-2.0
// Looks at a run's devices once a second, on a thread of its own: a lost GPU may take long to answer, and must not hold up the run
// nor its end, so that thread is left alone when it does not come back. Owned by the supervisor's thread.
#pragma once

#include "backends/devices/nvml.h"
#include "backends/devices/powercap.h"
#include "backends/supervise/agentplan.h"
#include "backends/supervise/devicecount.h"

namespace slipway {

struct DeviceMeterOptions {
    std::vector<std::string> gpus;               // as gpuDeviceOf() names them; none: the driver is not asked
    std::filesystem::path powercap = kPowercap;  // empty: not read,
    std::string powercapUnknown;                 // and why
    std::string library = kNvmlLibrary;
    std::chrono::milliseconds each{1000};
};

// Of a run that holds the GPUs of those names, as CUDA_VISIBLE_DEVICES has them; in a pod, all that it sees.
DeviceMeterOptions meterOptions(const AgentPlan& plan, const std::vector<std::string>& gpus);

// Made after the ranks are started, so that they inherit nothing that the driver opens.
class DeviceMeter {
public:
    explicit DeviceMeter(DeviceMeterOptions options);
    DeviceMeter(const DeviceMeter&) = delete;
    DeviceMeter& operator=(const DeviceMeter&) = delete;
    ~DeviceMeter();

    // Looks a last time, if that does not take long.
    void finish();
    std::vector<EventBody> news();
    // Up to the last look.
    EnergyEvent energy() const;

private:
    struct Shared;
    std::shared_ptr<Shared> m_shared;
};

}  // namespace slipway
