// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/looks.h"

#include "widgets/common/themedicon.h"

#include <QBoxLayout>
#include <QFrame>
#include <QPainter>
#include <QStyle>
#include <QVariant>

namespace slipway {
namespace {

void repolish(QWidget* widget) {
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
    widget->update();
}

// Sets one of the properties the style sheet selects by.
void setVariant(QWidget* widget, const char* property, const QVariant& value) {
    if (widget->property(property) == value) return;
    widget->setProperty(property, value);
    repolish(widget);
}

QString roleName(ButtonRole role) {
    switch (role) {
        case ButtonRole::Primary: return QStringLiteral("primary");
        case ButtonRole::Small: return QStringLiteral("small");
        case ButtonRole::Link: return QStringLiteral("link");
        case ButtonRole::Chip: return QStringLiteral("chip");
        case ButtonRole::Normal: break;
    }
    return QStringLiteral("normal");
}

}  // namespace

namespace look {

QLabel* label(const QString& text, TextRole role, Tone tone, QWidget* parent) {
    auto* result = new QLabel(text, parent);
    result->setFont(theme::font(role));
    result->setTextFormat(Qt::PlainText);
    setTone(result, tone);
    return result;
}

void setTone(QWidget* widget, Tone tone) { setVariant(widget, "tone", theme::toneName(tone)); }

QPushButton* button(const QString& text, ButtonRole role, QWidget* parent) {
    auto* result = new QPushButton(text, parent);
    result->setAutoDefault(false);
    result->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setRole(result, role);
    return result;
}

void setRole(QPushButton* button, ButtonRole role) { setVariant(button, "role", roleName(role)); }

void setHindrance(QPushButton* button, const QString& why) {
    button->setEnabled(why.isEmpty());
    button->setToolTip(why);
    button->setAccessibleDescription(why);
}

QToolButton* iconButton(const char* icon, const QString& name, QWidget* parent) {
    auto* result = new QToolButton(parent);
    result->setIcon(themedIcon(icon));
    result->setIconSize({16, 16});
    result->setAccessibleName(name);
    result->setToolTip(name);
    result->setFocusPolicy(Qt::StrongFocus);
    return result;
}

void setSurface(QWidget* widget, Tone surface) {
    widget->setAttribute(Qt::WA_StyledBackground);
    setVariant(widget, "surface", theme::toneName(surface));
}

QFrame* horizontalLine(QWidget* parent) {
    auto* result = new QFrame(parent);
    result->setFixedHeight(1);
    setVariant(result, "line", QStringLiteral("horizontal"));
    return result;
}

QFrame* verticalLine(QWidget* parent) {
    auto* result = new QFrame(parent);
    result->setFixedWidth(1);
    setVariant(result, "line", QStringLiteral("vertical"));
    return result;
}

void setProblem(QWidget* field, bool hasProblem) { setVariant(field, "problem", hasProblem); }

void pack(QBoxLayout* layout) { pack(layout, 0, 0, 0, 0, 0); }

void pack(QBoxLayout* layout, int left, int top, int right, int bottom, int spacing) {
    layout->setContentsMargins(left, top, right, bottom);
    layout->setSpacing(spacing);
}

}  // namespace look

ElidedLabel::ElidedLabel(TextRole role, Tone tone, QWidget* parent)
    : QWidget(parent),
      m_role(role),
      m_tone(tone) {
    setFont(theme::font(role));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void ElidedLabel::setText(const QString& text) {
    if (text == m_text) return;
    m_text = text;
    setToolTip(text);
    setAccessibleName(text);
    updateGeometry();
    update();
}

void ElidedLabel::setTone(Tone tone) {
    m_tone = tone;
    update();
}

QSize ElidedLabel::sizeHint() const {
    const QFontMetrics metrics(theme::font(m_role));
    return {metrics.horizontalAdvance(m_text) + 2, metrics.height() + 2};
}

QSize ElidedLabel::minimumSizeHint() const { return {16, sizeHint().height()}; }

void ElidedLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setFont(theme::font(m_role));
    painter.setPen(theme::color(m_tone));
    painter.drawText(rect(), Qt::AlignVCenter | Qt::AlignLeading,
                     painter.fontMetrics().elidedText(m_text, m_mode, width()));
}

}  // namespace slipway
