// SPDX-License-Identifier: GPL-3.0-or-later
// Data within a rectangle of pixels: where a value lies, the axes around it, and text that is read over curves. GUI thread only.
#pragma once

#include "widgets/charts/timeserieschart.h"

#include <QPointF>
#include <QRectF>

class QPainter;

namespace slipway {

struct ChartView {
    QRectF area;
    ChartRange x;
    ChartRange y;  // of a logarithmic scale: log10 of the values

    QPointF at(double dataX, double dataY) const;
    double xAt(double pixel) const;
    bool operator==(const ChartView& other) const;
};

// A light grid with its values at the left, the base line with its values below; `unit` stands at its end, within `right` pixels.
void drawChartAxes(QPainter& painter, const ChartView& view, ChartScale scale, const QString& unit,
                   int right);
// In the painter's font, with a halo of the surface.
void drawHaloText(QPainter& painter, const QPointF& at, const QString& text);

}  // namespace slipway
