// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/settings.h"

namespace slipway {
namespace {

constexpr const char* kTheme = "window/theme";
constexpr const char* kGeometry = "window/geometry";
constexpr const char* kDock = "window/dock";
constexpr const char* kDrawer = "window/drawer";
constexpr const char* kWorkspaces = "workspace/folders";
constexpr const char* kTables = "tables/";

QString key(const char* name) { return QString::fromLatin1(name); }

}  // namespace

UiState::UiState(const QString& home)
    : m_settings(home + QStringLiteral("/workbench.ini"), QSettings::IniFormat) {}

ThemeChoice UiState::theme() const { return parseThemeChoice(m_settings.value(key(kTheme)).toString()); }
void UiState::setTheme(ThemeChoice choice) { m_settings.setValue(key(kTheme), themeChoiceName(choice)); }
QStringList UiState::workspaces() const { return m_settings.value(key(kWorkspaces)).toStringList(); }
void UiState::setWorkspaces(const QStringList& folders) { m_settings.setValue(key(kWorkspaces), folders); }
QByteArray UiState::windowGeometry() const { return m_settings.value(key(kGeometry)).toByteArray(); }
void UiState::setWindowGeometry(const QByteArray& geometry) { m_settings.setValue(key(kGeometry), geometry); }
bool UiState::isDockOpen() const { return m_settings.value(key(kDock), true).toBool(); }
void UiState::setDockOpen(bool isOpen) { m_settings.setValue(key(kDock), isOpen); }
bool UiState::isDrawerOpen() const { return m_settings.value(key(kDrawer), false).toBool(); }
void UiState::setDrawerOpen(bool isOpen) { m_settings.setValue(key(kDrawer), isOpen); }
QByteArray UiState::table(const QString& name) const {
    return m_settings.value(key(kTables) + name).toByteArray();
}
void UiState::setTable(const QString& name, const QByteArray& state) {
    m_settings.setValue(key(kTables) + name, state);
}

ThemeChoice parseThemeChoice(const QString& text) {
    if (text == QLatin1String("light")) return ThemeChoice::Light;
    if (text == QLatin1String("dark")) return ThemeChoice::Dark;
    return ThemeChoice::System;
}

QString themeChoiceName(ThemeChoice choice) {
    switch (choice) {
        case ThemeChoice::Light: return QStringLiteral("light");
        case ThemeChoice::Dark: return QStringLiteral("dark");
        case ThemeChoice::System: break;
    }
    return QStringLiteral("system");
}

}  // namespace slipway
