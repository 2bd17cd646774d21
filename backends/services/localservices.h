// SPDX-License-Identifier: Apache-2.0
// Makers of the real services. Each owns its worker threads; its destructor asks them to stop and waits for them, which is short
// since every long call takes a stop token. Call from the GUI thread.
#pragma once

#include "backends/cluster/targettable.h"
#include "backends/devices/nvml.h"
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

#include <filesystem>
#include <functional>
#include <map>

namespace slipway {

// The files of a new job of a kind ("mlp") with a name: relative path -> content.
using ProjectTemplates = std::function<Result<std::map<std::string, std::string>>(const std::string& kind,
                                                                                  const std::string& name)>;

JobService* makeJobService(const std::filesystem::path& home, QObject* owner);
ComparisonService* makeComparisonService(const std::filesystem::path& home, QObject* owner);
RunFeed* makeRunFeed(const std::filesystem::path& home, QObject* owner);
RunService* makeRunService(const TargetSettings& settings, QObject* owner);
TargetService* makeTargetService(const TargetSettings& settings, QObject* owner);
PackageService* makePackageService(const TargetSettings& settings, QObject* owner);
PreferenceService* makePreferenceService(const std::filesystem::path& home, QObject* owner);
SmokeService* makeSmokeService(const TargetSettings& settings, QObject* owner);
// `runner`: the slipway-runner that looks.
DataService* makeDataService(const std::filesystem::path& runner, QObject* owner);
// `home`: whose disk is told.
DeviceService* makeDeviceService(const std::filesystem::path& home, QObject* owner,
                                 const std::string& library = kNvmlLibrary);
WorkspaceService* makeWorkspaceService(const std::filesystem::path& examples, ProjectTemplates templates,
                                       QObject* owner);

}  // namespace slipway
