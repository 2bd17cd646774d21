// SPDX-License-Identifier: Apache-2.0
// Looks at this machine and its GPUs, again and again. While one lives the driver cannot be unloaded nor a GPU be reset, so it is kept
// only as long as somebody looks. One thread at a time, and never the GUI thread: a lost GPU may take long to answer.
#pragma once

#include "backends/core/devicesnapshot.h"
#include "backends/devices/machinestatus.h"
#include "backends/devices/nvml.h"

namespace slipway {

class DeviceWatch {
public:
    explicit DeviceWatch(std::filesystem::path home, std::string library = kNvmlLibrary)
        : m_machine(std::move(home)),
          m_library(std::move(library)) {}

    DeviceSnapshot sample();

private:
    MachineWatch m_machine;
    std::string m_library;
    std::optional<Nvml> m_nvml;
};

}  // namespace slipway
