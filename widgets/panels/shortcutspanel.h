// SPDX-License-Identifier: GPL-3.0-or-later
// The window's shortcuts, each to be changed by pressing other keys. One that is taken is refused, with who has it. GUI thread only.
#pragma once

#include "widgets/common/settings.h"

#include <QWidget>

#include <vector>

class QKeySequenceEdit;
class QLabel;
class QPushButton;

namespace slipway {

class ShortcutsPanel final : public QWidget {
    Q_OBJECT
public:
    explicit ShortcutsPanel(UiState& ui, QWidget* parent = nullptr);
    ~ShortcutsPanel() override;
    QKeySequenceEdit* field(Shortcut shortcut) const;
    QString problem(Shortcut shortcut) const;

Q_SIGNALS:
    // What is remembered has changed.
    void changed();

private:
    struct Row {
        QKeySequenceEdit* keys;
        QPushButton* reset;
        QLabel* problem;
    };
    const Row& rowOf(Shortcut shortcut) const;
    void take(const ShortcutEntry& entry, const QKeySequence& keys);
    void refresh(const ShortcutEntry& entry, const QString& problem);

    UiState& m_ui;
    std::vector<Row> m_rows;  // by Shortcut
};

}  // namespace slipway
