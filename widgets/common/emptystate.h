// SPDX-License-Identifier: GPL-3.0-or-later
// What would be here, and the first step that fills it. Where there is little height, as in the log's strip, without its icon and
// on fewer lines. GUI thread only.
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
    // Whatever room its texts have taken meanwhile.
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void actionTriggered();

protected:
    void resizeEvent(QResizeEvent*) override;

private:
    void fitSentence();

    QWidget* m_icon;
    QLabel* m_title;
    QLabel* m_sentence;
    int m_actionHeight = 0;
};

}  // namespace slipway
