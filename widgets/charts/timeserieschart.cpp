// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/timeserieschart.h"

#include "widgets/charts/minmaxpyramid.h"
#include "widgets/charts/qcp.h"
#include "widgets/common/formats.h"
#include "widgets/common/theme.h"

#include <QFontMetrics>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace slipway {
namespace {

constexpr int kRight = 78;  // room for labels at line ends
constexpr int kTop = 8;
constexpr int kBottom = 24;
constexpr double kPointsPerPixel = 2.0;

struct Line {
    ChartSeries series;
    MinMaxPyramid raw;
    MinMaxPyramid smooth;
    QCPGraph* rawGraph = nullptr;
    QCPGraph* graph = nullptr;
};

// Round values at 1, 2 and 5, few of them whatever the height.
class LogTicker final : public QCPAxisTicker {
protected:
    QVector<double> createTickVector(double, const QCPRange& range) override {
        const auto ticksOf = [&range](std::initializer_list<double> steps) {
            QVector<double> ticks;
            const int first = static_cast<int>(std::floor(std::log10(range.lower)));
            const int last = static_cast<int>(std::ceil(std::log10(range.upper)));
            for (int power = first; power <= last; ++power)
                for (const double step : steps)
                    if (const double tick = step * std::pow(10.0, power);
                        tick >= range.lower * 0.999 && tick <= range.upper * 1.001)
                        ticks.append(tick);
            return ticks;
        };
        if (range.lower <= 0) return {};
        QVector<double> ticks = ticksOf({1.0, 2.0, 5.0});
        if (ticks.size() > 6) ticks = ticksOf({1.0});
        return ticks;
    }
    QString getTickLabel(double tick, const QLocale&, QChar, int) override {
        return QString::number(tick, 'g', 3);
    }
    int getSubTickCount(double) override { return 0; }
};

class LinearTicker final : public QCPAxisTicker {
public:
    explicit LinearTicker(bool isCount) : m_isCount(isCount) {}

protected:
    QString getTickLabel(double tick, const QLocale&, QChar, int) override {
        if (m_isCount && std::abs(tick) >= 1 && tick == std::floor(tick))
            return format::count(static_cast<qint64>(tick));
        // As many decimals as tell one tick from the next without rounding it: steps of 0.0025 take four.
        int decimals = 0;
        for (double step = m_step; decimals <= 5 && std::abs(step - std::round(step)) > 1e-6; step *= 10)
            ++decimals;
        if (decimals > 5) return QString::number(tick, 'e', 1);
        return QString::number(tick, 'f', decimals);
    }
    double getTickStep(const QCPRange& range) override {
        m_step = QCPAxisTicker::getTickStep(range);
        return m_step;
    }
    int getSubTickCount(double) override { return 0; }

private:
    bool m_isCount;
    double m_step = 1;
};

// The value as it was measured, as tables show it, though the line that it ends may be smoothed.
QString endLabel(const Line& line) {
    return QStringLiteral("%1 %2").arg(line.series.name.section(QLatin1Char(' '), 0, 0),
                                       format::metric(line.raw.y().back()));
}

QCPRange extent(const std::vector<Line>& lines, const ChartRange& x, ChartScale scale) {
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (const Line& line : lines) {
        // The smoothed line and the raw one behind it, over what is seen; 1024 points keep all extremes.
        for (const MinMaxPyramid* points : {&line.raw, &line.smooth}) {
            const MinMaxPyramid::Points seen = points->visible(x.from, x.to, 1024);
            for (const double y : seen.y) {
                if (!std::isfinite(y) || (scale == ChartScale::Log && y <= 0)) continue;
                low = std::min(low, y);
                high = std::max(high, y);
            }
        }
    }
    if (!std::isfinite(low)) return scale == ChartScale::Log ? QCPRange(0.1, 10) : QCPRange(0, 1);
    if (scale == ChartScale::Log) {
        const double pad = std::max(std::pow(high / low, 0.06), 1.05);
        return {low / pad, high * pad};
    }
    // What is left of a constant after averaging is no signal.
    const bool isFlat = high - low <= 1e-6 * std::max(std::abs(high), std::abs(low));
    const double pad = isFlat ? std::max(std::abs(high) * 0.1, 1e-9) : (high - low) * 0.07;
    return {low - pad, high + pad};
}

// Room for the widest label that LinearTicker makes, the same for all charts, so that they align.
int leftMargin() {
    constexpr int kPadding = 10;
    return QFontMetrics(theme::font(TextRole::Small)).horizontalAdvance(QStringLiteral("0.0000")) + kPadding;
}

}  // namespace

