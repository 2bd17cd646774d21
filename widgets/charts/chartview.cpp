// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/chartview.h"

#include "widgets/charts/chartticks.h"
#include "widgets/common/theme.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace slipway {

QPointF ChartView::at(double dataX, double dataY) const {
    return {area.left() + (dataX - x.from) / (x.to - x.from) * area.width(),
            area.bottom() - (dataY - y.from) / (y.to - y.from) * area.height()};
}

double ChartView::xAt(double pixel) const {
    return x.from + (pixel - area.left()) / area.width() * (x.to - x.from);
}

bool ChartView::operator==(const ChartView& other) const {
    return area == other.area && x.from == other.x.from && x.to == other.x.to && y.from == other.y.from &&
           y.to == other.y.to;
}

void drawChartAxes(QPainter& painter, const ChartView& view, ChartScale scale, const QString& unit,
                   int right) {
    const QRectF area = view.area;
    painter.setFont(theme::font(TextRole::Small));
    const int rows = std::clamp(static_cast<int>(area.height()) / 44, 2, 6);
    const bool isLog = scale == ChartScale::Log;
    const auto ticks = isLog ? logTicks(std::pow(10, view.y.from), std::pow(10, view.y.to), rows)
                             : linearTicks(view.y.from, view.y.to, rows);
    for (const ChartTick& tick : ticks) {
        const double value = isLog ? std::log10(tick.value) : tick.value;
        const double y = std::round(view.at(view.x.from, value).y()) + 0.5;
        painter.setPen(QPen(theme::color(Tone::Grid), 1));
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
        painter.setPen(theme::color(Tone::Axis));
        painter.drawText(QRectF(0, y - 8, area.left() - 8, 16), Qt::AlignRight | Qt::AlignVCenter,
                         tick.label);
    }
    painter.setPen(QPen(theme::color(Tone::LineStrong), 1));
    painter.drawLine(QPointF(area.left(), area.bottom() + 0.5), QPointF(area.right(), area.bottom() + 0.5));
    const double smallest = unit == QLatin1String("step") ? 1 : 0;  // there is none between two
    for (const ChartTick& tick :
         linearTicks(view.x.from, view.x.to, static_cast<int>(area.width()) / 90, smallest)) {
        const double x = view.at(tick.value, view.y.from).x();
        painter.setPen(theme::color(Tone::Axis));
        painter.drawText(QRectF(x - 40, area.bottom() + 5, 80, 16), Qt::AlignCenter, tick.label);
    }
    painter.setPen(theme::color(Tone::Muted));
    painter.drawText(QRectF(area.right() + 6, area.bottom() + 5, right - 8, 16),
                     Qt::AlignRight | Qt::AlignVCenter, unit);
}

void drawHaloText(QPainter& painter, const QPointF& at, const QString& text) {
    QPainterPath path;
    path.addText(at, painter.font(), text);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.strokePath(path,
                       QPen(theme::color(Tone::Surface), 3, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setPen(theme::color(Tone::Text));
    painter.drawText(at, text);
    painter.restore();
}

}  // namespace slipway
