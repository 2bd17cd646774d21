// SPDX-License-Identifier: GPL-3.0-or-later
// What the window remembers between starts, with every key in one place: <home>/workbench.ini, however the window is started. The
// file is read once at the start and written by Qt in the background. GUI thread only.
#pragma once

#include "widgets/common/theme.h"

#include <QByteArray>
#include <QSettings>
#include <QStringList>

namespace slipway {

class UiState {
public:
    // `home` is where the runs are, too.
    explicit UiState(const QString& home);

    ThemeChoice theme() const;
    void setTheme(ThemeChoice choice);
    QStringList workspaces() const;
    void setWorkspaces(const QStringList& folders);
    QByteArray windowGeometry() const;
    void setWindowGeometry(const QByteArray& geometry);
    bool isDockOpen() const;
    void setDockOpen(bool isOpen);
    bool isDrawerOpen() const;
    void setDrawerOpen(bool isOpen);
    // The header state of a table, columns hidden and sized by the user.
    QByteArray table(const QString& name) const;
    void setTable(const QString& name, const QByteArray& state);

private:
    QSettings m_settings;
};

ThemeChoice parseThemeChoice(const QString& text);
QString themeChoiceName(ThemeChoice choice);

}  // namespace slipway
