// SPDX-License-Identifier: Apache-2.0
// The way of a result or a checkpoint from a pod to the registry: on a thread of its own, so that the agent hears signals and
// tells that it lives meanwhile. Tries again until it is stopped. Used by one thread.
#pragma once

#include "backends/core/event.h"
#include "backends/core/result.h"
#include "backends/supervise/agentplan.h"

#include <atomic>
#include <chrono>
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
    std::filesystem::path
        run{};  // the run folder whose events go with it, as they are when it starts; empty: none do
};

// <run folder>/result, to the plan's reference.
Outgoing outgoingResult(const AgentPlan& plan);
// That checkpoint alone, with its path below checkpoints/, to the plan's reference with "-checkpoint" at the end of the tag.
Outgoing outgoingCheckpoint(const AgentPlan& plan, const CheckpointEvent& checkpoint);

// How long sending is worth it: until nothing new has got through for that long. What is sent again after a broken try is not new,
// so a registry that never takes all of it does not hold a pod for ever. All that is sent shares one patience. Value; any thread.
class SendPatience {
public:
    using Clock = std::chrono::steady_clock;
    explicit SendPatience(Clock::duration patience) : m_patience(patience) {}

    // Something is sent from now on.
    void begin(Clock::time_point now);
    // `sent`: ResultPush::sent() of what is sent.
    bool isOver(Bytes sent, Clock::time_point now);

private:
    Clock::duration m_patience;
    std::optional<Clock::time_point> m_end;
    Bytes m_sent;
};

class ResultPush {
public:
    explicit ResultPush(Outgoing what);  // starts it

    bool isDone() const { return m_isDone; }
    // How far it is, or why it waits.
    std::string words() const;
    // Once it is done: why the events did not go with it. Empty: they did, or there are none.
    const std::string& eventsProblem() const { return m_eventsProblem; }
    // The most that any try got through.
    Bytes sent() const;
    void stop() { m_thread.request_stop(); }
    // Waits for the end: the digest reference. The errors of pushModel(); of those that pass (Unavailable, Timeout) the last one
    // when it was stopped, else Cancelled.
    Result<std::string> finish();

private:
    void push(const std::stop_token& stop);
    std::filesystem::path packedEvents(const std::stop_token& stop);
    Result<std::string> pushPatiently(const std::filesystem::path& events, const std::stop_token& stop);
    void tell(std::string words, Bytes sent = {});

    Outgoing m_what;
    mutable std::mutex m_mutex;
    std::string m_words;
    std::string m_eventsProblem;
    Bytes m_sent;
    std::optional<Result<std::string>> m_result;
    std::atomic<bool> m_isDone = false;
    std::jthread m_thread;  // last: it uses all the above
};

}  // namespace slipway
