// SPDX-License-Identifier: Apache-2.0
// The way of a result or a checkpoint from a pod to the registry: on a thread of its own, so that the agent hears signals and
// tells that it lives meanwhile. Tries again until it is stopped. Used by one thread.
#pragma once

#include "backends/core/event.h"
#include "backends/core/result.h"
#include "backends/supervise/agentplan.h"

#include <atomic>
#include <filesystem>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

namespace slipway {

struct Outgoing {
    std::filesystem::path folder;
    std::filesystem::path part;  // of the folder; empty: all of it
    std::string name;            // of the job
    std::string to;              // "[http://]registry/repository:tag"
};

// <run folder>/result, to the plan's reference.
Outgoing outgoingResult(const AgentPlan& plan);
// That checkpoint alone, with its path below checkpoints/, to the plan's reference with "-checkpoint" at the end of the tag.
Outgoing outgoingCheckpoint(const AgentPlan& plan, const CheckpointEvent& checkpoint);

class ResultPush {
public:
    explicit ResultPush(Outgoing what);  // starts it

    bool isDone() const { return m_isDone; }
    // How far it is, or why it waits.
    std::string words() const;
    void stop() { m_thread.request_stop(); }
    // Waits for the end: the digest reference. The errors of pushModel(); of those that pass (Unavailable, Timeout) the last one
    // when it was stopped, else Cancelled.
    Result<std::string> finish();

private:
    void push(const std::stop_token& stop);
    Result<std::string> pushPatiently(const std::stop_token& stop);
    void tell(std::string words);

    Outgoing m_what;
    mutable std::mutex m_mutex;
    std::string m_words;
    std::optional<Result<std::string>> m_result;
    std::atomic<bool> m_isDone = false;
    std::jthread m_thread;  // last: it uses all the above
};

}  // namespace slipway
