// SPDX-License-Identifier: Apache-2.0
// The life of one attempt, as the agent leads it: lock, slots, inputs, ranks, stop with grace, result, and one summary as the last
// word. One a process: it takes over SIGTERM, SIGINT and SIGCHLD, ignores SIGPIPE, and reaps every child that this
// thread has (also as process 1): run() is for the main thread.
#pragma once

#include "backends/core/result.h"
#include "backends/supervise/agentplan.h"

namespace slipway {

class Supervisor {
public:
    explicit Supervisor(AgentPlan plan) : m_plan(std::move(plan)) {}

    // Until the attempt has ended and its summary is written. The run's exit code: 0, the first failed rank's (128 + n for
    // signal n), 143 when it was asked to stop before it had finished, 125 when it could not be started. Conflict when another
    // agent has this run; Io when its folder cannot be written: nothing has been started then.
    Result<int> run();

private:
    AgentPlan m_plan;
};

}  // namespace slipway
