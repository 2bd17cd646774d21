// SPDX-License-Identifier: GPL-3.0-or-later
// The application but for its event loop: look, services, and the window with the strip below it. Apart from main so that tests
// and measurements show the very same window. Owns all of it; GUI thread only.
#pragma once

#include "widgets/pages/page.h"

#include <QString>

#include <memory>

class QApplication;

namespace slipway {

class EnglishPlurals;
class MainWindow;
class ServiceFactory;
class SettingsFile;
class UiState;

struct WorkbenchSettings {
    QString home;        // where runs are kept; empty: the user's own
    QString kubeconfig;  // empty: as kubectl finds it
    QString workspace;   // a folder to open first
    QString theme;       // light, dark or system; empty: as it was
    QString programs;    // where agent and runner lie; empty: beside this program
    QString place;       // what is open first, as placeOf() takes it
};

// What --open names: "" is the workspace; a page, a job file or its folder, else a run (its number, its id, a job's name or "last").
Place placeOf(const QString& text, const PageTable& pages);

class Workbench final {
public:
    // Reads the application's arguments and shows the window; ends the program after --help, --version or one that it does not know.
    explicit Workbench(QApplication& application);
    explicit Workbench(const WorkbenchSettings& settings);
    ~Workbench();
    Workbench(const Workbench&) = delete;
    Workbench& operator=(const Workbench&) = delete;

    MainWindow& window() const { return *m_window; }

private:
    std::unique_ptr<EnglishPlurals> m_plurals;
    std::unique_ptr<SettingsFile> m_settings;
    std::unique_ptr<UiState> m_ui;
    std::unique_ptr<ServiceFactory> m_services;
    std::unique_ptr<MainWindow> m_window;
};

}  // namespace slipway
