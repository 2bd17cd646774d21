// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/facts.h"

#include <algorithm>
#include <array>

namespace slipway::kube {
namespace {

std::string sentence(const std::string& reason, const std::string& message) {
    if (message.empty()) return reason;
    return reason.empty() ? message : reason + ": " + message;
}

// Waiting states that say something; "ContainerCreating" and "PodInitializing" are the usual way.
bool isTelling(const std::string& waiting) {
    return !waiting.empty() && waiting != "ContainerCreating" && waiting != "PodInitializing";
}

// The newest warning about the job or its pods, which is all there is when no pod could be made or no volume mounted.
std::string newestWarning(const std::vector<EventView>& events) {
    constexpr std::array<std::string_view, 5> kTelling{"FailedCreate", "FailedMount", "FailedScheduling",
                                                       "FailedAttachVolume", "FailedCreatePodSandBox"};
    const EventView* newest = nullptr;
    for (const EventView& event : events) {
        if (event.type != "Warning" ||
            std::find(kTelling.begin(), kTelling.end(), event.reason) == kTelling.end())
            continue;
        // Kueue's webhook sees a new pod before the job's cache knows the job: harmless, tried again at once.
        if (event.note.find("mpod.kb.io") != std::string::npos) continue;
        if (!newest || event.time >= newest->time) newest = &event;
    }
    return newest ? sentence(newest->reason, newest->note) : std::string();
}

void readPods(const ClusterSnapshot& snapshot, ClusterFacts& facts) {
    for (const PodView& pod : snapshot.pods) {
        if (pod.hasEnded()) continue;
        if (pod.isRunning) {
            ++facts.podsRunning;
            continue;
        }
        ++facts.podsPending;
        const Condition* scheduled = findCondition(pod.conditions, "PodScheduled");
        if (scheduled && !scheduled->isTrue) {
            facts.isUnschedulable = true;
            facts.reason = sentence(scheduled->reason, scheduled->message);
        } else if (isTelling(pod.waitingReason)) {
            facts.reason = sentence(pod.waitingReason, pod.waitingMessage);
        }
    }
}

std::string failureInWords(const ClusterSnapshot& snapshot, const Condition& failed) {
    // A rank that was killed because another failed says less than the other: prefer exit codes that are no signal's.
    std::string words;
    for (const PodView& pod : snapshot.pods) {
        const std::string end = endInWords(pod);
        const bool isKilled =
            pod.terminated && pod.terminated->exitCode > 128 && pod.terminated->reason == "Error";
        if (!end.empty() && (words.empty() || !isKilled)) words = end;
        if (!end.empty() && !isKilled) break;
    }
    return words.empty() ? sentence(failed.reason, failed.message) : words;
}

std::string queueReason(const WorkloadView& workload) {
    if (const Condition* evicted = trueCondition(workload.conditions, "Evicted");
        evicted && !trueCondition(workload.conditions, "QuotaReserved")) {
        const Condition* reserved = findCondition(workload.conditions, "QuotaReserved");
        const bool isWaiting = workload.isActive && reserved && reserved->reason == "Pending" &&
                               reserved->message.starts_with("couldn't");
        return isWaiting ? reserved->message : evicted->message;
    }
    if (trueCondition(workload.conditions, "QuotaReserved")) {
        for (const Condition& check : workload.checks) {
            if (!check.isTrue)
                return "waiting for the admission check " + check.type +
                       (check.message.empty() ? "" : ": " + check.message);
        }
        return "";
    }
    if (const Condition* reserved = findCondition(workload.conditions, "QuotaReserved"))
        return reserved->message;
    return "the queue has not looked at it yet";
}

}  // namespace

std::string endInWords(const PodView& pod) {
    const std::string who = "rank " + std::to_string(pod.index);
    if (!pod.terminated) {
        const Condition* disrupted = trueCondition(pod.conditions, "DisruptionTarget");
        if (disrupted && pod.phase == "Failed") return who + " was evicted: " + disrupted->message;
        return pod.phase == "Failed" ? who + " failed before it began" : std::string();
    }
    const PodView::Terminated& end = *pod.terminated;
    if (end.reason == "OOMKilled")
        return who + " ran out of memory (exit code " + std::to_string(end.exitCode) + ", OOMKilled)";
    if (end.exitCode == 0) return {};
    std::string words = who + " ended with exit code " + std::to_string(end.exitCode);
    if (end.exitCode > 128 && end.exitCode < 160) words += ", signal " + std::to_string(end.exitCode - 128);
    if (!end.reason.empty() && end.reason != "Error") words += " (" + end.reason + ")";
    if (end.reason == "StartError" || end.reason == "ContainerCannotRun") words += ": " + end.message;
    return words;
}

ClusterFacts clusterFacts(const ClusterSnapshot& snapshot) {
    ClusterFacts facts;
    facts.isFound = snapshot.job.has_value();
    readPods(snapshot, facts);
    if (!snapshot.job) return facts;
    const JobView& job = *snapshot.job;
    facts.isSuspended = job.isSuspended;
    if (trueCondition(job.conditions, "Complete")) {
        facts.isComplete = true;
        return facts;
    }
    if (const Condition* failed = trueCondition(job.conditions, "Failed")) {
        facts.isFailed = true;
        facts.reason = failureInWords(snapshot, *failed);
        return facts;
    }
    const Condition* failing = trueCondition(job.conditions, "FailureTarget");
    if (failing) facts.reason = failureInWords(snapshot, *failing);
    facts.isFinishing = failing || trueCondition(job.conditions, "SuccessCriteriaMet");
    if (job.isSuspended && facts.reason.empty() && !snapshot.hasKueue)
        facts.reason = "the job is suspended in the cluster";
    if (!job.isSuspended && !facts.isFinishing && facts.podsRunning == 0 && facts.reason.empty())
        facts.reason = newestWarning(snapshot.events);
    return facts;
}

std::optional<QueueFacts> queueFacts(const ClusterSnapshot& snapshot) {
    if (!snapshot.hasKueue) return std::nullopt;
    QueueFacts facts;
    if (!snapshot.workload) {
        facts.reason = "the queue has not seen it yet";
        return facts;
    }
    const WorkloadView& workload = *snapshot.workload;
    facts.isQuotaReserved = trueCondition(workload.conditions, "QuotaReserved") != nullptr;
    facts.isAdmitted = trueCondition(workload.conditions, "Admitted") != nullptr;
    facts.isEvicted = trueCondition(workload.conditions, "Evicted") && !facts.isQuotaReserved;
    facts.reason = queueReason(workload);
    if (!facts.isQuotaReserved) facts.position = snapshot.position;
    return facts;
}

}  // namespace slipway::kube