struct TimeSeriesChart::State {
    QCustomPlot* plot = nullptr;
    Overlay* overlay = nullptr;
    std::vector<Line> lines;
    ChartScale scale = ChartScale::Linear;
    double smoothing = 0;
    QString unit = QStringLiteral("step");
    double xEnd = 0;
    std::optional<double> crosshair;
    bool isPointedAt = false;  // the crosshair is this chart's own, not that of another in its group
    std::optional<ChartRange> zoom;
    std::optional<QPointF> dragFrom;
    ChartRange dragRange;
    int drawnPoints = 0;

    std::optional<double> lastX() const {
        std::optional<double> last;
        for (const Line& line : lines)
            if (!line.raw.isEmpty()) last = std::max(last.value_or(line.raw.x().back()), line.raw.x().back());
        return last;
    }
    ChartRange full() const {
        const double last = lastX().value_or(1);
        ChartRange result{0, xEnd > 0 ? std::max({xEnd, 1.0, last}) : last};
        if (result.to <= result.from) result.to = result.from + 1;
        return result;
    }
    ChartRange shown() const { return zoom.value_or(full()); }
};

// Gestures and everything that moves with the pointer: painted over the curves, so that a crosshair costs no redraw of them.
class TimeSeriesChart::Overlay final : public QWidget {
public:
    explicit Overlay(TimeSeriesChart* chart) : QWidget(chart), m_chart(chart) { setMouseTracking(true); }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        paintEndLabels(painter);
        paintUnit(painter);
        if (state().crosshair) paintCrosshair(painter, *state().crosshair);
    }
    void mouseMoveEvent(QMouseEvent* event) override {
        State& s = state();
        const QRectF area = s.plot->axisRect()->rect();
        if (s.dragFrom) {
            const double perPixel = (s.dragRange.to - s.dragRange.from) / area.width();
            const double delta = (s.dragFrom->x() - event->position().x()) * perPixel;
            m_chart->setRange(ChartRange{s.dragRange.from + delta, s.dragRange.to + delta});
            Q_EMIT m_chart->rangeChanged(s.zoom);
            return;
        }
        moveTo(area.adjusted(-2, -2, 2, 2).contains(event->position())
                   ? std::optional<double>(s.plot->xAxis->pixelToCoord(event->position().x()))
                   : std::nullopt);
    }
    void mousePressEvent(QMouseEvent* event) override {
        if (event->button() != Qt::LeftButton) return;
        state().dragFrom = event->position();
        state().dragRange = state().shown();
        m_chart->setFocus();
    }
    void mouseReleaseEvent(QMouseEvent*) override { state().dragFrom.reset(); }
    void mouseDoubleClickEvent(QMouseEvent*) override {
        m_chart->setRange(std::nullopt);
        Q_EMIT m_chart->rangeChanged(std::nullopt);
    }
    void leaveEvent(QEvent*) override { moveTo(std::nullopt); }
    void wheelEvent(QWheelEvent* event) override {
        m_chart->zoom(std::pow(0.85, event->angleDelta().y() / 120.0),
                      state().plot->xAxis->pixelToCoord(event->position().x()));
        event->accept();
    }

