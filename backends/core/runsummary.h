// SPDX-License-Identifier: Apache-2.0
// A run as lists show it: its record and the last of what its events told. Values; any thread.
#pragma once

#include "backends/core/error.h"
#include "backends/core/run.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace slipway {

struct MetricExtent {
    double last = 0;
    std::optional<double> lowest;  // of all points; none: not known (yet)
    std::optional<double> highest;
    bool operator==(const MetricExtent&) const = default;
};

struct RunDetails {
    std::map<std::string, std::string> settings;  // "train.optimizer.lr" -> "0.001"
    std::map<std::string, MetricExtent> metrics;  // "test/accuracy"
    bool operator==(const RunDetails&) const = default;
};

struct RunSummary {
    RunRecord record;
    std::int64_t step = 0;
    std::int64_t steps = 0;       // 0: unknown
    double samplesPerSecond = 0;  // 0: unknown
    std::optional<double> loss;   // the newest training loss
    std::string metric;           // "accuracy": the name of the newest value on held-out data; empty: none
    std::optional<double> metricValue;
    std::string cause;  // of a run that failed or is lost: the most telling finding; empty: none
    std::shared_ptr<const RunDetails> details;  // null: not read (yet)
    bool isResumable = false;                   // it ended early, and a checkpoint to go on from was kept
    std::optional<Error>
        trouble;  // why what it tells cannot be followed now; a cluster that does not answer is none
};

}  // namespace slipway
