// SPDX-License-Identifier: GPL-3.0-or-later
// One metric of many runs. The curves are drawn into a picture a slice at a time, so that a thousand of them never hold the window
// up; until a new picture is whole the last one is shown where it belongs. Drag zooms into a part, Shift and drag pans, Ctrl and
// the wheel zooms (the wheel alone scrolls what the chart lies in), a double click shows all. Its owner feeds it what the range asks for. GUI thread only.
#pragma once

#include "widgets/charts/chartview.h"

#include <QImage>
#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

namespace slipway {

struct ComparisonLine {
    QString name;  // "#42"
    std::vector<double> x;
    std::vector<double> y;
    int color = 0;
    bool isDashed = false;  // another place than this machine
};

class ComparisonChart final : public QWidget {
    Q_OBJECT
public:
    explicit ComparisonChart(const QString& name, QWidget* parent = nullptr);

    void setLines(std::vector<ComparisonLine> lines);
    void setScale(ChartScale scale);
    void setXUnit(const QString& unit);
    // What is seen when nothing is zoomed.
    void setExtent(const ChartRange& extent);
    // None: all. Does not tell of it by rangeChanged.
    void setRange(std::optional<ChartRange> range);
    std::optional<ChartRange> range() const { return m_range; }
    ChartRange shown() const { return m_range.value_or(m_extent); }
    void setCrosshair(std::optional<double> x);
    // A flag with words; none: none.
    void setMark(std::optional<double> x, const QString& words = {});

    // Of the lines in their order at x; not a number where a line has none there.
    std::vector<double> valuesAt(double x) const;
    // What the box at the crosshair says: "#42 0.2546".
    QStringList hoverTexts() const;
    QByteArray png() const;
    QByteArray svg() const;

    // Draws on for about so many milliseconds; false: the picture is whole.
    bool renderSome(double milliseconds);
    bool isRendering() const { return m_isDue; }

    QSize sizeHint() const override { return {380, 220}; }
    QSize minimumSizeHint() const override { return {260, 180}; }

Q_SIGNALS:
    void renderNeeded();
    void crosshairMoved(std::optional<double> x);
    void rangeChanged(std::optional<ChartRange> range);

protected:
    void paintEvent(QPaintEvent*) override;
    void resizeEvent(QResizeEvent*) override;
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent*) override;

private:
    struct Picture {
        QImage image;
        ChartView view;
    };

    ChartView view() const;
    double scaled(double value) const;
    void changed();
    void choose(std::optional<ChartRange> range);
    void drawLine(QPainter& painter, const ChartView& view, const ComparisonLine& line, bool isFine) const;
    void drawMark(QPainter& painter, const ChartView& view) const;
    void drawEndLabels(QPainter& painter, const ChartView& view) const;
    void drawCrosshair(QPainter& painter, const ChartView& view) const;
    void drawBrush(QPainter& painter, const ChartView& view) const;
    void drawAll(QPainter& painter) const;
    std::vector<std::size_t> nearestLines(double y) const;

    std::vector<ComparisonLine> m_lines;
    ChartScale m_scale = ChartScale::Linear;
    QString m_unit;
    ChartRange m_extent{0, 1};
    ChartRange m_y{0, 1};
    std::optional<ChartRange> m_range;
    std::optional<double> m_crosshair;
    double m_pointerY = 0;
    bool m_isPointedAt = false;
    std::optional<double> m_mark;
    QString m_markWords;
    std::optional<QPointF> m_brushFrom, m_panFrom;
    QPointF m_brushTo;
    ChartRange m_panRange;
    Picture m_picture;  // the last whole one
    Picture m_next;     // lines up to m_nextLine are in it
    std::size_t m_nextLine = 0;
    bool m_isDue = false;    // m_next is not whole
    bool m_isStale = false;  // what is to be drawn changed since m_next was begun
};

}  // namespace slipway
