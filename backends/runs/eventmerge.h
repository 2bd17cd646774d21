// SPDX-License-Identifier: Apache-2.0
// What an agent kept of its own events fills what came home without them. The files are replaced whole, so that readers see the
// old or the new one (EventReader::rewrites()), and curves are made anew. Any thread, any process: the writer's lock orders them.
#pragma once

#include "backends/core/result.h"
#include "backends/runs/runstore.h"

#include <cstddef>
#include <filesystem>
#include <stop_token>

namespace slipway {

// `file`: the events of one pod as JSON lines, each rank's in order. Which attempt they are of is seen from those that are here
// already. Lines that were numbered here behind a log that ended too soon get numbers behind the agent's. Returns how many events
// were added. Io, NotFound; Timeout while another process writes the run's events, Cancelled.
Result<std::size_t> mergeEvents(const RunFolder& folder, const std::filesystem::path& file,
                                const std::stop_token& stop);

}  // namespace slipway
