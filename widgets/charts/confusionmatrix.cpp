// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/confusionmatrix.h"

#include "widgets/common/formats.h"
#include "widgets/common/looks.h"
#include "widgets/common/theme.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <numeric>

namespace slipway {
namespace {

constexpr int kLargestCell = 56;
constexpr int kSmallestCell = 6;
constexpr int kGap = 1;
constexpr int kNameGap = 8;
constexpr int kMargin = theme::kPadding;
constexpr int kLongestName = 140;
constexpr int kCaption = 18;
constexpr int kCellOfNames = 12;  // from this side on, names fit beside cells

}  // namespace

ConfusionMatrix::ConfusionMatrix(QWidget* parent) : QWidget(parent) {
    setFont(theme::font(TextRole::Small));
    look::setSurface(this, Tone::Surface);
    setContentsMargins(theme::kPadding, theme::kPadding, theme::kPadding, theme::kPadding);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void ConfusionMatrix::setCounts(const QStringList& names,
                                const std::vector<std::vector<std::int64_t>>& counts) {
    m_names = names;
    m_counts = counts;
    m_rowSums.clear();
    for (const auto& row : counts)
        m_rowSums.push_back(std::accumulate(row.begin(), row.end(), std::int64_t{0}));
    setAccessibleName(tr("Confusion matrix of %1 classes").arg(format::count(names.size())));
    updateGeometry();
    update();
}

int ConfusionMatrix::longestName() const {
    int longest = 0;
    for (const QString& name : m_names) longest = std::max(longest, fontMetrics().horizontalAdvance(name));
    return std::min(longest + 2, kLongestName);  // advances are rounded down
}

int ConfusionMatrix::cellSide() const {
    const auto count = static_cast<int>(m_names.size());
    if (count == 0) return 0;
    const int taken = longestName() + kNameGap;
    const int room = std::min(width() - taken, height() - taken - kCaption) - 2 * kMargin;
    return std::clamp(room / count, kSmallestCell, kLargestCell);
}

QPoint ConfusionMatrix::origin() const {
    const int taken = cellSide() >= kCellOfNames ? longestName() + kNameGap : kNameGap;
    return {kMargin + taken, kMargin + kCaption + taken};
}

QSize ConfusionMatrix::sizeHint() const {
    const int side = 2 * kMargin + longestName() + kNameGap + static_cast<int>(m_names.size()) * kLargestCell;
    return {side, side + kCaption};
}

QSize ConfusionMatrix::minimumSizeHint() const {
    const int side =
        2 * kMargin + longestName() + kNameGap + static_cast<int>(m_names.size()) * kSmallestCell;
    return {side, side + kCaption};
}

void ConfusionMatrix::paintCell(QPainter& painter, int row, int column, const QRect& rect) const {
    const auto y = static_cast<std::size_t>(row);
    const std::int64_t count = m_counts[y][static_cast<std::size_t>(column)];
    const double share =
        m_rowSums[y] > 0 ? static_cast<double>(count) / static_cast<double>(m_rowSums[y]) : 0;
    painter.fillRect(rect, theme::color(Tone::Sunken));
    QColor color = theme::color(row == column ? Tone::Accent : Tone::Error);
    color.setAlphaF(static_cast<float>(share));
    painter.fillRect(rect, color);
    const QString text = format::count(count);
    if (count == 0 || fontMetrics().horizontalAdvance(text) > rect.width() - 4 ||
        fontMetrics().height() > rect.height())
        return;
    painter.setPen(theme::color(share > 0.6 ? Tone::OnAccent : Tone::Text));
    painter.drawText(rect, Qt::AlignCenter, text);
}

void ConfusionMatrix::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme::color(Tone::Surface));
    const auto count = static_cast<int>(m_names.size());
    const int side = cellSide();
    const QPoint begin = origin();
    painter.setPen(theme::color(Tone::Muted));
    painter.drawText(QRect(kMargin, kMargin, width() - kMargin, kCaption), Qt::AlignLeft | Qt::AlignVCenter,
                     tr("Rows: expected. Columns: predicted."));
    for (int row = 0; row < count; ++row)
        for (int column = 0; column < count; ++column)
            paintCell(painter, row, column,
                      QRect(begin.x() + column * side, begin.y() + row * side, side - kGap, side - kGap));
    if (side < kCellOfNames) return;
    painter.setPen(theme::color(Tone::Text));
    const int longest = begin.x() - kMargin - kNameGap;
    for (int i = 0; i < count; ++i) {
        const QString name = fontMetrics().elidedText(m_names[i], Qt::ElideRight, longest);
        painter.drawText(QRect(kMargin, begin.y() + i * side, longest, side - kGap),
                         Qt::AlignRight | Qt::AlignVCenter, name);
        painter.save();
        painter.translate(begin.x() + i * side, begin.y() - kNameGap);
        painter.rotate(-90);
        painter.drawText(QRect(0, 0, longest, side - kGap), Qt::AlignLeft | Qt::AlignVCenter, name);
        painter.restore();
    }
}

QString ConfusionMatrix::textAt(const QPoint& at) const {
    const int side = cellSide();
    const QPoint inside = at - origin();
    if (side == 0 || inside.x() < 0 || inside.y() < 0) return {};
    const int column = inside.x() / side;
    const int row = inside.y() / side;
    if (column >= m_names.size() || row >= m_names.size()) return {};
    const auto y = static_cast<std::size_t>(row);
    const std::int64_t count = m_counts[y][static_cast<std::size_t>(column)];
    const std::int64_t all = m_rowSums[y];
    const QString share =
        all == 0 ? tr("no samples")
                 : tr("%1 of %2 (%3 %)")
                       .arg(format::count(count), format::count(all),
                            QString::number(100.0 * static_cast<double>(count) / static_cast<double>(all),
                                            'f', 1));
    return row == column ? tr("%1 recognised: %2").arg(m_names[row], share)
                         : tr("%1 taken for %2: %3").arg(m_names[row], m_names[column], share);
}

bool ConfusionMatrix::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    QToolTip::showText(help->globalPos(), textAt(help->pos()), this);
    return true;
}

}  // namespace slipway
