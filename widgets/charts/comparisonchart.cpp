// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/comparisonchart.h"

#include "widgets/common/formats.h"
#include "widgets/common/theme.h"

#include <QBuffer>
#include <QElapsedTimer>
#include <QMouseEvent>
#include <QPainter>
#include <QSvgGenerator>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace slipway {
namespace {

constexpr int kLeft = 56;
constexpr int kRight = 76;  // room for labels at line ends
constexpr int kTop = 10;
constexpr int kBottom = 24;
constexpr std::size_t kFineLines = 40;  // more are drawn without smooth edges, ten times as fast
constexpr std::size_t kLabelled = 5;
constexpr std::size_t kHovered = 12;
constexpr int kRow = 16;      // of the box at the crosshair
constexpr double kClick = 4;  // pixels that a hand moves in a click

ChartRange padded(double low, double high) {
    if (!(low <= high)) return {0, 1};
    const double least = std::max(std::abs(low), std::abs(high)) * 1e-6;
    const double pad = high - low <= least ? std::max(std::abs(high) * 0.1, 1e-9) : (high - low) * 0.07;
    return {low - pad, high + pad};
}

QPen penOf(const ComparisonLine& line, qreal width) {
    QPen pen(theme::series(line.color), width);
    pen.setJoinStyle(Qt::RoundJoin);
    if (line.isDashed) pen.setDashPattern({5 / width, 3 / width});
    return pen;
}

// The point that stands nearest to x; none: the line does not reach there.
std::optional<std::size_t> nearest(const ComparisonLine& line, double x) {
    if (line.x.empty() || x < line.x.front() || x > line.x.back()) return std::nullopt;
    const auto after = std::lower_bound(line.x.begin(), line.x.end(), x);
    auto index = static_cast<std::size_t>(after - line.x.begin());
    if (index > 0 && x - line.x[index - 1] < line.x[index] - x) --index;
    return index;
}

}  // namespace

ComparisonChart::ComparisonChart(const QString& name, QWidget* parent) : QWidget(parent) {
    setAccessibleName(name);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
}

double ComparisonChart::scaled(double value) const {
    if (m_scale == ChartScale::Linear) return value;
    return value > 0 ? std::log10(value) : std::nan("");
}

ChartView ComparisonChart::view() const {
    return {QRectF(rect()).adjusted(kLeft, kTop, -kRight, -kBottom), shown(), m_y};
}

// Fits y to what is seen, and has the picture drawn anew.
void ComparisonChart::changed() {
    const ChartRange x = shown();
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const ComparisonLine& line : m_lines)
        for (std::size_t i = 0; i < line.x.size(); ++i) {
            if (line.x[i] < x.from || line.x[i] > x.to) continue;
            const double y = scaled(line.y[i]);
            if (!std::isfinite(y)) continue;
            low = std::min(low, y);
            high = std::max(high, y);
        }
    m_y = padded(low, high);
    m_isStale = true;
    m_isDue = true;
    update();
    Q_EMIT renderNeeded();
}

void ComparisonChart::setLines(std::vector<ComparisonLine> lines) {
    m_lines = std::move(lines);
    m_next = {};
    m_nextLine = 0;
    changed();
}

void ComparisonChart::setScale(ChartScale scale) {
    m_scale = scale;
    m_picture = m_next = {};
    m_nextLine = 0;
    changed();
}

void ComparisonChart::setXUnit(const QString& unit) {
    if (m_unit != unit) m_picture = {};
    m_unit = unit;
    update();
}

void ComparisonChart::setExtent(const ChartRange& extent) {
    m_extent = extent.to > extent.from ? extent : ChartRange{extent.from, extent.from + 1};
    changed();
}

void ComparisonChart::setRange(std::optional<ChartRange> range) {
    if (range) {
        const double whole = m_extent.to - m_extent.from;
        const double width = std::clamp(range->to - range->from, whole * 1e-7, whole);
        range->from = std::clamp(range->from, m_extent.from, m_extent.to - width);
        range->to = range->from + width;
        if (width >= whole) range.reset();
    }
    m_range = range;
    changed();
}

