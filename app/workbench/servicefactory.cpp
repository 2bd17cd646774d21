// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/servicefactory.h"

#include "backends/runs/runstore.h"
#include "backends/services/localservices.h"
#include "backends/spec/glossaryreader.h"
#include "backends/spec/projecttemplates.h"

#include <QApplication>
#include <QDir>
#include <QFileInfo>

namespace slipway {

QString ServiceFactory::homeOf(const QString& asked) {
    return asked.isEmpty() ? QString::fromStdString(defaultHome().string()) : absolute(asked);
}

QString ServiceFactory::jobsFolder() { return QDir::homePath() + QStringLiteral("/slipway"); }

QString ServiceFactory::absolute(const QString& path) {
    return QDir::cleanPath(QDir::current().absoluteFilePath(path));
}

QString ServiceFactory::jobFileOf(const QString& named) {
    QFileInfo file(named);
    if (file.isDir()) file.setFile(QDir(named), QStringLiteral("job.yaml"));
    return file.isFile() ? absolute(file.filePath()) : QString();
}

ServiceFactory::ServiceFactory(const FactorySettings& settings, UiState& ui, QObject* parent)
    : QObject(parent) {
    const std::filesystem::path programs =
        (settings.programs.isEmpty() ? QCoreApplication::applicationDirPath() : settings.programs)
            .toStdString();
    m_targets.home = settings.home.toStdString();
    m_targets.kubeconfig = settings.kubeconfig.toStdString();
    m_targets.agent = programs / "slipway-agent";
    m_targets.runner = programs / "slipway-runner";
    m_targets.http = makeCurlHttpClient();

    m_services.workspace = makeWorkspaceService(examplesFolder(programs), &projectFiles, this);
    m_services.runs = makeRunService(m_targets, this);
    m_services.targets = makeTargetService(m_targets, this);
    m_services.devices = makeDeviceService(m_targets.home, this);
    m_services.preferences = makePreferenceService(m_targets.home, this);
    m_services.ui = &ui;
    m_services.glossary = &builtinGlossary();
    m_services.makeJob = [home = m_targets.home](QObject* owner) { return makeJobService(home, owner); };
    m_services.makeFeed = [home = m_targets.home](QObject* owner) { return makeRunFeed(home, owner); };
    m_services.makeComparison = [home = m_targets.home](QObject* owner) {
        return makeComparisonService(home, owner);
    };
    m_services.makePackage = [targets = m_targets](QObject* owner) {
        return makePackageService(targets, owner);
    };
    m_services.makeData = [runner = m_targets.runner](QObject* owner) {
        return makeDataService(runner, owner);
    };
    m_services.makeSmoke = [targets = m_targets](QObject* owner) { return makeSmokeService(targets, owner); };
    m_services.applyTheme = [](ThemeChoice choice) { theme::apply(*qApp, choice); };
    m_services.home = settings.home;
    const QString environment = qEnvironmentVariable("KUBECONFIG");
    m_services.kubeconfig = !settings.kubeconfig.isEmpty() ? settings.kubeconfig
                            : !environment.isEmpty()       ? environment
                                                     : QDir::homePath() + QStringLiteral("/.kube/config");
}

}  // namespace slipway
