// SPDX-License-Identifier: Apache-2.0
// <run>/curves: one file of fixed 24-byte records (step, seconds, value; little endian) a metric, as ThinCurve keeps it, and
// state.json that says how far the events are in them. A curve that is thinned further gets a new file, so that the one before is
// whole until state.json names the new one. All of it can be made anew from the events, which happens when it is damaged. Any
// thread, any process: a lock file orders them.
#pragma once

#include "backends/core/result.h"
#include "backends/runs/runstore.h"

#include <map>
#include <string>
#include <vector>

namespace slipway {

// "test/accuracy" -> "test%2Faccuracy.curve"; with `every` above 1 -> "test%2Faccuracy~8.curve".
std::string curveFileName(const std::string& metric, std::size_t every = 1);

// The curves of the lowest rank that wrote events. Where the folder cannot be written the curves are read from the events alone.
Result<std::map<std::string, std::vector<CurvePoint>>> updatedCurves(const RunFolder& folder);

}  // namespace slipway
