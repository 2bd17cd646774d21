// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/loadingstate.h"

#include "widgets/common/theme.h"

#include <QPainter>

namespace slipway {

LoadingState::LoadingState(const QString& words, QWidget* parent) : QWidget(parent), m_words(words) {
    setAccessibleName(words);
    m_clock.setInterval(120);
    connect(&m_clock, &QTimer::timeout, this, [this] {
        ++m_ticks;
        update();
    });
}

void LoadingState::showEvent(QShowEvent*) {
    m_ticks = 0;
    m_clock.start();
}

void LoadingState::hideEvent(QHideEvent*) { m_clock.stop(); }

void LoadingState::paintEvent(QPaintEvent*) {
    if (m_ticks < 2) return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(theme::font(TextRole::Body));
    const qreal width = painter.fontMetrics().horizontalAdvance(m_words);
    const QPointF middle(rect().center().x(), rect().center().y() - height() * 0.1);
    painter.setPen(theme::color(Tone::Muted));
    painter.drawText(QRectF(middle.x() - width / 2, middle.y() - 10, width + 4, 20),
                     Qt::AlignVCenter | Qt::AlignLeft, m_words);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme::color(Tone::Sunken));
    const QRectF track(middle.x() - 60, middle.y() + 18, 120, 4);
    painter.drawRoundedRect(track, 2, 2);
    painter.setBrush(theme::color(Tone::Accent));
    const qreal at = (m_ticks % 16) / 16.0 * (track.width() - 32);
    painter.drawRoundedRect(QRectF(track.left() + at, track.top(), 32, 4), 2, 2);
}

}  // namespace slipway