void ComparisonChart::choose(std::optional<ChartRange> range) {
    setRange(range);
    Q_EMIT rangeChanged(m_range);
}

void ComparisonChart::setCrosshair(std::optional<double> x) {
    m_crosshair = x;
    m_isPointedAt = false;
    update();
}

void ComparisonChart::setMark(std::optional<double> x, const QString& words) {
    m_mark = x;
    m_markWords = words;
    update();
}

bool ComparisonChart::renderSome(double milliseconds) {
    QElapsedTimer clock;
    clock.start();
    const ChartView now = view();
    if (m_nextLine == 0 || m_next.image.isNull() || (m_nextLine >= m_lines.size() && m_isStale)) {
        if (now.area.width() < 1 || now.area.height() < 1) return m_isDue = false;
        const qreal ratio = devicePixelRatioF();
        m_next.image = QImage((size() * ratio), QImage::Format_ARGB32_Premultiplied);
        m_next.image.setDevicePixelRatio(ratio);
        m_next.image.fill(Qt::transparent);
        m_next.view = now;
        m_nextLine = 0;
        m_isStale = false;
    }
    {
        QPainter painter(&m_next.image);
        painter.setClipRect(m_next.view.area.adjusted(-1, -1, 1, 1));
        const bool isFine = m_lines.size() <= kFineLines;
        while (m_nextLine < m_lines.size() && static_cast<double>(clock.nsecsElapsed()) < milliseconds * 1e6)
            drawLine(painter, m_next.view, m_lines[m_nextLine++], isFine);
    }
    if (m_nextLine < m_lines.size()) return true;
    m_picture = std::exchange(m_next, {});
    m_nextLine = 0;
    m_isDue = m_isStale;  // it is of what was shown when it was begun
    update();
    return m_isDue;
}

void ComparisonChart::drawLine(QPainter& painter, const ChartView& view, const ComparisonLine& line,
                               bool isFine) const {
    painter.setRenderHint(QPainter::Antialiasing, isFine);
    painter.setPen(penOf(line, isFine ? 1.5 : 1));
    QPolygonF points;
    const auto flush = [&] {
        if (points.size() == 1)
            painter.drawEllipse(points.front(), 1.0, 1.0);
        else
            painter.drawPolyline(points);
        points.clear();
    };
    const std::size_t size = line.x.size();
    for (std::size_t i = 0; i < size; ++i) {
        if (i + 1 < size && line.x[i + 1] < view.x.from) continue;
        if (i > 0 && line.x[i - 1] > view.x.to) break;
        const double y = scaled(line.y[i]);
        if (std::isfinite(y))
            points.append(view.at(line.x[i], y));
        else if (!points.isEmpty())
            flush();
    }
    if (!points.isEmpty()) flush();
}

void ComparisonChart::drawMark(QPainter& painter, const ChartView& view) const {
    if (!m_mark || *m_mark < view.x.from || *m_mark > view.x.to) return;
    const double x = std::round(view.at(*m_mark, 0).x()) + 0.5;
    painter.setPen(QPen(theme::color(Tone::Text), 1));
    painter.drawLine(QPointF(x, view.area.top()), QPointF(x, view.area.bottom()));
    painter.setFont(theme::font(TextRole::SmallHeading));
    const qreal width = painter.fontMetrics().horizontalAdvance(m_markWords);
    const bool isLeft = x + 6 + width > view.area.right() + kRight;
    drawHaloText(painter, QPointF(isLeft ? x - 6 - width : x + 6, view.area.top() + 10), m_markWords);
}

