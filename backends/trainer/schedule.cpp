// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace slipway::trainer {

double learningRate(double peak, const ParameterValues& loop, std::int64_t step, std::int64_t steps) {
    const auto warmup = std::min(integerValue(loop, "warmup"), steps);
    if (step < warmup) return peak * static_cast<double>(step + 1) / static_cast<double>(warmup + 1);
    if (textValue(loop, "schedule") == "constant") return peak;
    const double done =
        static_cast<double>(step - warmup) / static_cast<double>(std::max<std::int64_t>(1, steps - warmup));
    return peak * 0.5 * (1 + std::cos(std::numbers::pi * std::min(1.0, done)));
}

}  // namespace slipway::trainer
