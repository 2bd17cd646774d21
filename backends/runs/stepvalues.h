// SPDX-License-Identifier: Apache-2.0
// What runs told of each step, and where two of them part: to the bit, and by steps that only one of them told. Any thread.
#pragma once

#include "backends/runs/runstore.h"

#include <map>
#include <optional>
#include <string>

namespace slipway {

using StepValues = std::map<std::string, std::map<std::int64_t, double>>;  // by metric

// Corrupt, NotFound, Io.
Result<StepValues> stepValues(const RunFolder& folder);

// One run and the run that went on from it, as one: what both told is the later one's.
StepValues continued(StepValues before, const StepValues& after);

struct StepParting {
    std::string metric;
    std::int64_t step = 0;
    std::optional<double> first;  // none: not told
    std::optional<double> other;
};
// At the lowest step; none where all is the same.
std::optional<StepParting> firstParting(const StepValues& first, const StepValues& other);

}  // namespace slipway
