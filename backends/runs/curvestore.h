// SPDX-License-Identifier: Apache-2.0
// <run>/curves: one file of fixed 24-byte records (step, seconds, value; little endian) a metric, and state.json that says how far
// the events are in them. All of it can be made anew from the events, which happens when it is damaged. Any thread, any process:
// a lock file orders them.
#pragma once

#include "backends/core/result.h"
#include "backends/runs/runstore.h"

#include <map>
#include <string>
#include <vector>

namespace slipway {

// "test/accuracy" -> "test%2Faccuracy.curve"
std::string curveFileName(const std::string& metric);

// The curves of the lowest rank that wrote events. A later attempt that goes on from a checkpoint replaces what an earlier one
// told of the same steps. Where the folder cannot be written the curves are read from the events alone.
Result<std::map<std::string, std::vector<CurvePoint>>> updatedCurves(const RunFolder& folder);

}  // namespace slipway
