// SPDX-License-Identifier: Apache-2.0
// What a target can do, as roles; a target implements those it can and says which. The contract suites in tests/contract run the
// same cases over this machine, Kubernetes and the in-memory fake. All calls are synchronous, may be made from any thread,
// and end with Cancelled when their stop_token is asked.
#pragma once

#include "backends/core/event.h"
#include "backends/core/jobspec.h"
#include "backends/core/result.h"
#include "backends/core/run.h"
#include "backends/core/target.h"
#include "backends/runs/runstore.h"

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace slipway {

struct SubmitRequest {
    RunFolder folder{{}};  // holds job.yaml and run.json (id, replicas, image)
    JobSpec job;
    std::string image;            // digest reference, pullable by the target; empty for this machine
    std::string resultReference;  // where the agent pushes the model; empty: nowhere
    bool isResultPlainHttp = false;
    std::string registrySecret;  // name of a dockerconfigjson Secret in the namespace; empty: none
};

class Submitter {
public:
    virtual ~Submitter() = default;
    // Exactly once per run id: calling it again (after a crash, a lost reply) finds the first one and changes nothing.
    // Fills RunRecord::remote and sets status; both are written to the folder before it returns.
    virtual Result<RunRecord> submit(const SubmitRequest& request, std::stop_token stop) = 0;
    // Whether the target answers and lets this user submit the job; changes nothing. The errors of the connection, PermissionDenied.
    virtual Result<void> ask(const JobSpec& job, std::stop_token stop) = 0;
    // What would be sent, as YAML documents.
    virtual Result<std::string> preview(const SubmitRequest& request) = 0;
    // Asks the run to stop (SIGTERM with the job's grace) and marks it cancelled; calling it again is harmless.
    virtual Result<void> cancel(const RunFolder& folder, std::stop_token stop) = 0;
    // Would it run there? Sends a server-side dry run where the target has one; changes nothing.
    virtual Result<TargetVerdict> dryRun(const JobSpec& job, std::stop_token stop) = 0;
};

class Observer {
public:
    virtual ~Observer() = default;
    // Follows the run until it is final: writes its status to run.json and its events into the folder, and calls `changed`
    // after each batch (at most ten a second). Resumes where an earlier follow stopped; survives cuts by itself.
    virtual Result<RunRecord> follow(const RunFolder& folder,
                                     const std::function<void(const RunRecord&)>& changed,
                                     std::stop_token stop) = 0;
    // The status now, once; written to run.json when it changed.
    virtual Result<RunRecord> refresh(const RunFolder& folder, std::stop_token stop) = 0;
};

class ResultSource {
public:
    virtual ~ResultSource() = default;
    // Brings the result folder home (atomically; what is there already is not fetched again) and verifies every digest.
    // `progress` gets bytes done and in all.
    virtual Result<void> fetch(const RunFolder& folder, const std::function<void(Bytes, Bytes)>& progress,
                               std::stop_token stop) = 0;
};

struct Target {
    TargetInfo info;
    std::shared_ptr<Submitter> submitter;
    std::shared_ptr<Observer> observer;  // follows logs and events, too
    std::shared_ptr<ResultSource> results;
};

}  // namespace slipway
