// SPDX-License-Identifier: Apache-2.0
// <home>/index.sqlite: what every run.json says, so that listing thousands of runs does not open thousands of files. Brought up to date
// on each listing, deleted and made anew when damaged, done without when it cannot be written. Several processes at once; any thread.
#pragma once

#include "backends/core/result.h"
#include "backends/core/runsummary.h"

#include <filesystem>
#include <map>
#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

namespace slipway {

// SQL scripts, oldest first; the index's user_version counts those that ran.
std::span<const std::string_view> indexMigrations();

// All runs below <home>/runs, newest first; those whose run.json cannot be read are Lost, with the reason. Io.
Result<std::vector<RunRecord>> listRuns(const std::filesystem::path& home);

// By number: settings and metrics of these runs that the index has as they are now.
std::map<std::int64_t, RunDetails> knownDetails(const std::filesystem::path& home,
                                                std::span<const std::int64_t> runs);
// Those it has not are read and kept there, too, which takes a while; a stop leaves out the rest.
std::map<std::int64_t, RunDetails> allDetails(const std::filesystem::path& home,
                                              std::span<const std::int64_t> runs,
                                              const std::stop_token& stop = {});

}  // namespace slipway
