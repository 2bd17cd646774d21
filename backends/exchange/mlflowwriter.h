// SPDX-License-Identifier: Apache-2.0
// A run written into an MLflow file store, as mlflowruns.h says they lie there. Any thread.
#pragma once

#include "backends/core/runstate.h"
#include "backends/runs/curvestore.h"

#include <map>

namespace slipway {

struct MlflowRun {
    std::string experiment;
    std::string name;
    std::string id;  // 32 lower-case hexadecimal digits, which are its folder's name
    Timestamp started{};
    std::optional<Timestamp> ended;
    RunState state = RunState::Succeeded;
    std::map<std::string, std::string> parameters;
    std::map<std::string, std::string> tags;
};

// The run's folder below `store`; the store, and the experiment of that name, are made where they are not there. All of the run or
// nothing. Conflict: the store has it. InvalidArgument: two metrics of which one is a folder of the other, which MLflow cannot keep.
// Io, PermissionDenied.
Result<std::filesystem::path> writeMlflowRun(const std::filesystem::path& store, const MlflowRun& run,
                                             const CurveStore& curves);

}  // namespace slipway
