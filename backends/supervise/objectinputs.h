// SPDX-License-Identifier: Apache-2.0
// Inputs that are objects in a store, brought to where ranks can read them. Any thread.
#pragma once

#include "backends/supervise/agentplan.h"

#include <stop_token>
#include <vector>

namespace slipway {

struct BroughtInput {
    std::string name;
    std::filesystem::path file;
    std::string words;  // "input train, 1.2 GB, brought in 14 s"
};

// All of plan.objects into plan.objectFolder, by the access that `environment` and the job's own variables give. The errors of
// objectAccess() and bringObject(), each with the input's name.
Result<std::vector<BroughtInput>> bringInputs(const AgentPlan& plan, const Variables& environment,
                                              const std::stop_token& stop);

}  // namespace slipway
