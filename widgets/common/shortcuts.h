// SPDX-License-Identifier: GPL-3.0-or-later
// The window's shortcuts that a user may change: a visible table. GUI thread only.
#pragma once

#include <QKeySequence>
#include <QString>

#include <array>

namespace slipway {

enum class Shortcut : quint8 { Palette, Explain, Back, Forward, Dock, Drawer, Quit };
inline constexpr int kShortcutCount = static_cast<int>(Shortcut::Quit) + 1;

struct ShortcutEntry {
    Shortcut shortcut;
    const char* id;  // in what is remembered
    QString name;    // what it does
    QKeySequence fallback;
};

const std::array<ShortcutEntry, kShortcutCount>& shortcutTable();

// Why a stroke cannot be one of them: it types, or means something else wherever it is pressed; empty: it can.
QString shortcutHindrance(const QKeySequence& keys);

}  // namespace slipway
