// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/objects.h"

#include "backends/cluster/kubernetes/jsonread.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace slipway::kube {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxText = 4096;

std::string shortText(std::string text) {
    if (text.size() <= kMaxText) return text;
    text.resize(kMaxText);
    return text + "…";
}

Conditions conditionsOf(const Json& status) {
    Conditions out;
    for (const Json& item : at(status, "conditions")) {
        out.push_back({textAt(item, "type"), textAt(item, "status") == "True", textAt(item, "reason"),
                       shortText(textAt(item, "message"))});
    }
    return out;
}

Timestamp timeAt(const Json& json, std::string_view key) {
    const auto time = parseTimestamp(textAt(json, key));
    return time ? *time : Timestamp{};
}

int indexOf(const Json& metadata) {
    for (const char* place : {"annotations", "labels"}) {
        const std::string text = textAt(metadata, place, "batch.kubernetes.io/job-completion-index");
        int index = 0;
        if (!text.empty() &&
            std::from_chars(text.data(), text.data() + text.size(), index).ec == std::errc() && index >= 0)
            return index;
    }
    return 0;
}

void readContainer(const Json& status, PodView& pod) {
    for (const Json& container : at(status, "containerStatuses")) {
        if (textAt(container, "name") != "main") continue;
        const Json& state = at(container, "state");
        pod.waitingReason = textAt(state, "waiting", "reason");
        pod.waitingMessage = shortText(textAt(state, "waiting", "message"));
        pod.isRunning = at(state, "running").is_object();
        if (const Json& end = at(state, "terminated"); end.is_object()) {
            pod.terminated = PodView::Terminated{intAt(end, "exitCode"), textAt(end, "reason"),
                                                 shortText(textAt(end, "message"))};
        }
    }
}

}  // namespace

const Condition* findCondition(const Conditions& conditions, std::string_view type) {
    const auto it = std::find_if(conditions.begin(), conditions.end(),
                                 [&](const Condition& c) { return c.type == type; });
    return it == conditions.end() ? nullptr : &*it;
}

const Condition* trueCondition(const Conditions& conditions, std::string_view type) {
    const Condition* condition = findCondition(conditions, type);
    return condition && condition->isTrue ? condition : nullptr;
}

Result<JobView> parseJob(std::string_view text) {
    SLIPWAY_TRY(const Json json, parseJson(text));
    const Json& metadata = at(json, "metadata");
    JobView job;
    job.name = textAt(metadata, "name");
    job.uid = textAt(metadata, "uid");
    if (const Json& annotations = at(metadata, "annotations"); annotations.is_object()) {
        for (const auto& [key, value] : annotations.items()) job.annotations[key] = asText(value);
    }
    job.isSuspended = boolAt(json, "spec", "suspend");
    job.isDeleting = at(metadata, "deletionTimestamp").is_string();
    job.conditions = conditionsOf(at(json, "status"));
    return job;
}

Result<PodView> parsePod(std::string_view text) {
    SLIPWAY_TRY(const Json json, parseJson(text));
    const Json& metadata = at(json, "metadata");
    const Json& status = at(json, "status");
    PodView pod;
    pod.name = textAt(metadata, "name");
    pod.uid = textAt(metadata, "uid");
    pod.index = indexOf(metadata);
    pod.phase = textAt(status, "phase");
    pod.node = textAt(json, "spec", "nodeName");
    pod.created = timeAt(metadata, "creationTimestamp");
    pod.isDeleting = at(metadata, "deletionTimestamp").is_string();
    pod.conditions = conditionsOf(status);
    readContainer(status, pod);
    return pod;
}

Result<WorkloadView> parseWorkload(std::string_view text) {
    SLIPWAY_TRY(const Json json, parseJson(text));
    WorkloadView workload;
    workload.name = textAt(json, "metadata", "name");
    const Json& active = at(json, "spec", "active");
    workload.isActive = !active.is_boolean() || asBool(active);
    workload.queue = textAt(json, "spec", "queueName");
    workload.conditions = conditionsOf(at(json, "status"));
    for (const Json& check : at(json, "status", "admissionChecks")) {
        const std::string state = textAt(check, "state");
        workload.checks.push_back(
            {textAt(check, "name"), state == "Ready", state, shortText(textAt(check, "message"))});
    }
    return workload;
}

Result<EventView> parseEvent(std::string_view text) {
    SLIPWAY_TRY(const Json json, parseJson(text));
    EventView event;
    event.type = textAt(json, "type");
    event.reason = textAt(json, "reason");
    event.note = shortText(textAt(json, "note"));
    if (event.note.empty()) event.note = shortText(textAt(json, "message"));
    const Json& about =
        at(json, "regarding").is_object() ? at(json, "regarding") : at(json, "involvedObject");
    event.kind = textAt(about, "kind");
    event.name = textAt(about, "name");
    // Emitters differ in which of these they fill.
    for (const Timestamp time :
         {timeAt(at(json, "series"), "lastObservedTime"), timeAt(json, "deprecatedLastTimestamp"),
          timeAt(json, "lastTimestamp"), timeAt(json, "eventTime"),
          timeAt(at(json, "metadata"), "creationTimestamp")}) {
        if (time == Timestamp{}) continue;
        event.time = time;
        break;
    }
    return event;
}

Result<QueueView> parseQueue(std::string_view text) {
    SLIPWAY_TRY(const Json json, parseJson(text));
    const Json& status = at(json, "status");
    QueueView queue;
    queue.name = textAt(json, "metadata", "name");
    queue.clusterQueue = textAt(json, "spec", "clusterQueue");
    queue.pending = intAt(status, "pendingWorkloads");
    queue.admitted = intAt(status, "admittedWorkloads");
    queue.conditions = conditionsOf(status);
    for (const Json& flavor : at(status, "flavorsReservation")) {
        for (const Json& resource : at(flavor, "resources")) {
            const Json& total = at(resource, "total");
            const std::string amount =
                total.is_number_integer() ? std::to_string(asInt(total)) : asText(total);
            if (!amount.empty() && amount != "0")
                queue.reserved.emplace_back(textAt(resource, "name"), amount);
        }
    }
    return queue;
}

std::optional<int> parsePosition(std::string_view summary, std::string_view workload) {
    const auto json = parseJson(summary);
    if (!json) return std::nullopt;
    for (const Json& item : at(*json, "items")) {
        if (textAt(item, "metadata", "name") == workload) return intAt(item, "positionInClusterQueue") + 1;
    }
    return std::nullopt;
}

}  // namespace slipway::kube
