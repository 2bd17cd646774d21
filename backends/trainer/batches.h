// SPDX-License-Identifier: Apache-2.0
// Rows of the data as tensors on the device that trains. Training thread only.
#pragma once

#include "backends/trainer/samples.h"
#include "backends/trainer/torchheaders.h"

namespace slipway::trainer {

// Images and table rows: count × channels × height × width floats, and count classes or values. Texts: count × tokens, and as many
// that follow them.
struct Batch {
    torch::Tensor input;
    torch::Tensor expected;
};

Batch emptyBatch(const Samples& samples, std::int64_t count);

// `batch` has rows.size() samples; `draw` as in Samples::fill(), whose errors these are.
Result<void> fillBatch(const Samples& samples, const SampleSet& set, std::span<const std::int64_t> rows,
                       std::optional<std::uint64_t> draw, Batch& batch);

}  // namespace slipway::trainer
