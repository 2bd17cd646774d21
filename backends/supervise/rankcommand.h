// SPDX-License-Identifier: Apache-2.0
// What is started for a rank: command, folder and environment. Pure, but for the files it looks for; any thread.
#pragma once

#include "backends/core/result.h"
#include "backends/supervise/agentplan.h"

#include <string>
#include <vector>

namespace slipway {

// The descriptor events are written to in every rank.
inline constexpr int kEventDescriptor = 3;

// `slipway-runner --job … --run-folder … --input NAME=PATH … [--resume DIR]`, or the program's own command.
std::vector<std::string> rankCommand(const AgentPlan& plan);
std::filesystem::path rankFolder(const AgentPlan& plan);

// `base` with, in this order, what a rank needs (torchrun's names, SLIPWAY_…), the environment of the Python that was found, and the job's own variables, which win. The agent's
// SLIPWAY_SECRET_… are taken out. InvalidArgument for a secret that is not there. `devices`: for CUDA_VISIBLE_DEVICES, none: left as it is.
Result<Variables> rankEnvironment(const AgentPlan& plan, int localRank, int masterPort,
                                  const std::optional<std::string>& devices, const Variables& base);

// `all` with the job's own variables, which win; secrets as `base` has them. InvalidArgument for a secret that is not there.
Result<Variables> withVariablesAndSecrets(Variables all, const JobSpec& job, const Variables& base);

// The values of the job's secrets, so that they can be blotted out of logs.
std::vector<std::string> secretValues(const AgentPlan& plan, const Variables& base);

// "train-images" -> "TRAIN_IMAGES"
std::string variableName(const std::string& name);

// "NAME=value" each, as a process is given them.
std::vector<std::string> environmentEntries(const Variables& variables);

}  // namespace slipway
