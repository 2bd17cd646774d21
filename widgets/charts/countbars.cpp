// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/countbars.h"

#include "widgets/common/formats.h"
#include "widgets/common/theme.h"

#include <QPainter>
#include <QStyle>

#include <algorithm>

namespace slipway {
namespace {

constexpr std::size_t kShown = 20;
constexpr int kRow = 22;
constexpr int kBar = 8;
constexpr int kGap = 12;
constexpr int kLongestName = 140;
constexpr int kCount = 64;
constexpr int kShare = 52;
constexpr int kLongestBar = 320;
constexpr int kSmallestBar = 60;
constexpr int kSeries = 5;  // the theme's colour of meters
constexpr qreal kRadius = 2;

}  // namespace

CountBars::CountBars(QWidget* parent) : QWidget(parent) {
    setFont(theme::font(TextRole::Body));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void CountBars::setCounts(const std::vector<CountedValue>& counts, std::int64_t total) {
    std::int64_t most = 1;
    for (const CountedValue& one : counts) most = std::max(most, one.count);
    m_rows.clear();
    for (std::size_t i = 0; i < std::min(counts.size(), kShown); ++i) {
        const auto count = static_cast<double>(counts[i].count);
        const double share = total > 0 ? 100 * count / static_cast<double>(total) : 0;
        m_rows.push_back({format::text(counts[i].value), format::count(counts[i].count),
                          tr("%1 %").arg(QString::number(share, 'f', 1)), count / static_cast<double>(most)});
    }
    m_more = counts.size() > kShown
                 ? tr("and %1 more").arg(format::count(static_cast<qint64>(counts.size() - kShown)))
                 : QString();
    setAccessibleDescription(lines().join(QStringLiteral(", ")));
    updateGeometry();
    update();
}

QStringList CountBars::lines() const {
    QStringList lines;
    for (const Row& row : m_rows)
        lines << row.name + QStringLiteral("  ") + row.count + QStringLiteral("  ") + row.share;
    if (!m_more.isEmpty()) lines << m_more;
    return lines;
}

QSize CountBars::sizeHint() const {
    const auto rows = static_cast<int>(m_rows.size()) + (m_more.isEmpty() ? 0 : 1);
    return {kLongestName + kCount + kShare + kSmallestBar + 3 * kGap, rows * kRow};
}

void CountBars::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    int widest = 0;
    for (const Row& row : m_rows) widest = std::max(widest, fontMetrics().horizontalAdvance(row.name) + 2);
    const int name = std::min(widest, kLongestName);
    const int bar = std::clamp(width() - name - kCount - kShare - 3 * kGap, kSmallestBar, kLongestBar);
    const auto place = [&](int x, int y, int width) {
        return QRectF(QStyle::visualRect(layoutDirection(), rect(), QRect(x, y, width, kRow)));
    };
    int y = 0;
    for (const Row& row : m_rows) {
        painter.setPen(theme::color(Tone::Text));
        painter.drawText(place(0, y, name), Qt::AlignVCenter | Qt::AlignLeading,
                         fontMetrics().elidedText(row.name, Qt::ElideRight, name));
        QRectF part = place(name + kGap, y, bar).adjusted(0, (kRow - kBar) / 2.0, 0, -(kRow - kBar) / 2.0);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme::color(Tone::NeutralTint));
        painter.drawRoundedRect(part, kRadius, kRadius);
        const qreal right = part.right();
        part.setWidth(part.width() * row.length);
        if (layoutDirection() == Qt::RightToLeft) part.moveRight(right);
        painter.setBrush(theme::series(kSeries));
        painter.drawRoundedRect(part, kRadius, kRadius);
        painter.setPen(theme::color(Tone::Text));
        format::drawNumber(painter, place(name + bar + 2 * kGap, y, kCount), row.count);
        painter.setPen(theme::color(Tone::Muted));
        format::drawNumber(painter, place(name + bar + kCount + 3 * kGap, y, kShare), row.share);
        y += kRow;
    }
    painter.setPen(theme::color(Tone::Muted));
    painter.drawText(place(0, y, width()), Qt::AlignVCenter | Qt::AlignLeading, m_more);
}

}  // namespace slipway
