// SPDX-License-Identifier: Apache-2.0
#include "backends/core/runstate.h"

#include <array>

namespace slipway {
namespace {

constexpr std::array<std::string_view, 13> kNames{
    "draft",     "preparing", "queued", "admitted",  "starting",    "running", "suspended",
    "finishing", "succeeded", "failed", "cancelled", "interrupted", "lost"};

std::string positioned(const QueueFacts& queue) {
    if (!queue.position) return queue.reason;
    const std::string place = "position " + std::to_string(*queue.position);
    return queue.reason.empty() ? place : place + ": " + queue.reason;
}

// A pod's run folder is gone with it: what was sent away in time is kept there.
RunStatus cancelled(const RunFacts& facts) {
    const bool hasCheckpoint = facts.agent && facts.agent->hasCheckpoint;
    if (!hasCheckpoint) return {RunState::Cancelled, ""};
    if (!facts.cluster || !facts.agent->checkpointReference.empty())
        return {RunState::Cancelled, "a checkpoint was kept"};
    return {RunState::Cancelled,
            facts.agent->summary ? facts.agent->summary->reason : "its checkpoint was not told to be kept"};
}

// The end as the agent told it: a stop that left a checkpoint can be resumed, unless a person asked for the stop.
RunStatus fromSummary(const RunFacts& facts, const RunStatus& summary) {
    if (summary.state == RunState::Succeeded || !facts.isCancelRequested) return summary;
    return cancelled(facts);
}

RunStatus fromCluster(const RunFacts& facts, const ClusterFacts& cluster) {
    const bool isEvicted = facts.queue && facts.queue->isEvicted;
    if (cluster.isComplete) {
        return facts.agent && facts.agent->summary ? fromSummary(facts, *facts.agent->summary)
                                                   : RunStatus{RunState::Succeeded, cluster.reason};
    }
    if (cluster.isFailed) {
        if (facts.agent && facts.agent->summary && facts.agent->summary->state != RunState::Succeeded)
            return fromSummary(facts, *facts.agent->summary);
        return {facts.isCancelRequested ? RunState::Cancelled : RunState::Failed, cluster.reason};
    }
    if (!cluster.isFound) {
        if (facts.isCancelRequested) return cancelled(facts);
        if (facts.agent && facts.agent->summary) return fromSummary(facts, *facts.agent->summary);
        return {RunState::Lost, "the job was deleted in the cluster"};
    }
    if (cluster.isFinishing) return {RunState::Finishing, cluster.reason};
    if (cluster.isSuspended) {
        if (isEvicted) return {RunState::Queued, "evicted: " + facts.queue->reason};
        if (facts.queue)
            return {facts.queue->isQuotaReserved ? RunState::Admitted : RunState::Queued,
                    positioned(*facts.queue)};
        return {RunState::Suspended, cluster.reason};
    }
    // The agent told its end; the cluster has yet to count the pod.
    if (facts.agent && facts.agent->summary) return {RunState::Finishing, ""};
    if (cluster.podsRunning > 0) {
        if (facts.agent && facts.agent->last) return *facts.agent->last;
        return {RunState::Starting, cluster.reason};
    }
    if (cluster.isUnschedulable) return {RunState::Queued, cluster.reason};
    if (cluster.podsPending > 0) return {RunState::Starting, cluster.reason};
    return {facts.queue && facts.queue->isAdmitted ? RunState::Admitted : RunState::Queued, cluster.reason};
}

}  // namespace

std::string_view runStateName(RunState state) { return kNames[static_cast<std::size_t>(state)]; }

std::optional<RunState> parseRunState(std::string_view name) {
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (kNames[i] == name) return static_cast<RunState>(i);
    }
    return std::nullopt;
}

bool isFinal(RunState state) { return state >= RunState::Succeeded; }

RunStatus reduce(const RunFacts& facts) {
    if (!facts.submitError.empty())
        return {facts.isCancelRequested ? RunState::Cancelled : RunState::Failed, facts.submitError};
    if (!facts.isSubmitted) return {facts.isCancelRequested ? RunState::Cancelled : RunState::Preparing, ""};
    if (facts.cluster) return fromCluster(facts, *facts.cluster);
    if (!facts.agent) return {RunState::Starting, ""};
    const AgentFacts& agent = *facts.agent;
    if (agent.summary) return fromSummary(facts, *agent.summary);
    if (agent.isAlive) return agent.last.value_or(RunStatus{RunState::Starting, ""});
    if (facts.isCancelRequested) return {RunState::Cancelled, ""};
    if (agent.hasCheckpoint)
        return {RunState::Interrupted, "the agent was ended from outside; the last checkpoint was kept"};
    return {RunState::Lost,
            "the agent was ended from outside, often out of memory or a restart of the machine"};
}

}  // namespace slipway
