// SPDX-License-Identifier: Apache-2.0
// The learning rate over the steps. Pure; any thread.
#pragma once

#include "backends/core/parameters.h"

#include <cstdint>

namespace slipway::trainer {

// The rate of step `step` (from 0) of `steps`: linear over the loop's `warmup` steps, then as its `schedule` says
// (cosine: Loshchilov and Hutter 2017, down to 0 after the last step).
double learningRate(double peak, const ParameterValues& loop, std::int64_t step, std::int64_t steps);

}  // namespace slipway::trainer
