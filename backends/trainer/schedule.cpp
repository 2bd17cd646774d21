// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace slipway::trainer {
namespace {

// One cycle (Smith and Topin 2018, arXiv:1708.07120), with the numbers of PyTorch's OneCycleLR.
constexpr double kCycleRise = 0.3;  // share of the steps
constexpr double kCycleStart = 1.0 / 25;
constexpr double kCycleEnd = kCycleStart / 1e4;

// From `from` to `to` on half a cosine, `done` from 0 to 1.
double eased(double from, double to, double done) {
    return to + (from - to) * 0.5 * (1 + std::cos(std::numbers::pi * std::clamp(done, 0.0, 1.0)));
}

double oneCycle(double done) {
    if (done < kCycleRise) return eased(kCycleStart, 1, done / kCycleRise);
    return eased(1, kCycleEnd, (done - kCycleRise) / (1 - kCycleRise));
}

}  // namespace

double learningRate(double peak, const ParameterValues& loop, std::int64_t step, std::int64_t steps) {
    const auto warmup = std::min(integerValue(loop, "warmup"), steps);
    if (step < warmup) return peak * static_cast<double>(step + 1) / static_cast<double>(warmup + 1);
    const auto& schedule = textValue(loop, "schedule");
    const std::int64_t left = std::max<std::int64_t>(1, steps - warmup);
    const double done = static_cast<double>(step - warmup) / static_cast<double>(left);
    if (schedule == "cosine") return eased(peak, 0, done);
    if (schedule == "onecycle") return peak * oneCycle(done);
    if (schedule == "step") {
        std::int64_t every = integerValue(loop, "decay_every");
        if (every == 0) every = std::max<std::int64_t>(1, (left + 2) / 3);
        const std::int64_t falls = (step - warmup) / every;
        return peak * std::pow(realValue(loop, "decay_factor"), static_cast<double>(falls));
    }
    return peak;
}

}  // namespace slipway::trainer
