// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/settings.h"

namespace slipway {
namespace {

constexpr const char* kTheme = "window/theme";
constexpr const char* kGeometry = "window/geometry";
constexpr const char* kDock = "window/dock";
constexpr const char* kDrawer = "window/drawer";
constexpr const char* kWorkspaces = "workspace/folders";
constexpr const char* kTour = "window/tour";
constexpr const char* kTables = "tables/";
constexpr const char* kShortcuts = "shortcuts/";

QString key(const char* name) { return QString::fromLatin1(name); }

}  // namespace

UiState::UiState(QVariantMap values, Keep keep) : m_values(std::move(values)), m_keep(std::move(keep)) {}

void UiState::set(const QString& key, const QVariant& value) {
    if (m_values.contains(key) && m_values.value(key) == value) return;
    m_values.insert(key, value);
    if (m_keep) m_keep(key, value);
}

ThemeChoice UiState::theme() const { return parseThemeChoice(m_values.value(key(kTheme)).toString()); }
void UiState::setTheme(ThemeChoice choice) { set(key(kTheme), themeChoiceName(choice)); }
QKeySequence UiState::shortcut(Shortcut shortcut) const {
    const ShortcutEntry& entry = shortcutTable().at(static_cast<std::size_t>(shortcut));
    const auto kept = m_values.find(key(kShortcuts) + key(entry.id));
    return kept == m_values.end() ? entry.fallback
                                  : QKeySequence(kept->toString(), QKeySequence::PortableText);
}
void UiState::setShortcut(Shortcut shortcut, const QKeySequence& keys) {
    set(key(kShortcuts) + key(shortcutTable().at(static_cast<std::size_t>(shortcut)).id),
        keys.toString(QKeySequence::PortableText));
}
QStringList UiState::workspaces() const { return m_values.value(key(kWorkspaces)).toStringList(); }
void UiState::setWorkspaces(const QStringList& folders) { set(key(kWorkspaces), folders); }
QByteArray UiState::windowGeometry() const { return m_values.value(key(kGeometry)).toByteArray(); }
void UiState::setWindowGeometry(const QByteArray& geometry) { set(key(kGeometry), geometry); }
bool UiState::isDockOpen() const { return m_values.value(key(kDock), true).toBool(); }
void UiState::setDockOpen(bool isOpen) { set(key(kDock), isOpen); }
bool UiState::isDrawerOpen() const { return m_values.value(key(kDrawer), false).toBool(); }
void UiState::setDrawerOpen(bool isOpen) { set(key(kDrawer), isOpen); }
bool UiState::isTourDone() const { return m_values.value(key(kTour), false).toBool(); }
void UiState::setTourDone() { set(key(kTour), true); }
QByteArray UiState::table(const QString& name) const {
    return m_values.value(key(kTables) + name).toByteArray();
}
void UiState::setTable(const QString& name, const QByteArray& state) { set(key(kTables) + name, state); }

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
