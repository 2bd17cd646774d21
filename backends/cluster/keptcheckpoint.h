// SPDX-License-Identifier: Apache-2.0
// The checkpoint that a run elsewhere sent to its registry comes home, so that another run can go on from it. Needs the registry
// only: the cluster may be gone. Synchronous; any thread.
#pragma once

#include "backends/cluster/targettable.h"
#include "backends/image/packager.h"

#include <stop_token>

namespace slipway {

// Into the run's checkpoint folder, verified; what is there already is not fetched again. A run of this machine has its own there.
// NotFound when none was kept.
Result<void> fetchCheckpoint(const TargetSettings& settings, const RunFolder& folder,
                             const ProgressCallback& progress, std::stop_token stop);

}  // namespace slipway
