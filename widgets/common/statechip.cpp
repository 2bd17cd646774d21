// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/statechip.h"

#include <QPainter>

namespace slipway {

StateChip::StateChip(QWidget* parent) : QWidget(parent) {
    setFont(theme::font(TextRole::Small));
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void StateChip::setState(RunState state, const QString& words) {
    m_look = lookOf(state);
    if (words != m_words) {
        m_words = words;
        setAccessibleName(words);
        updateGeometry();
    }
    update();
}

QSize StateChip::sizeHint() const {
    return {QFontMetrics(theme::font(TextRole::Small)).horizontalAdvance(m_words) + 8 + theme::kGlyph + 5 + 8,
            theme::kChip};
}

void StateChip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme::color(m_look.tint));
    painter.drawRoundedRect(QRectF(rect()), 4, 4);
    paintGlyph(painter, QRectF(7, (height() - theme::kGlyph) / 2.0, theme::kGlyph, theme::kGlyph),
               m_look.glyph, m_look.tone);
    painter.setPen(theme::color(m_look.tone));
    painter.setFont(theme::font(TextRole::Small));
    painter.drawText(rect().adjusted(7 + theme::kGlyph + 5, 0, -6, 0), Qt::AlignVCenter | Qt::AlignLeft,
                     m_words);
}

}  // namespace slipway