private:
    State& state() const { return *m_chart->m_state; }

    void moveTo(std::optional<double> x) {
        m_chart->setCrosshair(x);
        state().isPointedAt = x.has_value();
        update();
        Q_EMIT m_chart->crosshairMoved(x);
    }

    QPointF pixel(double x, double y) const {
        return {state().plot->xAxis->coordToPixel(x), state().plot->yAxis->coordToPixel(y)};
    }

    void paintHaloText(QPainter& painter, const QPointF& at, const QString& text) const {
        QPainterPath path;
        path.addText(at, painter.font(), text);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(theme::color(Tone::Surface), 3, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPath(path);
        painter.setPen(theme::color(Tone::Text));
        painter.drawText(at, text);
    }

    void paintEndLabels(QPainter& painter) const {
        const QRectF area = state().plot->axisRect()->rect();
        const ChartRange shown = state().shown();
        QList<QRectF> taken;
        for (const Line& line : state().lines) {
            if (line.smooth.isEmpty() || line.smooth.x().back() > shown.to ||
                line.smooth.x().back() < shown.from)
                continue;
            // Where the label says it is: only behind the current line is what was measured drawn too.
            const double y = (line.series.isCurrent ? line.raw : line.smooth).y().back();
            if (!std::isfinite(y) || (state().scale == ChartScale::Log && y <= 0)) continue;
            const QPointF end = pixel(line.smooth.x().back(), y);
            if (!area.adjusted(-1, -1, 1, 1).contains(end)) continue;
            if (line.series.isCurrent) {
                painter.setPen(Qt::NoPen);
                painter.setBrush(theme::series(line.series.color));
                painter.drawEllipse(end, 3.5, 3.5);
            }
            if (state().lines.size() > 5) continue;
            QFont font = theme::font(TextRole::Small);
            if (line.series.isCurrent) font.setWeight(QFont::DemiBold);
            painter.setFont(font);
            const QString label = endLabel(line);
            const qreal width = painter.fontMetrics().horizontalAdvance(label);
            QRectF box(end.x() + 7, end.y() - 7, width, 14);
            if (box.right() > this->width() - 2) box.moveRight(std::min(end.x() - 6, this->width() - 2.0));
            for (const QRectF& other : taken)
                if (box.intersects(other))
                    box.moveTop(box.center().y() < other.center().y() ? other.top() - 14
                                                                      : other.bottom() + 1);
            taken.append(box);
            paintHaloText(painter, QPointF(box.left(), box.bottom() - 3), label);
        }
    }

    void paintUnit(QPainter& painter) const {
        const QRectF area = state().plot->axisRect()->rect();
        painter.setFont(theme::font(TextRole::Small));
        painter.setPen(theme::color(Tone::Muted));
        painter.drawText(QRectF(area.right() - 80, area.bottom() - 18, 78, 16),
                         Qt::AlignRight | Qt::AlignVCenter, state().unit);
    }

    void paintCrosshair(QPainter& painter, double x) const {
        const QRectF area = state().plot->axisRect()->rect();
        const double at = state().plot->xAxis->coordToPixel(x);
        if (at < area.left() || at > area.right()) return;
        painter.setPen(QPen(theme::color(Tone::Muted), 1));
        painter.drawLine(QPointF(at, area.top()), QPointF(at, area.bottom()));

        struct Row {
            const Line* line;
            double y;
        };
        std::vector<Row> rows;
        double nearestX = x;
        for (const Line& line : state().lines) {
            if (line.smooth.isEmpty() || x > line.smooth.x().back()) continue;
            const std::size_t index = line.smooth.nearest(x);
            if (rows.empty()) nearestX = line.smooth.x()[index];
            rows.push_back({&line, line.smooth.y()[index]});
            const QPointF dot = pixel(line.smooth.x()[index], line.smooth.y()[index]);
            painter.setPen(QPen(theme::series(line.series.color), 1.5));
            painter.setBrush(theme::color(Tone::Surface));
            if (area.contains(dot)) painter.drawEllipse(dot, 3, 3);
        }
        if (!state().isPointedAt || rows.empty() || rows.size() > 12) return;
        painter.setFont(theme::font(TextRole::Small));
        QString head = QStringLiteral("%1 %2").arg(state().unit, format::count(std::llround(nearestX)));
        if (state().smoothing > 0) head += TimeSeriesChart::tr(" · smoothed");
        int widest = painter.fontMetrics().horizontalAdvance(head);
        for (const Row& row : rows)
            widest = std::max(widest, painter.fontMetrics().horizontalAdvance(row.line->series.name) + 76);
        QRectF box(at + 10, area.top() + 14, widest + 20, 24 + static_cast<int>(rows.size()) * 17);
        if (box.right() > area.right() + kRight - 4) box.moveRight(std::max(at - 10, box.width()));
        painter.setPen(theme::color(Tone::LineStrong));
        painter.setBrush(theme::color(Tone::Raised));
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
        painter.setPen(theme::color(Tone::Muted));
        painter.drawText(QRectF(box.left() + 10, box.top() + 5, box.width(), 16),
                         Qt::AlignVCenter | Qt::AlignLeft, head);
        double y = box.top() + 22;
        for (const Row& row : rows) {
            QPen pen(theme::series(row.line->series.color), 2);
            if (row.line->series.isDashed) pen.setDashPattern({2, 1.2});
            painter.setPen(pen);
            painter.drawLine(QPointF(box.left() + 10, y + 8), QPointF(box.left() + 22, y + 8));
            painter.setPen(theme::color(Tone::Text));
            painter.setFont(theme::font(TextRole::Small));
            painter.drawText(QRectF(box.left() + 28, y, box.width(), 16), Qt::AlignVCenter | Qt::AlignLeft,
                             row.line->series.name);
            painter.setFont(theme::font(TextRole::SmallHeading));
            format::drawNumber(painter, QRectF(box.left(), y, box.width() - 10, 16), format::metric(row.y));
            y += 17;
        }
    }

    TimeSeriesChart* m_chart;
};

