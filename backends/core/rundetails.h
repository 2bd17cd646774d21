// SPDX-License-Identifier: Apache-2.0
// What lists filter and show of a run besides its record: every setting, and of every metric the last and the extreme values, with
// the names that a person gives them. Values; any thread.
#pragma once

#include "backends/core/runsummary.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace slipway {

// One cell: a number, or texts (tags are several).
struct RunValue {
    std::optional<double> number;
    std::vector<std::string> texts;
};

// Columns that every run has: "state", "job", "age" …
std::span<const std::string_view> runColumns();

// The value of a column, a setting or a metric; none: the run has none of that name. Times are seconds, "age" counts to `now`.
// A setting goes by its path or the end of it ("optimizer.lr" is "train.optimizer.lr"), a metric by its name or the end of it
// ("accuracy" is "test/accuracy"); "best.accuracy", "min.loss" and "max.loss" are of all its points. Best is lowest where the name
// tells of a loss, an error or a perplexity.
std::optional<RunValue> runValue(const RunSummary& run, std::string_view name, Timestamp now);

// Names of settings and metrics that these runs have, sorted; metrics also as "best.…".
std::vector<std::string> settingNames(std::span<const RunSummary> runs);
std::vector<std::string> metricNames(std::span<const RunSummary> runs);

}  // namespace slipway
