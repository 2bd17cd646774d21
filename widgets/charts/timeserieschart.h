// SPDX-License-Identifier: GPL-3.0-or-later
// Curves over steps or seconds with the product's look and gestures: wheel zooms x, drag pans, double click resets, a crosshair
// with values, labels at line ends. A redraw costs the chart's width, not the curves' length. GUI thread only.
#pragma once

#include <QString>
#include <QStringList>
#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

namespace slipway {

struct ChartSeries {
    QString name;  // "#42 research"
    std::vector<double> x;
    std::vector<double> y;
    int color = 0;          // of the theme's series
    bool isCurrent = true;  // 2 px with end dot and bold label; else thinner
    bool isDashed = false;  // another place
};

struct ChartRange {
    double from = 0;
    double to = 1;
};

enum class ChartScale : quint8 { Linear, Log };

class TimeSeriesChart final : public QWidget {
    Q_OBJECT
public:
    explicit TimeSeriesChart(const QString& name, QWidget* parent = nullptr);
    ~TimeSeriesChart() override;

    void setSeries(std::vector<ChartSeries> series);
    void setScale(ChartScale scale);
    void setSmoothing(double weight);    // 0 … 0.99
    void setXUnit(const QString& unit);  // "step", "s"
    // Where x ends when nothing is zoomed, as when the run's steps are known; 0: where the data end.
    void setXEnd(double end);
    void setCrosshair(std::optional<double> x);
    // None: all.
    void setRange(std::optional<ChartRange> range);
    std::optional<ChartRange> range() const;
    // Whether the crosshair has its box of values: only in the chart that the mouse is in.
    bool hasValueBox() const;
    // "#7 0.2546": what stands at the ends of the lines, the last measured values.
    QStringList endLabels() const;
    // Values at the crosshair's x, one per series, as the box shows them: those of the line.
    std::vector<double> valuesAt(double x) const;
    // The x of the last point of any series; none without points.
    std::optional<double> lastX() const;
    int drawnPoints() const;

    QSize sizeHint() const override { return {420, 260}; }
    QSize minimumSizeHint() const override { return {220, 140}; }

Q_SIGNALS:
    void crosshairMoved(std::optional<double> x);
    void rangeChanged(std::optional<ChartRange> range);

protected:
    void resizeEvent(QResizeEvent*) override;
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    class Overlay;
    struct State;
    void refreshLooks();
    void refreshAxes();
    void feed();
    void zoom(double factor, double around);
    void pan(double delta);
    std::unique_ptr<State> m_state;
};

}  // namespace slipway
