// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/chartticks.h"

#include "widgets/common/formats.h"

#include <algorithm>
#include <cmath>

namespace slipway {
namespace {

double roundStep(double rough) {
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    for (const double step : {1.0, 2.0, 5.0})
        if (step * power >= rough * 0.7) return step * power;
    return 10 * power;
}

QString linearLabel(double value, double step) {
    if (value == 0) return QStringLiteral("0");
    const int decimals = static_cast<int>(std::ceil(-std::log10(step) - 1e-9));
    if (decimals > 6 || std::abs(value) >= 1e9) return QString::number(value, 'g', 4);
    if (decimals <= 0) return format::count(std::llround(value));
    return QString::number(value, 'f', decimals);
}

}  // namespace

std::vector<ChartTick> linearTicks(double from, double to, int count, double smallest) {
    std::vector<ChartTick> ticks;
    if (!(to > from) || !std::isfinite(from) || !std::isfinite(to)) return ticks;
    const double step = std::max(smallest, roundStep((to - from) / std::max(count, 1)));
    for (double at = std::ceil(from / step - 1e-9); at * step <= to + step * 1e-9; ++at)
        ticks.push_back({at * step, linearLabel(at * step, step)});
    return ticks;
}

std::vector<ChartTick> logTicks(double from, double to, int count) {
    std::vector<ChartTick> ticks;
    if (!(from > 0) || !(to > from) || !std::isfinite(to)) return ticks;
    const int first = static_cast<int>(std::floor(std::log10(from)));
    const int last = static_cast<int>(std::ceil(std::log10(to)));
    const int every = std::max(1, (last - first) / std::max(count, 1));
    const bool hasRoom = last - first <= 2;
    for (int power = first; power <= last; power += every)
        for (const double step : {1.0, 2.0, 5.0}) {
            const double value = step * std::pow(10.0, power);
            if ((step > 1 && !hasRoom) || value < from || value > to) continue;
            ticks.push_back({value, QString::number(value, 'g', 3)});
        }
    if (ticks.size() < 2) return linearTicks(from, to, count);
    return ticks;
}

}  // namespace slipway
