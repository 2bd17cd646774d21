// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/chartgroup.h"

#include "widgets/charts/timeserieschart.h"

#include <algorithm>

namespace slipway {

void ChartGroup::add(TimeSeriesChart* chart) {
    const auto shown = std::find_if(m_charts.begin(), m_charts.end(), [](const auto& one) { return one; });
    if (shown != m_charts.end()) chart->setRange((*shown)->range());
    m_charts.emplace_back(chart);
    connect(chart, &TimeSeriesChart::crosshairMoved, this, [this, chart](std::optional<double> x) {
        for (const auto& other : m_charts)
            if (other && other != chart) other->setCrosshair(x);
    });
    connect(chart, &TimeSeriesChart::rangeChanged, this, [this, chart](std::optional<ChartRange> range) {
        for (const auto& other : m_charts)
            if (other && other != chart) other->setRange(range);
    });
}

}  // namespace slipway
