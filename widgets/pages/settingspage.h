// SPDX-License-Identifier: GPL-3.0-or-later
// Theme, workspace folders, what is set for all jobs, shortcuts, and where things are kept. Changes act at once. GUI thread only.
#pragma once

#include "widgets/pages/page.h"
#include "widgets/pages/services.h"

class QVBoxLayout;

namespace slipway {

class PreferencesPanel;
class SegmentedControl;
class ShortcutsPanel;

class SettingsPage final : public Page {
    Q_OBJECT
public:
    explicit SettingsPage(const Services& services, QWidget* parent = nullptr);
    void open(const QString& argument) override;
    std::vector<Crumb> crumbs() const override;
    SegmentedControl* themeChoice() const { return m_theme; }
    PreferencesPanel* preferences() const { return m_preferences; }
    ShortcutsPanel* shortcuts() const { return m_shortcuts; }

protected:
    void changeEvent(QEvent* event) override;

private:
    void refreshFolders();

    Services m_services;
    SegmentedControl* m_theme;
    QVBoxLayout* m_folders;
    PreferencesPanel* m_preferences;
    ShortcutsPanel* m_shortcuts;
};

}  // namespace slipway
