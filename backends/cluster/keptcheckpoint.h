// SPDX-License-Identifier: Apache-2.0
// Where the checkpoint is that another run can go on from. Synchronous; any thread.
#pragma once

#include "backends/cluster/targettable.h"
#include "backends/image/packager.h"

#include <filesystem>
#include <stop_token>

namespace slipway {

// The run whose checkpoint one that resumes `run` begins with: itself, or, where it ended before it saved one, the run that it had
// gone on from. NotFound when this machine's run kept none; of a run elsewhere only fetchCheckpoint() can tell.
Result<RunFolder> checkpointSource(const RunStore& store, const RunFolder& run);

// Whether the run ended early and resuming it can work, as far as this machine knows.
bool isResumable(const RunStore& store, const RunFolder& run);

// A run elsewhere sent its checkpoint to a registry: from there it comes home, verified, into the run's checkpoint folder; the
// cluster may be gone. What is there already is not fetched again. A run of this machine has its own there. NotFound when none
// was kept.
Result<void> fetchCheckpoint(const TargetSettings& settings, const RunFolder& folder,
                             const ProgressCallback& progress, std::stop_token stop);

// What a run left, on this machine now.
struct KeptWork {
    std::filesystem::path folder;
    bool isCheckpoint = false;  // the run ended early and has no result
    bool isVerified = true;     // nothing tells the digests of a checkpoint that this machine's run left
};

// Brings home what the run left: its result, or, where it ended early and has none, its checkpoint; the cluster may be gone.
// Conflict while it goes on, NotFound when it left neither.
Result<KeptWork> fetchKept(const TargetSettings& settings, const RunFolder& folder,
                           const ProgressCallback& progress, const std::stop_token& stop);

}  // namespace slipway
