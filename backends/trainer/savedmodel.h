// SPDX-License-Identifier: Apache-2.0
// A finished training's model: what stands in its config.json, and the network with its weights. Training thread only.
#pragma once

#include "backends/trainer/evaluator.h"
#include "backends/trainer/modelconfig.h"
#include "backends/trainer/networkfactory.h"

namespace slipway::trainer {

struct SavedModel {
    ModelConfig config;
    NetworkPointer network;
    Placement placement;  // as it was evaluated, on the device that is asked for
};

// Of a result folder, for use: nothing of it learns. NotFound, Io, PermissionDenied; Corrupt, also where weights and configuration do
// not belong together; InvalidArgument as decodeConfig().
Result<SavedModel> loadModel(const std::filesystem::path& folder, const torch::Device& device);

}  // namespace slipway::trainer
