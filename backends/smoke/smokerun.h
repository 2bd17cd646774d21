// SPDX-License-Identifier: Apache-2.0
// Runs the first steps of a job here and now, by the agent, in a scratch folder that is gone when this returns: nothing of it stands
// among the runs. It waits for CPU and GPU slots beside the runs. Synchronous; any thread. The agent is a child that ends with the
// calling thread.
#pragma once

#include "backends/core/jobspec.h"
#include "backends/core/result.h"
#include "backends/core/run.h"
#include "backends/core/runfinding.h"
#include "backends/core/smokereport.h"
#include "backends/smoke/smokejob.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace slipway {

struct SmokeRequest {
    JobSpec job;
    std::filesystem::path jobFolder;
    std::filesystem::path home;    // of the runs; the scratch folder is made below it
    std::filesystem::path agent;   // slipway-agent
    std::filesystem::path runner;  // slipway-runner
    int steps = kSmokeSteps;
    std::chrono::seconds limit{60};  // of a program: it is ended then, however many steps it has told
};

struct SmokeProgress {
    std::string words;  // "running", "queued: waits for 2 of 2 CPU slots, held by run 41"
    int step = 0;
    int steps = 0;
};

struct SmokeOutcome {
    std::optional<SmokeReport> report;  // none: the steps failed,
    RunRecord record;                   // as this says,
    std::vector<RunFinding> findings;   // and why
};

// Cancelled when `stop` was asked, after the job has ended; NotFound, Io, PermissionDenied where it cannot be started.
Result<SmokeOutcome> smokeRun(const SmokeRequest& request,
                              const std::function<void(const SmokeProgress&)>& progress,
                              std::stop_token stop);

}  // namespace slipway
