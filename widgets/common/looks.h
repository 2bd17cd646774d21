// SPDX-License-Identifier: GPL-3.0-or-later
// Small makers of labelled, styled widgets, so that pages say meaning (a heading, muted, primary) and never a look. GUI thread only.
#pragma once

#include "widgets/common/theme.h"

#include <QLabel>
#include <QPushButton>
#include <QString>
#include <QToolButton>

class QBoxLayout;
class QFrame;
class QLineEdit;

namespace slipway {

enum class ButtonRole : quint8 { Normal, Primary, Small, Link, Chip };

namespace look {

QLabel* label(const QString& text, TextRole role = TextRole::Body, Tone tone = Tone::Text,
              QWidget* parent = nullptr);
void setTone(QWidget* widget, Tone tone);
QPushButton* button(const QString& text, ButtonRole role = ButtonRole::Normal, QWidget* parent = nullptr);
void setRole(QPushButton* button, ButtonRole role);
// Why it cannot be pressed now, also as its tool tip; none: it can.
void setHindrance(QPushButton* button, const QString& why);
// A flat icon button with its accessible name and tool tip.
QToolButton* iconButton(const char* icon, const QString& name, QWidget* parent = nullptr);
void setSurface(QWidget* widget, Tone surface);
QFrame* horizontalLine(QWidget* parent = nullptr);
QFrame* verticalLine(QWidget* parent = nullptr);
void setProblem(QWidget* field, bool hasProblem);
// No margins, no spacing.
void pack(QBoxLayout* layout);
void pack(QBoxLayout* layout, int left, int top, int right, int bottom, int spacing);

}  // namespace look

// One line that ends in "…" where it does not fit; the whole text is in its tool tip.
class ElidedLabel final : public QWidget {
    Q_OBJECT
public:
    explicit ElidedLabel(TextRole role = TextRole::Body, Tone tone = Tone::Text, QWidget* parent = nullptr);
    void setText(const QString& text);
    void setTone(Tone tone);
    // Names are cut in the middle, sentences at their end.
    void setElideMode(Qt::TextElideMode mode) { m_mode = mode; }
    QString text() const { return m_text; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent*) override;

private:
    QString m_text;
    Qt::TextElideMode m_mode = Qt::ElideRight;
    TextRole m_role;
    Tone m_tone;
};

}  // namespace slipway
