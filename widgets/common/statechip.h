// SPDX-License-Identifier: GPL-3.0-or-later
// A tinted 20 px chip with a state's shape and words; once in a page header or a card. GUI thread only.
#pragma once

#include "widgets/common/stateglyph.h"

namespace slipway {

class StateChip final : public QWidget {
    Q_OBJECT
public:
    explicit StateChip(QWidget* parent = nullptr);
    // "Running on lab / research"
    void setState(RunState state, const QString& words);
    QString words() const { return m_words; }
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent*) override;

private:
    Look m_look;
    QString m_words;
};

}  // namespace slipway
