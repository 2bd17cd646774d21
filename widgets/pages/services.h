// SPDX-License-Identifier: GPL-3.0-or-later
// Everything pages get from outside: services that live as long as the program, makers of those that live as long as a page, and
// what the window remembers. Owned by the composition root. GUI thread only.
#pragma once

#include "backends/core/glossary.h"
#include "backends/services/comparisonservice.h"
#include "backends/services/dataservice.h"
#include "backends/services/deviceservice.h"
#include "backends/services/jobservice.h"
#include "backends/services/packageservice.h"
#include "backends/services/preferenceservice.h"
#include "backends/services/runfeed.h"
#include "backends/services/runservice.h"
#include "backends/services/smokeservice.h"
#include "backends/services/targetservice.h"
#include "backends/services/workspaceservice.h"
#include "widgets/common/settings.h"

#include <functional>

namespace slipway {

struct Services {
    WorkspaceService* workspace = nullptr;
    RunService* runs = nullptr;
    TargetService* targets = nullptr;
    DeviceService* devices = nullptr;
    PreferenceService* preferences = nullptr;
    UiState* ui = nullptr;
    const Glossary* glossary = nullptr;
    std::function<JobService*(QObject* parent)> makeJob;
    std::function<RunFeed*(QObject* parent)> makeFeed;
    std::function<ComparisonService*(QObject* parent)> makeComparison;
    std::function<PackageService*(QObject* parent)> makePackage;
    std::function<DataService*(QObject* parent)> makeData;
    std::function<SmokeService*(QObject* parent)> makeSmoke;
    std::function<void(ThemeChoice)> applyTheme;
    QString home;        // of the runs
    QString kubeconfig;  // as it is looked for
};

}  // namespace slipway
