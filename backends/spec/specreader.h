// SPDX-License-Identifier: Apache-2.0
// From a YAML tree to a JobSpec, collecting every problem on the way. Pure; any thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/core/jobspec.h"
#include "backends/spec/specdocument.h"
#include "backends/spec/yamlvalue.h"

namespace slipway {

// The job with all defaults; meaningful only when `problems` stays empty.
JobSpec readJobTree(const YamlValue& root, std::vector<SpecProblem>& problems);

// The settings of the map at `path` ("", "train", "resources" …) in the order they are written; empty where names are free.
std::vector<std::string> specKeys(std::string_view path);

// What `checkpoint.best` takes.
const std::vector<std::string>& bestMetrics();

// "500" or "10min", "30s", "2h", "1d" in seconds; none for anything else.
std::optional<std::chrono::seconds> parseDuration(std::string_view text);

// A command as a list of words, split like a shell without expansions; none for an open quote.
std::optional<std::vector<std::string>> splitCommand(std::string_view text);

}  // namespace slipway