void ComparisonChart::drawEndLabels(QPainter& painter, const ChartView& view) const {
    if (m_lines.size() > kLabelled) return;
    struct Label {
        double x;
        double y;
        QString text;
    };
    std::vector<Label> labels;
    for (const ComparisonLine& line : m_lines) {
        if (line.x.empty() || line.x.back() > view.x.to || line.x.back() < view.x.from) continue;
        const double y = scaled(line.y.back());
        if (!std::isfinite(y)) continue;
        const QPointF end = view.at(line.x.back(), y);
        labels.push_back(
            {end.x(), end.y(), QStringLiteral("%1 %2").arg(line.name, format::metric(line.y.back()))});
    }
    std::sort(labels.begin(), labels.end(), [](const Label& a, const Label& b) { return a.y < b.y; });
    constexpr double kLabel = 13;
    for (std::size_t i = 1; i < labels.size(); ++i)
        labels[i].y = std::max(labels[i].y, labels[i - 1].y + kLabel);
    // Those that would stand below the curves push the others up.
    double lowest = view.area.bottom() - 6;
    for (auto label = labels.rbegin(); label != labels.rend(); ++label, lowest -= kLabel)
        label->y = std::min(label->y, lowest);
    painter.setFont(theme::font(TextRole::Small));
    for (const Label& label : labels) {
        const qreal width = painter.fontMetrics().horizontalAdvance(label.text);
        const double left = std::min(label.x + 6, this->width() - width - 2);
        drawHaloText(painter, QPointF(left, label.y + 4), label.text);
    }
}

std::vector<double> ComparisonChart::valuesAt(double x) const {
    std::vector<double> values;
    for (const ComparisonLine& line : m_lines) {
        const auto index = nearest(line, x);
        values.push_back(index ? line.y[*index] : std::nan(""));
    }
    return values;
}

// Those that have a value at the crosshair, the nearest to that height first.
std::vector<std::size_t> ComparisonChart::nearestLines(double pixelY) const {
    const std::vector<double> values = valuesAt(*m_crosshair);
    const ChartView shownView = view();
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < values.size(); ++i)
        if (!std::isnan(values[i])) order.push_back(i);
    if (order.size() <= kHovered) return order;
    const auto distance = [&](std::size_t line) {
        return std::abs(shownView.at(*m_crosshair, scaled(values[line])).y() - pixelY);
    };
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return distance(a) < distance(b); });
    return order;
}

QStringList ComparisonChart::hoverTexts() const {
    QStringList texts;
    if (!m_crosshair) return texts;
    const std::vector<double> values = valuesAt(*m_crosshair);
    for (const std::size_t line : nearestLines(m_pointerY))
        texts.append(QStringLiteral("%1 %2").arg(m_lines[line].name, format::metric(values[line])));
    return texts;
}

