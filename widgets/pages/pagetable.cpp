// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/pagetable.h"

#include "widgets/common/formats.h"
#include "widgets/pages/clusterspage.h"
#include "widgets/pages/glossarypage.h"
#include "widgets/pages/gpuspage.h"
#include "widgets/pages/runspage.h"
#include "widgets/pages/settingspage.h"
#include "widgets/pages/workspacepage.h"

namespace slipway {
namespace {

// The newest runs as they were last listed, whether or not a page shows them.
std::vector<PaletteEntry> runCommands(const RunListPtr& runs, const std::function<void(const Place&)>& go) {
    constexpr std::size_t kOffered = 50;
    std::vector<PaletteEntry> result;
    for (const RunSummary& one : *runs) {
        const RunRecord& run = one.record;
        result.push_back({RunsPage::tr("Open run #%1 %2").arg(run.number).arg(format::text(run.job)),
                          format::stateWord(run.status.state),
                          {},
                          "runs",
                          [go, id = format::text(run.id.str())] {
                              go({QStringLiteral("workspace"), QStringLiteral("run:") + id});
                          }});
        if (result.size() >= kOffered) break;
    }
    return result;
}

// The workspace's jobs likewise; examples are not among them, since opening one makes a copy.
std::vector<PaletteEntry> jobCommands(const JobFilesPtr& jobs, const std::function<void(const Place&)>& go) {
    std::vector<PaletteEntry> result;
    for (const JobFile& job : *jobs)
        if (!job.root.isEmpty())
            result.push_back(
                {WorkspacePage::tr("Open %1").arg(job.name), job.folder, {}, "file", [go, file = job.file] {
                     go({QStringLiteral("workspace"), QStringLiteral("job:") + file});
                 }});
    return result;
}

std::vector<PaletteEntry> themeCommands(const Services& services) {
    std::vector<PaletteEntry> result;
    const std::pair<ThemeChoice, QString> choices[] = {
        {ThemeChoice::System, SettingsPage::tr("Theme: as the system")},
        {ThemeChoice::Light, SettingsPage::tr("Theme: light")},
        {ThemeChoice::Dark, SettingsPage::tr("Theme: dark")}};
    for (const auto& [choice, text] : choices)
        result.push_back({text, {}, {}, "settings", [services, chosen = choice] {
                              services.ui->setTheme(chosen);
                              services.applyTheme(chosen);
                          }});
    return result;
}

std::vector<PaletteEntry> termCommands(const Glossary& glossary,
                                       const std::function<void(const Place&)>& go) {
    const QString page = QStringLiteral("glossary");
    std::vector<PaletteEntry> result{
        {GlossaryPage::tr("Look up a term"), {}, GlossaryPage::tr("F1"), "book", [go, page] {
             go({page, {}});
         }}};
    for (const GlossaryTerm& term : glossary.terms()) {
        const QString name = format::text(term.name);
        result.push_back({GlossaryPage::tr("Term: %1").arg(name),
                          format::text(firstSentence(term)),
                          {},
                          "book",
                          [go, page, name] {
                              go({page, name});
                          }});
    }
    return result;
}

}  // namespace

PageTable makePageTable(const Services& services) {
    const auto runs = std::make_shared<RunListPtr>(std::make_shared<const RunList>());
    QObject::connect(services.runs, &RunService::runsChanged, services.runs,
                     [runs](const RunListPtr& listed) { *runs = listed; });
    const auto jobs = std::make_shared<JobFilesPtr>(std::make_shared<const JobFiles>());
    QObject::connect(services.workspace, &WorkspaceService::scanned, services.workspace,
                     [jobs](const JobFilesPtr& found) { *jobs = found; });
    return {
        {QStringLiteral("workspace"), WorkspacePage::tr("Workspace"), "folder", false,
         [services] { return new WorkspacePage(services); },
         [jobs](const std::function<void(const Place&)>& go) { return jobCommands(*jobs, go); }},
        {QStringLiteral("runs"), RunsPage::tr("Runs"), "runs", false,
         [services] { return new RunsPage(services); },
         [runs](const std::function<void(const Place&)>& go) { return runCommands(*runs, go); }},
        {QStringLiteral("gpus"), GpusPage::tr("GPUs"), "gpus", false,
         [services] { return new GpusPage(services); }},
        {QStringLiteral("clusters"), ClustersPage::tr("Clusters"), "clusters", false,
         [services] { return new ClustersPage(services); }},
        {QStringLiteral("settings"), SettingsPage::tr("Settings"), "settings", true,
         [services] { return new SettingsPage(services); },
         [services](const std::function<void(const Place&)>&) { return themeCommands(services); }},
        {QStringLiteral("glossary"), GlossaryPage::tr("Glossary"), "book", true,
         [services] { return new GlossaryPage(services); },
         [services](const std::function<void(const Place&)>& go) {
             return termCommands(*services.glossary, go);
         },
         [services](const QString& topic) {
             const GlossaryTerm* term = services.glossary->ofSetting(topic.toStdString());
             return term ? format::text(term->name) : QString();
         }},
    };
}

}  // namespace slipway
