// SPDX-License-Identifier: Apache-2.0
#include "backends/smoke/smokejob.h"

namespace slipway {

JobSpec smokeJob(JobSpec job, int steps) {
    job.env.push_back({"SLIPWAY_SMOKE", "1", "", ""});
    job.env.push_back({"SLIPWAY_SMOKE_STEPS", std::to_string(steps), "", ""});
    job.outputs.clear();  // a program that stops early may not have written them
    auto* train = std::get_if<TrainSpec>(&job.work);
    if (train == nullptr) return job;
    const std::int64_t all{steps};
    train->loop["steps"] = all;
    train->loop["eval_every"] = all;
    train->loop["early_stop"] = std::int64_t{0};
    train->loop["log_every"] = std::int64_t{1};
    job.checkpoint.everySteps = all;
    job.checkpoint.every = {};
    return job;
}

}  // namespace slipway
