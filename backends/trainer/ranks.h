// SPDX-License-Identifier: Apache-2.0
// The other processes of a training, joined by libtorch's process groups: Gloo on CPUs, NCCL (the CUDA part)
// on GPUs. With one rank nothing is opened.
// Training thread only; owns the connections.
#pragma once

#include "backends/core/result.h"
#include "backends/trainer/optimizer.h"
#include "backends/trainer/trainer.h"

#include <memory>

namespace slipway::trainer {

class Ranks {
public:
    // `device`: what this rank's tensors are on. Unavailable when the others do not come within five minutes, and for GPUs when
    // the CUDA part cannot be loaded.
    static Result<std::unique_ptr<Ranks>> join(const TrainContext& context, const torch::Device& device);
    virtual ~Ranks() = default;

    // Rank 0's values to everybody.
    virtual void broadcast(const NamedTensors& tensors) = 0;

    struct Shared {
        double loss = 0;         // the mean
        bool isStopped = false;  // somebody was told to stop
    };
    // Replaces every gradient by the mean over the ranks; loss and stop request travel along, so all ranks stop after one step.
    virtual Shared average(const NamedTensors& parameters, Shared own) = 0;

    // Returns when all have come here.
    virtual void wait() = 0;
};

}  // namespace slipway::trainer
