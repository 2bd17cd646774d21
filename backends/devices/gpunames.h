// SPDX-License-Identifier: Apache-2.0
// Which GPUs this process sees. One GPU has many names: its number among those, its UUID or the beginning of that. What two processes
// agree on is its PCI address, also where a container shows only some GPUs. Read from files, which never wait for a driver. Any thread.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace slipway {

struct DriverGpu {
    std::string address;  // "0000:3b:00.0"
    std::string uuid;  // "GPU-5fa1…"; the driver tells it with question marks until the GPU is first used
};

inline constexpr const char* kDriverGpus = "/proc/driver/nvidia/gpus";

// The GPUs that the driver shows here, by PCI address: with CUDA_DEVICE_ORDER=PCI_BUS_ID, or when all are of one type, CUDA
// numbers them so. Empty where there is no driver.
std::vector<DriverGpu> driverGpus(const std::filesystem::path& folder = kDriverGpus);

// The address of what CUDA_VISIBLE_DEVICES calls `name`; the name in lower case, a number without leading zeros, where that is not
// known: a slice (MIG-…) is a device of its own.
std::string gpuDeviceOf(std::string_view name, const std::vector<DriverGpu>& gpus);

// An address as Linux writes it, "0000:3b:00.0", of one as NVML does: "00000000:3B:00.0".
std::string pciAddress(std::string_view address);

struct Gpu {
    std::string name;    // as CUDA_VISIBLE_DEVICES has it: may mean another device elsewhere
    std::string device;  // gpuDeviceOf() that
};

// Those of CUDA_VISIBLE_DEVICES, each once, else as many as there are /dev/nvidia<n>.
std::vector<Gpu> visibleGpus(const std::filesystem::path& driver = kDriverGpus);

}  // namespace slipway
