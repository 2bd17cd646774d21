// SPDX-License-Identifier: Apache-2.0
// A job cut down to its first steps. Pure; any thread.
#pragma once

#include "backends/core/jobspec.h"

namespace slipway {

inline constexpr int kSmokeSteps = 8;

// For `train:`, so many steps with one evaluation and one checkpoint behind the last; a `program:` is left as it is and told by
// SLIPWAY_SMOKE=1 and SLIPWAY_SMOKE_STEPS in its environment, as the trainer is.
JobSpec smokeJob(JobSpec job, int steps);

}  // namespace slipway
