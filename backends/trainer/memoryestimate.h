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

// The sizes of blocks in bytes, as they are taken and, below 0, given back.
using Blocks = std::vector<std::int64_t>;

// Those of a pass over `all` samples, after those of passes over `few` and `more`: each grows in a straight line, or where passes differ,
// with the samples. `few` < `more`, or both the same. Pure.
Blocks blocksOf(const Blocks& ofFew, std::int64_t few, const Blocks& ofMore, std::int64_t more,
                std::int64_t all);

// The most that is held at once, where the C library still has `kept` of what small blocks were. Pure.
std::int64_t mostHeld(const Blocks& blocks, std::int64_t kept);
// What it keeps of them afterwards. Pure.
std::int64_t keptOf(const Blocks& blocks);

}  // namespace slipway::trainer
