// SPDX-License-Identifier: Apache-2.0
// This machine's NVIDIA GPUs through the driver's own library (NVML). One thread at a time; a call may take long where a GPU is
// lost, so never on the GUI thread. Owns the library.
#pragma once

#include "backends/core/gpudevice.h"
#include "backends/core/result.h"

#include <map>
#include <memory>
#include <optional>

namespace slipway {

inline constexpr const char* kNvmlLibrary = "libnvidia-ml.so.1";

class Nvml {
public:
    // None where there is no NVIDIA driver, which is a normal state. Unavailable where there is one that does not work.
    static Result<std::optional<Nvml>> open(const std::string& library = kNvmlLibrary);
    Nvml(Nvml&&) noexcept;
    Nvml& operator=(Nvml&&) noexcept;
    ~Nvml();

    // Everything, now: at most kMaxGpus devices and kMaxProcesses each.
    GpuReport sample();
    // Of each device: which it is, problem, fault, MIG mode, throttling, energy and processes alone, which is all that a run is told of it.
    std::vector<GpuDevice> vitals();

    static constexpr unsigned kMaxGpus = 64;
    static constexpr unsigned kMaxProcesses = 1024;

private:
    struct Known;
    class Session;
    explicit Nvml(std::unique_ptr<Session> session);
    std::unique_ptr<Session> m_session;
};

}  // namespace slipway
