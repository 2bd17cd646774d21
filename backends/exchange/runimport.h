// SPDX-License-Identifier: Apache-2.0
// Runs of other tools become runs of Slipway: with a run folder, events and curves like any other, so that lists, curves and
// comparisons need not know. Any thread.
#pragma once

#include "backends/exchange/foreignrun.h"
#include "backends/runs/runstore.h"

#include <stop_token>

namespace slipway {

// All of an MLflow store, which may be the folder "mlruns" in `folder`, or, where there is none, of a TensorBoard log folder. NotFound where there is neither; else
// as mlflowRuns() and tensorboardRuns().
Result<std::vector<ForeignRun>> foreignRuns(const std::filesystem::path& folder);

struct ImportedRecord {
    RunRecord record;
    bool isNew = true;        // false: it had been imported before
    std::size_t points = 0;   // none of one that had been
    std::size_t leftOut = 0;  // points: of metrics without a name that fits, or of steps below 0
};

// All of it or, on an error, nothing. Conflict while another imports; Cancelled, Corrupt, Io; NotFound for a run without a single point.
Result<ImportedRecord> importRun(const RunStore& store, const ForeignRun& run, std::stop_token stop);

}  // namespace slipway
