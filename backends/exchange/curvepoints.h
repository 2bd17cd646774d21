// SPDX-License-Identifier: Apache-2.0
// Every point of a curve in bounded memory. Header only; any thread.
#pragma once

#include "backends/runs/curvepyramid.h"

#include <algorithm>

namespace slipway {

// Each point in the order of its steps, until `take` returns an error, which is then the answer; else Corrupt, Io.
template <typename Take>
Result<void> eachPoint(const CurvePyramid& curve, const Take& take) {
    constexpr std::size_t kAtOnce = 1 << 16;
    for (std::size_t begin = 0; begin < curve.size(); begin += kAtOnce) {
        SLIPWAY_TRY(const std::vector<CurvePoint> points,
                    curve.slice(begin, std::min(curve.size(), begin + kAtOnce)));
        for (const CurvePoint& point : points) SLIPWAY_CHECK(take(point));
    }
    return {};
}

}  // namespace slipway