TimeSeriesChart::TimeSeriesChart(const QString& name, QWidget* parent)
    : QWidget(parent),
      m_state(std::make_unique<State>()) {
    setAccessibleName(name);
    setFocusPolicy(Qt::StrongFocus);
    auto* plot = new QCustomPlot(this);
    m_state->plot = plot;
    plot->setFocusPolicy(Qt::NoFocus);
    plot->setAttribute(Qt::WA_TransparentForMouseEvents);
    plot->setPlottingHints(QCP::phCacheLabels);
    plot->axisRect()->setAutoMargins(QCP::msNone);
    plot->axisRect()->setMargins(QMargins(leftMargin(), kTop, kRight, kBottom));
    plot->plotLayout()->setRowSpacing(0);
    plot->xAxis->setTicker(QSharedPointer<LinearTicker>::create(true));
    plot->xAxis->setTickLength(0, 4);
    plot->xAxis->grid()->setVisible(false);
    plot->yAxis->setTickLength(0, 0);
    plot->xAxis->setTickLabelPadding(6);
    plot->yAxis->setTickLabelPadding(8);
    m_state->overlay = new Overlay(this);
    setScale(ChartScale::Linear);
    refreshLooks();
}

TimeSeriesChart::~TimeSeriesChart() = default;

void TimeSeriesChart::setSeries(std::vector<ChartSeries> series) {
    State& s = *m_state;
    s.plot->clearGraphs();
    s.lines.clear();
    s.lines.reserve(series.size());
    for (ChartSeries& one : series) {
        Line line;
        line.rawGraph = s.plot->addGraph();
        line.graph = s.plot->addGraph();
        line.smooth.assign(one.x, smoothed(one.y, s.smoothing));
        line.raw.assign(std::move(one.x), std::move(one.y));
        one.x.clear();
        one.y.clear();
        line.series = std::move(one);
        s.lines.push_back(std::move(line));
    }
    refreshLooks();
}

void TimeSeriesChart::setScale(ChartScale scale) {
    m_state->scale = scale;
    QCPAxis* axis = m_state->plot->yAxis;
    axis->setScaleType(scale == ChartScale::Log ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    if (scale == ChartScale::Log)
        axis->setTicker(QSharedPointer<LogTicker>::create());
    else
        axis->setTicker(QSharedPointer<LinearTicker>::create(false));
    axis->ticker()->setTickCount(5);
    refreshAxes();
}

void TimeSeriesChart::setSmoothing(double weight) {
    m_state->smoothing = std::clamp(weight, 0.0, 0.99);
    for (Line& line : m_state->lines)
        line.smooth.assign(line.raw.x(), smoothed(line.raw.y(), m_state->smoothing));
    refreshAxes();
}

void TimeSeriesChart::setXUnit(const QString& unit) {
    m_state->unit = unit;
    m_state->overlay->update();
}

void TimeSeriesChart::setXEnd(double end) {
    m_state->xEnd = end;
    refreshAxes();
}

void TimeSeriesChart::setCrosshair(std::optional<double> x) {
    m_state->crosshair = x;
    m_state->isPointedAt = false;
    m_state->overlay->update();
}

void TimeSeriesChart::setRange(std::optional<ChartRange> range) {
    if (range) {
        // Neither beyond the data nor closer than two steps.
        const ChartRange full = m_state->full();
        const double width =
            std::clamp(range->to - range->from, std::min(2.0, full.to - full.from), full.to - full.from);
        range->from = std::clamp(range->from, full.from, full.to - width);
        range->to = range->from + width;
        if (width >= full.to - full.from) range.reset();
    }
    m_state->zoom = range;
    refreshAxes();
}

std::optional<ChartRange> TimeSeriesChart::range() const { return m_state->zoom; }

std::vector<double> TimeSeriesChart::valuesAt(double x) const {
    std::vector<double> result;
    for (const Line& line : m_state->lines)
        result.push_back(line.smooth.isEmpty() ? std::nan("") : line.smooth.y()[line.smooth.nearest(x)]);
    return result;
}

QStringList TimeSeriesChart::endLabels() const {
    QStringList result;
    for (const Line& line : m_state->lines)
        if (!line.raw.isEmpty()) result.append(endLabel(line));
    return result;
}

bool TimeSeriesChart::hasValueBox() const { return m_state->crosshair && m_state->isPointedAt; }

std::optional<double> TimeSeriesChart::lastX() const { return m_state->lastX(); }

int TimeSeriesChart::drawnPoints() const { return m_state->drawnPoints; }

void TimeSeriesChart::resizeEvent(QResizeEvent*) {
    m_state->plot->setGeometry(rect());
    m_state->overlay->setGeometry(rect());
    m_state->overlay->raise();
    feed();
}

void TimeSeriesChart::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) refreshLooks();
    QWidget::changeEvent(event);
}

