// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/shortcutspanel.h"

#include "widgets/common/looks.h"

#include <QGridLayout>
#include <QKeySequenceEdit>

namespace slipway {
namespace {

constexpr int kNameWidth = 150;  // as the page's other names
constexpr int kFieldWidth = 160;

// Of what was pressed in a row the first: a window's shortcut is one stroke.
QKeySequence firstOf(const QKeySequence& keys) { return keys.isEmpty() ? keys : QKeySequence(keys[0]); }

}  // namespace

ShortcutsPanel::ShortcutsPanel(UiState& ui, QWidget* parent) : QWidget(parent), m_ui(ui) {
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(24);
    grid->setVerticalSpacing(6);
    grid->setColumnMinimumWidth(0, kNameWidth);
    grid->setColumnStretch(3, 1);
    for (const ShortcutEntry& entry : shortcutTable()) {
        const Row row{new QKeySequenceEdit, look::button(tr("Reset"), ButtonRole::Link),
                      look::label({}, TextRole::Small, Tone::Error)};
        row.keys->setFixedWidth(kFieldWidth);
        row.keys->setAccessibleName(tr("Keys for: %1").arg(entry.name));
        row.reset->setAccessibleName(tr("Usual keys for: %1").arg(entry.name));
        row.reset->setToolTip(entry.fallback.toString(QKeySequence::NativeText));
        const int line = grid->rowCount();
        grid->addWidget(look::label(entry.name, TextRole::Body, Tone::Muted), line, 0);
        grid->addWidget(row.keys, line, 1);
        grid->addWidget(row.reset, line, 2);
        grid->addWidget(row.problem, line, 3);
        connect(row.keys, &QKeySequenceEdit::editingFinished, this,
                [this, entry, keys = row.keys] { take(entry, firstOf(keys->keySequence())); });
        connect(row.reset, &QPushButton::clicked, this, [this, entry] { take(entry, entry.fallback); });
        m_rows.push_back(row);
        refresh(entry, {});
    }
}

// A field that has the focus is left while the window goes, after what belongs to the panel has gone.
ShortcutsPanel::~ShortcutsPanel() {
    for (const Row& row : m_rows) row.keys->disconnect(this);
}

void ShortcutsPanel::take(const ShortcutEntry& entry, const QKeySequence& keys) {
    if (keys.isEmpty() || keys == m_ui.shortcut(entry.shortcut)) return refresh(entry, {});
    const QString words = keys.toString(QKeySequence::NativeText);
    if (const QString why = shortcutHindrance(keys); !why.isEmpty())
        return refresh(entry, QStringLiteral("%1: %2").arg(words, why));
    for (const ShortcutEntry& other : shortcutTable()) {
        if (other.shortcut != entry.shortcut && m_ui.shortcut(other.shortcut) == keys)
            return refresh(entry, tr("%1 is taken: %2").arg(words, other.name));
    }
    m_ui.setShortcut(entry.shortcut, keys);
    refresh(entry, {});
    Q_EMIT changed();
}

void ShortcutsPanel::refresh(const ShortcutEntry& entry, const QString& problem) {
    const Row& row = rowOf(entry.shortcut);
    const QKeySequence keys = m_ui.shortcut(entry.shortcut);
    row.keys->setKeySequence(keys);
    row.reset->setVisible(keys != entry.fallback);
    row.problem->setText(problem);
}

const ShortcutsPanel::Row& ShortcutsPanel::rowOf(Shortcut shortcut) const {
    return m_rows[static_cast<std::size_t>(shortcut)];
}

QKeySequenceEdit* ShortcutsPanel::field(Shortcut shortcut) const { return rowOf(shortcut).keys; }

QString ShortcutsPanel::problem(Shortcut shortcut) const { return rowOf(shortcut).problem->text(); }

}  // namespace slipway
