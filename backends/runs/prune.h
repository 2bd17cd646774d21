// SPDX-License-Identifier: Apache-2.0
// Runs, and parts of runs, that nobody needs any more. Any thread.
#pragma once

#include "backends/core/units.h"
#include "backends/runs/runstore.h"

#include <chrono>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <vector>

namespace slipway {

struct PruneItem {
    RunRecord run;
    bool isWhole = false;  // the run with all it has; else its checkpoints
    Bytes size;            // on disk
};

struct PruneLimits {
    std::optional<std::chrono::days> age;  // whole runs that ended longer ago go
    std::optional<Bytes> budget;           // whole runs go, the oldest first, until the rest takes no more
};

// The checkpoints of runs that succeeded, and whole runs by the limits, which are over and neither imported nor marked; the oldest
// run first. Cancelled, Io.
Result<std::vector<PruneItem>> planPrune(const RunStore& store, const PruneLimits& limits, Timestamp now,
                                         const std::stop_token& stop);

// What the files of a folder take on disk; links are not followed. 0 where there is none.
Bytes sizeOnDisk(const std::filesystem::path& folder);
// What all runs take on disk. Cancelled.
Result<Bytes> runsOnDisk(const RunStore& store, const std::stop_token& stop);

// Conflict where the run is still written, or one that has not ended goes on from it.
Result<void> prune(const RunStore& store, const PruneItem& item);

}  // namespace slipway