void TimeSeriesChart::keyPressEvent(QKeyEvent* event) {
    const ChartRange shown = m_state->shown();
    switch (event->key()) {
        case Qt::Key_Plus:
        case Qt::Key_Equal: zoom(0.8, (shown.from + shown.to) / 2); break;
        case Qt::Key_Minus: zoom(1.25, (shown.from + shown.to) / 2); break;
        case Qt::Key_Left: pan(-0.1); break;
        case Qt::Key_Right: pan(0.1); break;
        case Qt::Key_0:
            setRange(std::nullopt);
            Q_EMIT rangeChanged(std::nullopt);
            break;
        default: QWidget::keyPressEvent(event);
    }
}

void TimeSeriesChart::zoom(double factor, double around) {
    const ChartRange shown = m_state->shown();
    setRange(ChartRange{around - (around - shown.from) * factor, around + (shown.to - around) * factor});
    Q_EMIT rangeChanged(m_state->zoom);
}

void TimeSeriesChart::pan(double delta) {
    const ChartRange shown = m_state->shown();
    const double by = delta * (shown.to - shown.from);
    setRange(ChartRange{shown.from + by, shown.to + by});
    Q_EMIT rangeChanged(m_state->zoom);
}

void TimeSeriesChart::refreshLooks() {
    State& s = *m_state;
    s.plot->setBackground(QBrush(theme::color(Tone::Surface)));
    for (QCPAxis* axis : {s.plot->xAxis, s.plot->yAxis}) {
        axis->setTickLabelFont(theme::font(TextRole::Small));
        axis->setTickLabelColor(theme::color(Tone::Axis));
        axis->setTickPen(QPen(theme::color(Tone::LineStrong)));
        axis->setSubTickPen(Qt::NoPen);
        axis->grid()->setPen(QPen(theme::color(Tone::Grid), 1));
        axis->grid()->setZeroLinePen(Qt::NoPen);
    }
    s.plot->xAxis->setBasePen(QPen(theme::color(Tone::LineStrong)));
    s.plot->yAxis->setBasePen(Qt::NoPen);
    for (Line& line : s.lines) {
        const QColor color = theme::series(line.series.color);
        QPen pen(color, line.series.isCurrent ? 2.0 : 1.5);
        pen.setJoinStyle(Qt::RoundJoin);
        if (line.series.isDashed) pen.setDashPattern({5 / 1.5, 3 / 1.5});
        line.graph->setPen(pen);
        line.rawGraph->setPen(QPen(theme::paleSeries(line.series.color), 1));
    }
    refreshAxes();
}

void TimeSeriesChart::refreshAxes() {
    State& s = *m_state;
    const ChartRange shown = s.shown();
    s.plot->xAxis->setRange(shown.from, shown.to);
    s.plot->yAxis->setRange(extent(s.lines, shown, s.scale));
    feed();
}

void TimeSeriesChart::feed() {
    State& s = *m_state;
    const ChartRange shown = s.shown();
    const auto limit = static_cast<std::size_t>(std::max(200.0, width() * kPointsPerPixel));
    s.drawnPoints = 0;
    const auto give = [&](QCPGraph* graph, const MinMaxPyramid& points) {
        const MinMaxPyramid::Points seen = points.visible(shown.from, shown.to, limit);
        QVector<QCPGraphData> drawn;
        drawn.reserve(static_cast<qsizetype>(seen.x.size()));
        for (std::size_t index = 0; index < seen.x.size(); ++index)
            if (s.scale == ChartScale::Linear || seen.y[index] > 0)
                drawn.append(QCPGraphData(seen.x[index], seen.y[index]));
        graph->data()->set(drawn, true);
        s.drawnPoints += static_cast<int>(drawn.size());
    };
    for (Line& line : s.lines) {
        // Two lines of one curve, dashed or of an older run, are more than an eye follows.
        const bool hasRaw = s.smoothing > 0 && line.series.isCurrent;
        line.rawGraph->setVisible(hasRaw);
        if (hasRaw) give(line.rawGraph, line.raw);
        give(line.graph, line.smooth);
    }
    s.plot->replot(QCustomPlot::rpQueuedReplot);
    s.overlay->update();
}

}  // namespace slipway
