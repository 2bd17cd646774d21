// SPDX-License-Identifier: Apache-2.0
// The end of what a run told: lists of hundreds of runs read no whole files. Any thread.
#pragma once

#include "backends/core/runsummary.h"
#include "backends/runs/runstore.h"

namespace slipway {

// The last events of a rank; none where it told nothing.
std::vector<Event> runTail(const RunFolder& folder, int rank);

// The last of what these events of the first rank told: step, rate, loss and the newest value on held-out data.
void summarizeTail(std::span<const Event> tail, RunSummary& summary);

}  // namespace slipway
