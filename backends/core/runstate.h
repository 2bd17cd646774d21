// SPDX-License-Identifier: Apache-2.0
// The one model of where a run is, for every target and kind of job, and the pure reducer that computes it from facts.
// Values; any thread.
#pragma once

#include "backends/core/timestamp.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace slipway {

enum class RunState : std::uint8_t {
    Draft,
    Preparing,  // packaging, pushing, staging
    Queued,     // waiting for quota, a node or a free slot
    Admitted,   // quota is held, no pod runs yet
    Starting,   // image pull, inputs, the program's start
    Running,
    Suspended,  // stopped by a person or a queue, will go on
    Finishing,  // ranks have ended, results are being saved
    Succeeded,
    Failed,
    Cancelled,
    Interrupted,  // stopped with a checkpoint: resumable
    Lost,         // nothing is known any more, and the run had not ended
};

// "running", as it stands in run.json and in --json output.
std::string_view runStateName(RunState state);
std::optional<RunState> parseRunState(std::string_view name);

// Succeeded, Failed, Cancelled, Interrupted and Lost.
bool isFinal(RunState state);

struct RunStatus {
    RunState state = RunState::Draft;
    std::string reason;  // one sentence; empty where the state says it all
    bool operator==(const RunStatus&) const = default;
};

// What the queue says (Kueue, a slot on this machine …).
struct QueueFacts {
    bool isQuotaReserved = false;
    bool isAdmitted = false;
    bool isEvicted = false;  // and not admitted again since
    std::string reason;
    std::optional<int> position;  // 1 is next
};

// What the cluster's objects say.
struct ClusterFacts {
    bool isFound = true;  // false: it was there and is gone
    bool isSuspended = false;
    bool isComplete = false;
    bool isFailed = false;
    bool isFinishing = false;  // FailureTarget or SuccessCriteriaMet
    int podsPending = 0;
    int podsRunning = 0;
    bool isUnschedulable = false;
    std::string reason;
};

// What the agent's events say.
struct AgentFacts {
    std::optional<RunStatus> last;     // the last StateEvent
    std::optional<RunStatus> summary;  // the SummaryEvent: the attempt ended
    bool hasCheckpoint = false;
    std::string checkpointReference;  // where the furthest one that outlives the pod is; empty: none does
    std::int64_t checkpointStep = 0;  // of that one
    bool isAlive = true;              // its lock is held, or its pod runs
    struct Teller {
        int attempt = 0;
        int rank = 0;
        Timestamp time{};
    };
    Teller summaryOf{};    // whose word `summary` is
    Teller newestBegin{};  // of the newest attempt of rank 0
};

struct RunFacts {
    bool isSubmitted = false;  // an agent was started, or the cluster took the job
    bool isCancelRequested = false;
    std::string submitError;  // not empty: it never got there
    std::optional<QueueFacts> queue;
    std::optional<ClusterFacts> cluster;
    std::optional<AgentFacts> agent;
};

RunStatus reduce(const RunFacts& facts);

}  // namespace slipway
