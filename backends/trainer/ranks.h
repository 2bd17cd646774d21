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

    // From here on the backward passes that prepareBackward() announces average the gradients of these parameters over the ranks, as
    // PyTorch's DistributedDataParallel does (Li et al. 2020, arXiv:2006.15704): a bucket of them is on its way while earlier layers
    // are still computed. Once, before the first pass; afterwards the parameters have no gradients.
    virtual void averageGradients(const NamedTensors& parameters) = 0;
    // The next backward pass is the last of its step. Those before it only add up on their own rank.
    virtual void prepareBackward() = 0;

    struct Shared {
        double loss = 0;         // the mean
        bool isStopped = false;  // somebody was told to stop
    };
    // What all ranks make of it together, so that all stop after one step.
    virtual Shared share(Shared own) = 0;

    // Returns when all have come here.
    virtual void wait() = 0;
};

}  // namespace slipway::trainer
