// SPDX-License-Identifier: GPL-3.0-or-later
// Something is on its way: words after a short while only, so that quick answers do not flicker. GUI thread only.
#pragma once

#include <QTimer>
#include <QWidget>

namespace slipway {

class LoadingState final : public QWidget {
    Q_OBJECT
public:
    explicit LoadingState(const QString& words, QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent*) override;
    void showEvent(QShowEvent*) override;
    void hideEvent(QHideEvent*) override;

private:
    QString m_words;
    QTimer m_clock;
    int m_ticks = 0;
};

}  // namespace slipway
