// SPDX-License-Identifier: GPL-3.0-or-later
// What would be here, and the first step that fills it. GUI thread only.
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace slipway {

class EmptyState final : public QWidget {
    Q_OBJECT
public:
    EmptyState(const char* icon, const QString& title, const QString& sentence, const QString& action = {},
               QWidget* parent = nullptr);
    void setTitle(const QString& title);
    void setTexts(const QString& title, const QString& sentence);

Q_SIGNALS:
    void actionTriggered();

private:
    void fitSentence();

    QLabel* m_title;
    QLabel* m_sentence;
};

}  // namespace slipway
