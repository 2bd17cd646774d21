// SPDX-License-Identifier: Apache-2.0
// A run's model on this machine, and slipway-runner as the one that uses it: only that program links libtorch.
#pragma once

#include "app/cli/session.h"
#include "backends/supervise/runnertask.h"

namespace slipway::cli {

struct UsableModel {
    std::filesystem::path folder;  // its result, which is at home
    std::filesystem::path data;  // what it was trained with; a URI where that is elsewhere; empty: not known
    std::string digest;          // of those data then; empty: not known
    int threads = 1;             // with which it was trained
};

// Of a run, whose result comes home first, or of a folder that a result was copied to; of a name that both have, the run's.
// InvalidArgument for a run that did not train by `train:`, Conflict while it goes on, NotFound where it left no result.
Result<UsableModel> usableModel(const Session& session, const std::string& run);

// Where what a task writes to its stdout goes: to us, to the screen, or nothing is written there.
enum class TaskOutput { Kept, Shown, None };

// One of the runner's tasks to its end, with progress on stderr where that cannot get into its text; up to `limit` bytes are kept. The
// errors of runTask().
Result<RunnerTaskEnd> runRunnerTask(const Session& session, std::vector<std::string> words, TaskOutput output,
                                    std::size_t limit);

// The same for a task that uses the model; words[0] is the task.
Result<RunnerTaskEnd> runModelTask(const Session& session, const UsableModel& model,
                                   std::vector<std::string> words, TaskOutput output);

}  // namespace slipway::cli
