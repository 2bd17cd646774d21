// SPDX-License-Identifier: Apache-2.0
// After memory ran out: how much of it passes over a few samples take, and how many would fit. Training thread only.
#pragma once

#include "backends/core/units.h"
#include "backends/trainer/torchheaders.h"

#include <exception>
#include <functional>
#include <optional>

namespace slipway::trainer {

// libtorch's CPU allocator has no type of its own for it.
bool isOutOfMemory(const std::exception& problem);

// The most bytes that tensors on `device` took at once while `pass` ran, above what they took before. On a CPU without its kernels' own buffers.
Bytes tensorPeak(const torch::Device& device, const std::function<void()>& pass);

struct MemoryPoint {
    std::int64_t samples = 0;
    Bytes peak;
};
struct MemoryLine {
    Bytes fixed;
    double perSample = 0;  // bytes
    // How many samples at once fit into nine tenths of `room`; 0: not one.
    std::int64_t samplesIn(Bytes room) const;
};
// The straight line through both; none where more samples take no more memory.
std::optional<MemoryLine> memoryLine(const MemoryPoint& few, const MemoryPoint& more);

// What this process can still have: of the address space, of its control group and machine, or of the GPU. None: not known.
std::optional<Bytes> memoryRoom(const torch::Device& device);
// The most it has had: resident, or what tensors took of the GPU.
Bytes memoryPeak(const torch::Device& device);

}  // namespace slipway::trainer
