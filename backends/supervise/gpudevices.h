// SPDX-License-Identifier: Apache-2.0
// One GPU has many names: its number among those a process sees, its UUID or the beginning of that. What two processes agree on
// is its PCI address, also where a container shows only some GPUs. Any thread.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace slipway {

struct GpuDevice {
    std::string address;  // "0000:3b:00.0"
    std::string uuid;  // "GPU-5fa1…"; the driver tells it with question marks until the GPU is first used
};

inline constexpr const char* kDriverGpus = "/proc/driver/nvidia/gpus";

// The GPUs that the driver shows here, by PCI address: with CUDA_DEVICE_ORDER=PCI_BUS_ID, or when all are of one type, CUDA
// numbers them so. Empty where there is no driver.
std::vector<GpuDevice> gpuDevices(const std::filesystem::path& folder = kDriverGpus);

// The address of what CUDA_VISIBLE_DEVICES calls `name`; the name in lower case, a number without leading zeros, where that is not
// known: a slice (MIG-…) is a device of its own.
std::string gpuDeviceOf(std::string_view name, const std::vector<GpuDevice>& devices);

}  // namespace slipway
