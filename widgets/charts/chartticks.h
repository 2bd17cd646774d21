// SPDX-License-Identifier: GPL-3.0-or-later
// Round values along an axis, with their labels. Pure; any thread.
#pragma once

#include <QString>

#include <vector>

namespace slipway {

struct ChartTick {
    double value = 0;
    QString label;
};

// About `count` of them within [from, to], at 1, 2 or 5 times a power of ten and no less than `smallest` apart; labels have as many decimals as tell one from the next.
std::vector<ChartTick> linearTicks(double from, double to, int count, double smallest = 0);
// At 1, 2 and 5, at powers of ten alone where that would be many, as linearTicks() where there would be none; of positive values.
std::vector<ChartTick> logTicks(double from, double to, int count);

}  // namespace slipway
