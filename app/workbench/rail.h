// SPDX-License-Identifier: GPL-3.0-or-later
// The rail of pages at the window's leading edge. Knows titles and icons only. GUI thread only.
#pragma once

#include <QWidget>

#include <vector>

class QButtonGroup;
class QVBoxLayout;

namespace slipway {

class Rail final : public QWidget {
    Q_OBJECT
public:
    explicit Rail(QWidget* parent = nullptr);
    void addPage(const QString& title, const char* icon, bool isAtBottom);
    void setCurrent(int index);

Q_SIGNALS:
    void pageTriggered(int index);

private:
    QVBoxLayout* m_top;
    QVBoxLayout* m_bottom;
    QButtonGroup* m_group;
    int m_count = 0;
};

}  // namespace slipway
