// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/pagetable.h"

#include "widgets/pages/clusterspage.h"
#include "widgets/pages/runspage.h"
#include "widgets/pages/settingspage.h"
#include "widgets/pages/workspacepage.h"

namespace slipway {

PageTable makePageTable(const Services& services) {
    return {
        {QStringLiteral("workspace"), WorkspacePage::tr("Workspace"), "folder", false,
         [services] { return new WorkspacePage(services); }},
        {QStringLiteral("runs"), RunsPage::tr("Runs"), "runs", false,
         [services] { return new RunsPage(services); }},
        {QStringLiteral("clusters"), ClustersPage::tr("Clusters"), "clusters", false,
         [services] { return new ClustersPage(services); }},
        {QStringLiteral("settings"), SettingsPage::tr("Settings"), "settings", true,
         [services] { return new SettingsPage(services); }},
    };
}

}  // namespace slipway
