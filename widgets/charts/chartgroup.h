// SPDX-License-Identifier: GPL-3.0-or-later
// Charts that share their x axis: one crosshair over all, one zoom. Owns nothing but the membership. GUI thread only.
#pragma once

#include <QObject>
#include <QPointer>

#include <optional>
#include <vector>

namespace slipway {

class TimeSeriesChart;

class ChartGroup final : public QObject {
    Q_OBJECT
public:
    explicit ChartGroup(QObject* parent = nullptr) : QObject(parent) {}
    // It is zoomed as those that are there already.
    void add(TimeSeriesChart* chart);

private:
    std::vector<QPointer<TimeSeriesChart>> m_charts;
};

}  // namespace slipway
