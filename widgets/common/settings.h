// SPDX-License-Identifier: GPL-3.0-or-later
// What the window remembers between starts, with every key in one place. Begins with the values that were kept and hands each
// change on; whoever makes it reads and writes the file. GUI thread only.
#pragma once

#include "widgets/common/shortcuts.h"
#include "widgets/common/theme.h"

#include <QByteArray>
#include <QStringList>
#include <QVariantMap>

#include <functional>

namespace slipway {

class UiState {
public:
    // Quick: it is called on the GUI thread.
    using Keep = std::function<void(const QString& key, const QVariant& value)>;

    explicit UiState(QVariantMap values = {}, Keep keep = {});

    ThemeChoice theme() const;
    void setTheme(ThemeChoice choice);
    QKeySequence shortcut(Shortcut shortcut) const;
    void setShortcut(Shortcut shortcut, const QKeySequence& keys);
    QStringList workspaces() const;
    void setWorkspaces(const QStringList& folders);
    QByteArray windowGeometry() const;
    void setWindowGeometry(const QByteArray& geometry);
    bool isDockOpen() const;
    void setDockOpen(bool isOpen);
    bool isDrawerOpen() const;
    void setDrawerOpen(bool isOpen);
    // The first steps were gone through, or closed.
    bool isTourDone() const;
    void setTourDone();
    // The header state of a table, columns hidden and sized by the user.
    QByteArray table(const QString& name) const;
    void setTable(const QString& name, const QByteArray& state);

private:
    void set(const QString& key, const QVariant& value);

    QVariantMap m_values;
    Keep m_keep;
};

ThemeChoice parseThemeChoice(const QString& text);
QString themeChoiceName(ThemeChoice choice);

}  // namespace slipway
