// SPDX-License-Identifier: Apache-2.0
// Where runs differ: settings, where they ran, what went in and came out, and the first step at which their metrics part. Values;
// any thread.
#pragma once

#include "backends/runs/codediff.h"
#include "backends/runs/runstore.h"

#include <optional>
#include <span>
#include <stop_token>

namespace slipway {

inline constexpr double kPartingTolerance = 1e-6;  // relative

// Something that is not the same in all of the runs: its value in each, none where a run has none.
struct RunDifference {
    std::string name;
    std::vector<std::optional<std::string>> values;
    bool operator==(const RunDifference&) const = default;
};

struct Parting {
    std::int64_t step = 0;
    double first = 0;  // the first run's value
    double other = 0;
};

// Of the first run and another, over the steps that both told.
struct MetricPartings {
    std::size_t steps = 0;           // that both told
    std::optional<Parting> exact;    // the first at which the values are not the very same
    std::optional<Parting> visible;  // the first at which they differ by more than kPartingTolerance
};

struct MetricComparison {
    std::string metric;
    std::vector<std::optional<CurvePoint>> last;  // of each run
    std::vector<MetricPartings> partings;         // of each run but the first
};

inline constexpr std::size_t kMostDiffedRuns = 20;

struct RunComparison {
    std::vector<RunRecord> runs;
    std::vector<RunDifference> settings;
    std::vector<RunDifference> environment;  // target, image, ranks, hosts, devices
    std::vector<RunDifference> digests;      // of inputs and result files
    // Of the code of each run but the first, and the first's; none where one of the two kept no code, and from kMostDiffedRuns on.
    std::vector<std::optional<CodeDiff>> code;
    std::vector<MetricComparison> metrics;  // all of them
};

// At least two runs. Corrupt, NotFound, Io; Cancelled on a stop.
Result<RunComparison> compareRuns(std::span<const RunFolder> folders, const std::stop_token& stop = {});

}  // namespace slipway
