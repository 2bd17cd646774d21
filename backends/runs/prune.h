// SPDX-License-Identifier: Apache-2.0
// Runs, and parts of runs, that nobody needs any more. Any thread.
#pragma once

#include "backends/core/units.h"
#include "backends/runs/runstore.h"

#include <chrono>
#include <optional>
#include <stop_token>
#include <vector>

namespace slipway {

struct PruneItem {
    RunRecord run;
    bool isWhole = false;  // the run with all it has; else its checkpoints
    Bytes size;            // on disk
};

// Whole runs that ended longer ago than `age` (none: no run goes) and are neither imported nor marked, and the checkpoints of other runs that succeeded; the oldest
// run first. Cancelled, Io.
Result<std::vector<PruneItem>> planPrune(const RunStore& store, std::optional<std::chrono::days> age,
                                         Timestamp now, const std::stop_token& stop);

// Conflict where the run is still written, or one that has not ended goes on from it.
Result<void> prune(const RunStore& store, const PruneItem& item);

}  // namespace slipway
