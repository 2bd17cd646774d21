// SPDX-License-Identifier: Apache-2.0
// Runs a network over data that it does not learn from. Training thread only.
#pragma once

#include "backends/trainer/evaluation.h"
#include "backends/trainer/networkfactory.h"

#include <functional>
#include <optional>

namespace slipway::trainer {

struct Placement {
    torch::Device device{torch::kCPU};
    std::optional<at::ScalarType> castType;  // forward passes in it where that is sound
    bool isChannelsLast = false;

    // On a GPU it may still be on its way, if `input` is in pinned memory.
    torch::Tensor place(const torch::Tensor& input) const;
};

// The mean loss: cross entropy of classes and tokens (some of each label spread over all by `smoothing`), squared error of values.
torch::Tensor lossOf(const Samples& samples, const torch::Tensor& output, const torch::Tensor& expected,
                     double smoothing = 0);

// How many go through the network at once where it does not learn: never more memory than training with `trainingBatch` samples.
std::int64_t samplesAtOnce(const SampleShape& shape, std::int64_t trainingBatch);

// After each batch, with its samples; an error ends the work.
using Tick = std::function<Result<void>(std::int64_t count)>;

// Adds the whole set, and its worst predictions to `worst`; the network is left in training mode. Errors as Samples::fill() and `tick`.
Result<void> addTo(Evaluation& evaluation, Network& network, const Samples& samples, const SampleSet& set,
                   const Placement& placement, std::int64_t trainingBatch, const Tick& tick = {},
                   WorstPredictions* worst = nullptr);

// Over the whole set, at least one sample, with its worst predictions; the network is left in training mode. Never needs more memory than training with
// `trainingBatch` samples at once does. Errors as Samples::fill().
Result<Evaluation> evaluate(Network& network, const Samples& samples, const SampleSet& set,
                            const Placement& placement, std::int64_t trainingBatch);

}  // namespace slipway::trainer
