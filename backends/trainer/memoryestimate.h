// SPDX-License-Identifier: Apache-2.0
// How much memory training on the CPU is going to hold at most, reckoned before its first step: what the process holds by then (program,
// data, weights, optimizer state) and what a pass adds to that (batches, activations, gradients), as a few samples show it. No step
// is taken. Training thread only; libtorch's exceptions pass through.
#pragma once

#include "backends/core/units.h"
#include "backends/trainer/evaluator.h"
#include "backends/trainer/networkfactory.h"
#include "backends/trainer/samples.h"

namespace slipway::trainer {

struct PassPlan {
    std::int64_t batch = 1;       // samples of a step
    std::int64_t microBatch = 1;  // of them at once
    std::int64_t batchesHeld = 1;
    double labelSmoothing = 0;
};

// `network` is left as it was. Errors as Samples::fill().
Result<Bytes> estimateMemory(Network& network, const Samples& samples, const Placement& placement,
                             const PassPlan& plan);

// What is live after each allocation of a pass over `few` samples and of one over `more`; the most that one over `all` holds, each moment
// growing in a straight line, or where moments differ, the most of all of them. `few` < `more`, or both the same. Pure.
std::int64_t mostLive(const std::vector<std::int64_t>& ofFew, std::int64_t few,
                      const std::vector<std::int64_t>& ofMore, std::int64_t more, std::int64_t all);

}  // namespace slipway::trainer
