// SPDX-License-Identifier: Apache-2.0
// A run's model on this machine, and slipway-runner as the one that uses it: only that program links libtorch.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "app/cli/session.h"

namespace slipway::cli {

struct UsableModel {
    std::filesystem::path folder;  // its result, which is at home
    std::filesystem::path data;  // what it was trained with; a URI where that is elsewhere; empty: not known
    std::string digest;          // of those data then; empty: not known
    int threads = 1;             // with which it was trained
};

// Of a run, whose result comes home first, or of a folder that a result was copied to; of a name that both have, the run's. InvalidArgument for a run that did not train by
// `train:`, Conflict while it goes on, NotFound where it left no result.
Result<UsableModel> usableModel(const Session& session, const std::string& run);

struct ModelTaskEnd {
    std::string out;           // stdout, where that was to be kept
    std::int64_t samples = 0;  // predicted
};

// Where what a task writes to its stdout goes: to us, to the screen, or nothing is written there.
enum class TaskOutput { Kept, Shown, None };

// One of the runner's tasks to its end, with progress on stderr where that cannot get into its text; the error is its own. Unavailable when there is no runner or it was
// killed, Cancelled when the session is asked to stop.
Result<ModelTaskEnd> runModelTask(const Session& session, const UsableModel& model,
                                  const std::vector<std::string>& words, TaskOutput output);

}  // namespace slipway::cli
