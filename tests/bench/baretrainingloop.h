// SPDX-License-Identifier: Apache-2.0
// A training loop as libtorch's own examples write it, for comparison: shuffled batches by index_select, torch::optim::Adam, the
// loss read every ten steps. Nothing of Slipway is in it.
#pragma once

#include <cstdint>
#include <vector>

namespace bare {

// Pictures of 28 × 28 bytes with labels below 10.
struct Pictures {
    std::vector<std::uint8_t> pixels;
    std::vector<std::int64_t> labels;
};

// Trains 784-256-128-10 with batches of 128; returns the seconds the steps took.
double trainBare(const Pictures& pictures, int steps, int threads);

}  // namespace bare
