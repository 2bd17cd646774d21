// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/workbench.h"

#include "app/workbench/mainwindow.h"
#include "app/workbench/servicefactory.h"
#include "app/workbench/statusstrip.h"
#include "backends/core/units.h"
#include "backends/services/settingsfile.h"
#include "widgets/common/englishplurals.h"
#include "widgets/common/formats.h"
#include "widgets/common/settings.h"
#include "widgets/common/theme.h"
#include "widgets/pages/firststeps.h"
#include "widgets/pages/pagetable.h"

#include <QApplication>
#include <QCommandLineParser>

#include <algorithm>

namespace slipway {
namespace {

TaskRow taskRow(const ServiceTask& task) {
    TaskRow row{task.id, task.title, {}, -1, task.isDone, true};
    if (task.total.count > 0) {
        row.share = static_cast<double>(task.done.count) / static_cast<double>(task.total.count);
        row.detail = QCoreApplication::translate("main", "%1 of %2")
                         .arg(format::text(decimalSize(task.done)), format::text(decimalSize(task.total)));
        if (task.secondsSpent > 0.5 && task.done.count > 0) {
            const double rate = static_cast<double>(task.done.count) / task.secondsSpent;
            row.detail += QStringLiteral(" · %1/s · %2")
                              .arg(format::text(decimalSize(Bytes{static_cast<std::int64_t>(rate)})),
                                   format::text(durationText(
                                       static_cast<double>(task.total.count - task.done.count) / rate)));
        }
    }
    return row;
}

std::vector<StatusMark> marksOf(const TargetStates& targets) {
    std::vector<StatusMark> marks;
    for (const TargetState& state : targets) {
        if (state.info.context.empty()) continue;
        const QString name = format::text(state.info.context);
        if (!marks.empty() && marks.back().text == name) continue;
        const Tone tone = state.reach == TargetState::Reach::Reachable ? Tone::Ok
                          : state.reach == TargetState::Reach::Asking  ? Tone::Muted
                                                                       : Tone::Error;
        marks.push_back({name, tone,
                         state.error ? format::errorText(*state.error)
                                     : QCoreApplication::translate("main", "namespace %1")
                                           .arg(format::text(state.info.nameSpace))});
    }
    return marks;
}

void connectStatus(MainWindow& window, const Services& services) {
    StatusStrip* status = window.status();
    QObject::connect(services.runs, &RunService::taskChanged, status,
                     [status](const ServiceTask& task) { status->tasks()->update(taskRow(task)); });
    QObject::connect(status->tasks(), &TasksStrip::cancelTriggered, services.runs, &RunService::cancelTask);
    QObject::connect(services.targets, &TargetService::targetsChanged, status,
                     [status](const TargetStatesPtr& targets) { status->setMarks(marksOf(*targets)); });
}

WorkbenchSettings settingsOf(QApplication& application) {
    QCoreApplication::setApplicationName(QStringLiteral("slipway-workbench"));
    QCoreApplication::setApplicationVersion(QStringLiteral(SLIPWAY_VERSION));
    QGuiApplication::setApplicationDisplayName(QStringLiteral("Slipway"));
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QCoreApplication::translate("main", "Desktop workbench for machine-learning jobs"));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption workspace(QStringLiteral("workspace"),
                                       QCoreApplication::translate("main", "Open this folder's jobs."),
                                       QStringLiteral("DIR"));
    const QCommandLineOption home(QStringLiteral("home"),
                                  QCoreApplication::translate("main", "Where runs are kept."),
                                  QStringLiteral("DIR"));
    const QCommandLineOption kubeconfig(QStringLiteral("kubeconfig"),
                                        QCoreApplication::translate("main", "Where clusters are named."),
                                        QStringLiteral("FILE"));
    const QCommandLineOption look(QStringLiteral("theme"),
                                  QCoreApplication::translate("main", "light, dark or system."),
                                  QStringLiteral("NAME"));
    const QCommandLineOption place(
        QStringLiteral("open"),
        QCoreApplication::translate("main", "Open this page, job file or run (its number, id or \"last\")."),
        QStringLiteral("PLACE"));
    parser.addOptions({workspace, home, kubeconfig, look, place});
    parser.process(application);
    return {.home = parser.value(home),
            .kubeconfig = parser.value(kubeconfig),
            .workspace = parser.value(workspace),
            .theme = parser.value(look),
            .place = parser.value(place)};
}

}  // namespace

Place placeOf(const QString& text, const PageTable& pages) {
    const QString workspace = QStringLiteral("workspace");
    if (text.isEmpty()) return {workspace, {}};
    const auto isNamed = [&](const PageEntry& page) { return page.id == text; };
    if (std::any_of(pages.begin(), pages.end(), isNamed)) return {text, {}};
    if (const QString file = ServiceFactory::jobFileOf(text); !file.isEmpty())
        return {workspace, QStringLiteral("job:") + file};
    return {workspace, QStringLiteral("run:") + text};
}

Workbench::Workbench(QApplication& application) : Workbench(settingsOf(application)) { m_window->show(); }

Workbench::Workbench(const WorkbenchSettings& settings) : m_plurals(std::make_unique<EnglishPlurals>()) {
    const QString home = ServiceFactory::homeOf(settings.home);
    m_settings = std::make_unique<SettingsFile>(home + QStringLiteral("/workbench.ini"));
    QObject::connect(m_settings.get(), &SettingsFile::failed, m_settings.get(),
                     [](const Error& error) { qWarning("%s", qPrintable(format::errorText(error))); });
    m_ui = std::make_unique<UiState>(
        m_settings->values(),
        [kept = m_settings.get()](const QString& key, const QVariant& value) { kept->keep(key, value); });
    QCoreApplication::installTranslator(m_plurals.get());
    if (!settings.workspace.isEmpty()) {
        QStringList folders = m_ui->workspaces();
        const QString folder = ServiceFactory::absolute(settings.workspace);
        folders.removeAll(folder);
        folders.prepend(folder);
        m_ui->setWorkspaces(folders);
    }
    theme::apply(*qApp, settings.theme.isEmpty() ? m_ui->theme() : parseThemeChoice(settings.theme));
    m_services = std::make_unique<ServiceFactory>(
        FactorySettings{.home = home, .kubeconfig = settings.kubeconfig, .programs = settings.programs},
        *m_ui);
    const PageTable pages = makePageTable(m_services->services());
    m_window = std::make_unique<MainWindow>(pages, *m_ui);
    auto* firstSteps = new FirstSteps(m_services->services(), ServiceFactory::jobsFolder());
    QObject::connect(firstSteps, &FirstSteps::placeRequested, m_window.get(), &MainWindow::go);
    m_window->setBanner(firstSteps);
    connectStatus(*m_window, m_services->services());
    // For the palette, whichever page is first.
    m_services->services().runs->refresh();
    m_services->services().workspace->scan(m_ui->workspaces());
    m_window->go(placeOf(settings.place, pages));
}

Workbench::~Workbench() = default;

}  // namespace slipway
