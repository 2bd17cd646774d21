// SPDX-License-Identifier: Apache-2.0
// A curve as a few lines of a terminal. Pure; any thread.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "backends/runs/runstore.h"

namespace slipway::cli {

// The lowest and the highest value that is a number; two NaNs where none is.
std::pair<double, double> extremesOf(const std::vector<CurvePoint>& points);

// Eight rows, the highest value above: the range of values in each of 64 equal parts of the steps, "×" where one is no number. Labels
// of the values stand on the left, of the steps below. None for no points.
std::vector<std::string> curveText(const std::vector<CurvePoint>& points);

}  // namespace slipway::cli
