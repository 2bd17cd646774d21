// SPDX-License-Identifier: Apache-2.0
// A run as another tool kept it, before it becomes one of Slipway's. Values; any thread.
#pragma once

#include "backends/core/runstate.h"
#include "backends/exchange/tensorboardreader.h"

#include <map>

namespace slipway {

using ScalarSink = std::function<void(const TensorboardScalar&)>;

struct ForeignRun {
    std::string tool;  // "tensorboard", "mlflow"
    std::string name;  // as people called it there: "sweep/lr-3"
    std::filesystem::path folder;
    std::string identity;  // the same for the same run, whenever it is looked at
    std::map<std::string, std::string> parameters;
    std::map<std::string, std::string> tags;
    std::optional<Timestamp> started;  // none: when its first scalar was told
    std::optional<Timestamp> ended;    // none: when its last scalar was told
    RunStatus status{RunState::Succeeded, ""};
    // Every scalar, the steps of each metric in their order.
    std::function<Result<void>(const ScalarSink& sink)> read;
};

}  // namespace slipway
