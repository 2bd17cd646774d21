// SPDX-License-Identifier: Apache-2.0
// What a finished training leaves: model.safetensors, config.json (how to build and feed the network), metrics.json,
// evaluation.json where there were test data, and best.safetensors where an earlier step's weights were better than the last.
// Training thread only.
#pragma once

#include "backends/core/jobspec.h"
#include "backends/trainer/evaluation.h"
#include "backends/trainer/optimizer.h"
#include "backends/trainer/trainer.h"

#include <optional>

namespace slipway::trainer {

// The best weights come from "checkpoints" beside `folder`. Each file whole or not at all. Io, PermissionDenied.
Result<void> writeResult(const std::filesystem::path& folder, const JobSpec& job, const Samples& samples,
                         const NamedTensors& weights, const TrainOutcome& outcome,
                         const std::optional<Evaluation>& evaluation);

}  // namespace slipway::trainer
