// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/segmentedcontrol.h"

#include "widgets/common/theme.h"

#include <QKeyEvent>
#include <QPainter>
#include <QPainterPath>

namespace slipway {

SegmentedControl::SegmentedControl(const QString& name, QWidget* parent) : QWidget(parent) {
    setAccessibleName(name);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void SegmentedControl::setChoices(const QStringList& choices) {
    m_choices = choices;
    setAccessibleDescription(choices.value(m_current));
    updateGeometry();
    update();
}

void SegmentedControl::setCurrentIndex(int index) {
    if (index == m_current || index < 0 || index >= m_choices.size()) return;
    m_current = index;
    setAccessibleDescription(m_choices.at(index));
    update();
    Q_EMIT currentIndexChanged(index);
}

int SegmentedControl::segmentWidth(int index) const {
    return QFontMetrics(theme::font(TextRole::Small)).horizontalAdvance(m_choices.at(index)) + 20;
}

QSize SegmentedControl::sizeHint() const {
    int width = 1;
    for (int index = 0; index < m_choices.size(); ++index) width += segmentWidth(index);
    return {width, theme::kButtonSmall};
}

void SegmentedControl::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(theme::font(TextRole::Small));
    const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    QPainterPath outline;
    outline.addRoundedRect(frame, 5, 5);
    painter.fillPath(outline, theme::color(Tone::Surface));
    int x = 0;
    for (int index = 0; index < m_choices.size(); ++index) {
        const QRectF segment(x, 0, segmentWidth(index), height());
        if (index == m_current) {
            painter.save();
            painter.setClipPath(outline);
            painter.fillRect(segment, theme::color(Tone::Selection));
            painter.restore();
        }
        if (index > 0) {
            painter.setPen(theme::color(Tone::LineStrong));
            painter.drawLine(QPointF(x + 0.5, 1), QPointF(x + 0.5, height() - 1));
        }
        QFont font = theme::font(TextRole::Small);
        if (index == m_current) font.setWeight(QFont::Medium);
        painter.setFont(font);
        painter.setPen(theme::color(!isEnabled()         ? Tone::Disabled
                                    : index == m_current ? Tone::Text
                                                         : Tone::Muted));
        painter.drawText(segment, Qt::AlignCenter, m_choices.at(index));
        x += segmentWidth(index);
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme::color(hasFocus() ? Tone::Focus : Tone::LineStrong), hasFocus() ? 1.5 : 1));
    painter.drawPath(outline);
}

void SegmentedControl::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    int x = 0;
    for (int index = 0; index < m_choices.size(); ++index) {
        x += segmentWidth(index);
        if (event->position().x() < x) {
            setCurrentIndex(index);
            return;
        }
    }
}

void SegmentedControl::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Left)
        setCurrentIndex(m_current - 1);
    else if (event->key() == Qt::Key_Right)
        setCurrentIndex(m_current + 1);
    else
        QWidget::keyPressEvent(event);
}

void SegmentedControl::focusInEvent(QFocusEvent*) { update(); }
void SegmentedControl::focusOutEvent(QFocusEvent*) { update(); }

}  // namespace slipway
