// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/meterrow.h"

#include "widgets/common/formats.h"
#include "widgets/common/theme.h"

#include <QHelpEvent>
#include <QPainter>
#include <QStyle>
#include <QToolTip>

#include <algorithm>

namespace slipway {
namespace {

constexpr int kHeight = 36;
constexpr int kName = 176;
constexpr int kGap = 16;
constexpr int kBar = 4;
constexpr int kSeries = 5;  // the theme's colour of meters
constexpr qreal kRadius = 2;

}  // namespace

MeterRow::MeterRow(QWidget* parent) : QWidget(parent) {
    setFixedHeight(kHeight);
    setMinimumWidth(2 * kName);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

int MeterRow::indent() { return kName + kGap; }

void MeterRow::set(const QString& name, const QString& detail, std::vector<Meter> meters) {
    if (name == m_name && detail == m_detail && meters == m_meters) return;
    m_name = name;
    m_detail = detail;
    m_meters = std::move(meters);
    QStringList words{m_detail};
    for (const Meter& meter : m_meters)
        words.append(meter.name + QLatin1Char(' ') + meter.value +
                     (meter.hint.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(meter.hint)));
    setAccessibleName(m_name);
    setAccessibleDescription(words.join(QStringLiteral(", ")));
    update();
}

QRectF MeterRow::meterRect(std::size_t index) const {
    const auto count = static_cast<qreal>(m_meters.size());
    const qreal each = (width() - contentsMargins().right() - indent() - (count - 1) * kGap) / count;
    const QRectF rect(indent() + static_cast<qreal>(index) * (each + kGap), 0, each, height());
    return QStyle::visualRect(layoutDirection(), this->rect(), rect.toRect());
}

bool MeterRow::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    QString text = m_name + QLatin1Char('\n') + m_detail;
    for (std::size_t i = 0; i < m_meters.size(); ++i)
        if (meterRect(i).contains(help->pos())) text = m_meters[i].hint;
    QToolTip::showText(help->globalPos(), text, this);
    return true;
}

void MeterRow::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto line = [&](const QRectF& rect, const QString& text, TextRole role, Tone tone) {
        painter.setFont(theme::font(role));
        painter.setPen(theme::color(tone));
        painter.drawText(
            rect, Qt::AlignVCenter | Qt::AlignLeading,
            painter.fontMetrics().elidedText(text, Qt::ElideRight, static_cast<int>(rect.width())));
    };
    const QRectF name = QStyle::visualRect(layoutDirection(), rect(), QRect(0, 0, kName, kHeight));
    line({name.left(), 0, name.width(), 20}, m_name, TextRole::Strong, Tone::Text);
    line({name.left(), 20, name.width(), 16}, m_detail, TextRole::Small, Tone::Muted);
    for (std::size_t i = 0; i < m_meters.size(); ++i) {
        const Meter& meter = m_meters[i];
        const QRectF rect = meterRect(i);
        painter.setFont(theme::font(TextRole::Body));
        painter.setPen(theme::color(meter.isWarning ? Tone::Warn : Tone::Text));
        const qreal value = format::numberWidth(painter, meter.value);
        format::drawNumber(painter, {rect.left(), 0, rect.width(), 20}, meter.value);
        line({rect.left(), 0, std::max(0.0, rect.width() - value - 4), 20}, meter.name, TextRole::Small,
             Tone::Muted);
        const QRectF bar(rect.left(), 26, rect.width(), kBar);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme::color(Tone::NeutralTint));
        painter.drawRoundedRect(bar, kRadius, kRadius);
        if (!meter.share) continue;
        painter.setBrush(meter.isWarning ? theme::color(Tone::Warn) : theme::series(kSeries));
        QRectF part = bar;
        part.setWidth(bar.width() * std::clamp(*meter.share, 0.0, 1.0));
        if (layoutDirection() == Qt::RightToLeft) part.moveRight(bar.right());
        painter.drawRoundedRect(part, kRadius, kRadius);
    }
}

}  // namespace slipway
