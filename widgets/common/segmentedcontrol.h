// SPDX-License-Identifier: GPL-3.0-or-later
// One of a few, side by side: Linear | Log. Arrow keys move; one stop for Tab. GUI thread only.
#pragma once

#include <QStringList>
#include <QWidget>

namespace slipway {

class SegmentedControl final : public QWidget {
    Q_OBJECT
public:
    explicit SegmentedControl(const QString& name, QWidget* parent = nullptr);
    void setChoices(const QStringList& choices);
    void setCurrentIndex(int index);
    int currentIndex() const { return m_current; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    void currentIndexChanged(int index);

protected:
    void paintEvent(QPaintEvent*) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent*) override;
    void focusOutEvent(QFocusEvent*) override;

private:
    int segmentWidth(int index) const;

    QStringList m_choices;
    int m_current = 0;
};

}  // namespace slipway
