// SPDX-License-Identifier: Apache-2.0
// <home>/index.sqlite: what every run.json says, so that listing thousands of runs does not open thousands of files. Brought up to date
// on each listing, deleted and made anew when damaged, done without when it cannot be written. Several processes at once; any thread.
#pragma once

#include "backends/core/result.h"
#include "backends/core/run.h"

#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

namespace slipway {

// SQL scripts, oldest first; the index's user_version counts those that ran.
std::span<const std::string_view> indexMigrations();

// All runs below <home>/runs, newest first; those whose run.json cannot be read are Lost, with the reason. Io.
Result<std::vector<RunRecord>> listRuns(const std::filesystem::path& home);

}  // namespace slipway
