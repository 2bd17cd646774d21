// SPDX-License-Identifier: Apache-2.0
// This machine and its GPUs at one moment. A value; any thread.
#pragma once

#include "backends/core/error.h"
#include "backends/core/gpudevice.h"
#include "backends/core/machinestatus.h"

#include <optional>

namespace slipway {

struct DeviceSnapshot {
    MachineStatus machine;
    GpuReport gpus;
    std::optional<Error> gpuError;  // there is a driver, and why it tells nothing
};

}  // namespace slipway
