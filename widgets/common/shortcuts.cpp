// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/shortcuts.h"

#include <QCoreApplication>

#include <utility>

namespace slipway {

const std::array<ShortcutEntry, kShortcutCount>& shortcutTable() {
    const auto name = [](const char* text) { return QCoreApplication::translate("Shortcuts", text); };
    static const std::array<ShortcutEntry, kShortcutCount> table{{
        {Shortcut::Palette, "palette", name("Command palette"), Qt::CTRL | Qt::Key_K},
        {Shortcut::Explain, "explain", name("Explain"), QKeySequence(Qt::Key_F1)},
        {Shortcut::Back, "back", name("Back"), Qt::ALT | Qt::Key_Left},
        {Shortcut::Forward, "forward", name("Forward"), Qt::ALT | Qt::Key_Right},
        {Shortcut::Dock, "dock", name("Side panel"), Qt::CTRL | Qt::Key_B},
        {Shortcut::Drawer, "drawer", name("Log"), Qt::CTRL | Qt::Key_J},
        {Shortcut::Quit, "quit", name("Quit"), Qt::CTRL | Qt::Key_Q},
    }};
    return table;
}

QString shortcutHindrance(const QKeySequence& keys) {
    const auto say = [](const char* text) { return QCoreApplication::translate("Shortcuts", text); };
    const QKeyCombination stroke = keys[0];
    const bool isFunctionKey = stroke.key() >= Qt::Key_F1 && stroke.key() <= Qt::Key_F35;
    if (!isFunctionKey &&
        !(stroke.keyboardModifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier)))
        return say("It types: take one with Ctrl or Alt");
    if (stroke.keyboardModifiers() == Qt::ControlModifier && stroke.key() >= Qt::Key_1 &&
        stroke.key() <= Qt::Key_9)
        return say("It opens a page");
    for (const auto& [standard, meaning] :
         {std::pair(QKeySequence::Save, "It saves"), std::pair(QKeySequence::Find, "It searches"),
          std::pair(QKeySequence::Undo, "It takes an edit back"),
          std::pair(QKeySequence::Redo, "It makes an edit again"), std::pair(QKeySequence::Cut, "It cuts"),
          std::pair(QKeySequence::Copy, "It copies"), std::pair(QKeySequence::Paste, "It pastes"),
          std::pair(QKeySequence::SelectAll, "It selects all")}) {
        if (QKeySequence::keyBindings(standard).contains(keys)) return say(meaning);
    }
    if (stroke.key() == Qt::Key_F8) return say("It goes to the next problem");
    return {};
}

}  // namespace slipway