void ComparisonChart::drawCrosshair(QPainter& painter, const ChartView& view) const {
    if (!m_crosshair || *m_crosshair < view.x.from || *m_crosshair > view.x.to) return;
    const double x = view.at(*m_crosshair, 0).x();
    painter.setPen(QPen(theme::color(Tone::Muted), 1));
    painter.drawLine(QPointF(x, view.area.top()), QPointF(x, view.area.bottom()));
    const std::vector<double> values = valuesAt(*m_crosshair);
    std::vector<std::size_t> order = nearestLines(m_pointerY);
    const std::size_t all = order.size();
    const auto fitting = static_cast<std::size_t>(std::max((height() - 2 * kRow - 24) / kRow, 1));
    order.resize(std::min({all, kHovered, fitting}));
    painter.setRenderHint(QPainter::Antialiasing);
    for (const std::size_t line : order) {
        const QPointF dot = view.at(*m_crosshair, scaled(values[line]));
        if (!view.area.contains(dot)) continue;
        painter.setPen(QPen(theme::series(m_lines[line].color), 1.5));
        painter.setBrush(theme::color(Tone::Surface));
        painter.drawEllipse(dot, 3, 3);
    }
    if (!m_isPointedAt || order.empty()) return;
    painter.setFont(theme::font(TextRole::Small));
    const bool isWhole = view.x.to - view.x.from >= 20;  // a step, or seconds of a long run
    const QString place = isWhole ? format::count(std::llround(*m_crosshair)) : format::metric(*m_crosshair);
    const QString head = QStringLiteral("%1 %2").arg(m_unit, place);
    const QString rest = all > order.size() ? tr("and %1 more").arg(all - order.size()) : QString();
    int widest = painter.fontMetrics().horizontalAdvance(rest.size() > head.size() ? rest : head);
    for (const std::size_t line : order)
        widest = std::max(widest, painter.fontMetrics().horizontalAdvance(m_lines[line].name) + 84);
    const int height = 12 + kRow * static_cast<int>(order.size() + (rest.isEmpty() ? 1 : 2));
    QRectF box(x + 10, view.area.top() + 4, widest + 20, height);
    if (box.right() > width()) box.moveRight(x - 10);
    painter.setPen(theme::color(Tone::LineStrong));
    painter.setBrush(theme::color(Tone::Raised));
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
    QRectF row(box.left() + 10, box.top() + 6, box.width() - 20, kRow);
    painter.setPen(theme::color(Tone::Muted));
    painter.drawText(row, Qt::AlignVCenter | Qt::AlignLeft, head);
    for (const std::size_t line : order) {
        row.translate(0, kRow);
        painter.setPen(penOf(m_lines[line], 2));
        painter.drawLine(QPointF(row.left(), row.center().y()), QPointF(row.left() + 12, row.center().y()));
        painter.setPen(theme::color(Tone::Text));
        painter.drawText(row.adjusted(18, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, m_lines[line].name);
        format::drawNumber(painter, row, format::metric(values[line]));
    }
    row.translate(0, kRow);
    painter.setPen(theme::color(Tone::Muted));
    if (!rest.isEmpty()) painter.drawText(row, Qt::AlignVCenter | Qt::AlignLeft, rest);
}

void ComparisonChart::drawBrush(QPainter& painter, const ChartView& view) const {
    if (!m_brushFrom || std::abs(m_brushTo.x() - m_brushFrom->x()) < kClick) return;
    QColor tint = theme::color(Tone::Accent);
    tint.setAlphaF(0.15F);
    const QRectF brushed(QPointF(m_brushFrom->x(), view.area.top()),
                         QPointF(m_brushTo.x(), view.area.bottom()));
    painter.fillRect(brushed.normalized() & view.area, tint);
}

void ComparisonChart::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme::color(Tone::Surface));
    const ChartView now = view();
    drawChartAxes(painter, now, m_scale, m_unit, kRight);
    if (!m_picture.image.isNull()) {
        painter.save();
        painter.setClipRect(now.area.adjusted(-1, -1, 1, 1));
        const ChartView& drawn = m_picture.view;
        if (drawn == now) {
            painter.drawImage(QPointF(0, 0), m_picture.image);
        } else {
            const qreal ratio = m_picture.image.devicePixelRatio();
            const QRectF source(drawn.area.topLeft() * ratio, drawn.area.size() * ratio);
            painter.drawImage(QRectF(now.at(drawn.x.from, drawn.y.to), now.at(drawn.x.to, drawn.y.from)),
                              m_picture.image, source);
        }
        painter.restore();
    }
    drawMark(painter, now);
    drawEndLabels(painter, now);
    drawBrush(painter, now);
    drawCrosshair(painter, now);
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(theme::color(Tone::Focus), 1));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void ComparisonChart::drawAll(QPainter& painter) const {
    painter.fillRect(rect(), theme::color(Tone::Surface));
    const ChartView now = view();
    drawChartAxes(painter, now, m_scale, m_unit, kRight);
    painter.save();
    painter.setClipRect(now.area.adjusted(-1, -1, 1, 1));
    for (const ComparisonLine& line : m_lines) drawLine(painter, now, line, true);
    painter.restore();
    drawMark(painter, now);
    drawEndLabels(painter, now);
}

QByteArray ComparisonChart::png() const {
    constexpr int kRatio = 2;
    QImage image(size() * kRatio, QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(kRatio);
    {
        QPainter painter(&image);
        drawAll(painter);
    }
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return bytes;
}

QByteArray ComparisonChart::svg() const {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(size());
    generator.setViewBox(rect());
    generator.setTitle(accessibleName());
    QPainter painter(&generator);
    drawAll(painter);
    painter.end();
    return bytes;
}

void ComparisonChart::resizeEvent(QResizeEvent*) { changed(); }

void ComparisonChart::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) changed();
    QWidget::changeEvent(event);
}

void ComparisonChart::keyPressEvent(QKeyEvent* event) {
    const ChartRange now = shown();
    const double width = now.to - now.from;
    switch (event->key()) {
        case Qt::Key_Plus:
        case Qt::Key_Equal: choose(ChartRange{now.from + width * 0.1, now.to - width * 0.1}); break;
        case Qt::Key_Minus: choose(ChartRange{now.from - width * 0.125, now.to + width * 0.125}); break;
        case Qt::Key_Left: choose(ChartRange{now.from - width * 0.1, now.to - width * 0.1}); break;
        case Qt::Key_Right: choose(ChartRange{now.from + width * 0.1, now.to + width * 0.1}); break;
        case Qt::Key_0: choose(std::nullopt); break;
        default: QWidget::keyPressEvent(event);
    }
}

void ComparisonChart::mousePressEvent(QMouseEvent* event) {
    const bool isPan = event->button() == Qt::MiddleButton ||
                       (event->button() == Qt::LeftButton && event->modifiers() & Qt::ShiftModifier);
    setFocus();
    if (isPan) {
        m_panFrom = event->position();
        m_panRange = shown();
    } else if (event->button() == Qt::LeftButton) {
        m_brushFrom = m_brushTo = event->position();
    }
}

void ComparisonChart::mouseMoveEvent(QMouseEvent* event) {
    const ChartView now = view();
    if (m_panFrom) {
        const double perPixel = (m_panRange.to - m_panRange.from) / now.area.width();
        const double by = (m_panFrom->x() - event->position().x()) * perPixel;
        return choose(ChartRange{m_panRange.from + by, m_panRange.to + by});
    }
    if (m_brushFrom) m_brushTo = event->position();
    const bool isInside = now.area.adjusted(-2, -2, 2, 2).contains(event->position());
    m_crosshair = isInside ? std::optional(now.xAt(event->position().x())) : std::nullopt;
    m_pointerY = event->position().y();
    m_isPointedAt = isInside;
    update();
    Q_EMIT crosshairMoved(m_crosshair);
}

void ComparisonChart::mouseReleaseEvent(QMouseEvent* event) {
    m_panFrom.reset();
    const auto from = std::exchange(m_brushFrom, std::nullopt);
    update();
    if (!from || std::abs(event->position().x() - from->x()) < kClick) return;
    const ChartView now = view();
    const auto [low, high] = std::minmax({now.xAt(from->x()), now.xAt(event->position().x())});
    choose(ChartRange{std::max(low, now.x.from), std::min(high, now.x.to)});
}

void ComparisonChart::mouseDoubleClickEvent(QMouseEvent*) {
    m_brushFrom.reset();
    choose(std::nullopt);
}

void ComparisonChart::wheelEvent(QWheelEvent* event) {
    if (!(event->modifiers() & Qt::ControlModifier)) return event->ignore();  // the grid scrolls
    const ChartView now = view();
    const double around = now.xAt(event->position().x());
    const double factor = std::pow(0.85, event->angleDelta().y() / 120.0);
    choose(ChartRange{around - (around - now.x.from) * factor, around + (now.x.to - around) * factor});
    event->accept();
}

void ComparisonChart::leaveEvent(QEvent*) {
    setCrosshair(std::nullopt);
    Q_EMIT crosshairMoved(std::nullopt);
}

}  // namespace slipway
