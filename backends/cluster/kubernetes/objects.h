// SPDX-License-Identifier: Apache-2.0
// What Slipway reads from the cluster's objects, as plain values; unknown fields are skipped, missing ones are empty.
// Pure; any thread. Each parse… gives Corrupt for text that is not JSON.
#pragma once

#include "backends/core/result.h"
#include "backends/core/timestamp.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slipway::kube {

struct Condition {
    std::string type;
    bool isTrue = false;
    std::string reason;
    std::string message;
};
using Conditions = std::vector<Condition>;
const Condition* findCondition(const Conditions& conditions, std::string_view type);
// The condition when it is there and True.
const Condition* trueCondition(const Conditions& conditions, std::string_view type);

struct JobView {
    std::string name;
    std::string uid;
    std::map<std::string, std::string> annotations;
    bool isSuspended = false;
    bool isDeleting = false;
    Conditions conditions;
};

struct PodView {
    std::string name;
    std::string uid;
    int index = 0;  // rank
    std::string phase;
    std::string node;
    Timestamp created{};
    bool isDeleting = false;
    Conditions conditions;
    std::string waitingReason;  // of the container "main"
    std::string waitingMessage;
    struct Terminated {
        int exitCode = 0;
        std::string reason;
        std::string message;
    };
    std::optional<Terminated> terminated;
    bool isRunning = false;  // its container runs
    bool hasEnded() const { return terminated || phase == "Succeeded" || phase == "Failed"; }
};

struct WorkloadView {
    std::string name;
    bool isActive = true;
    std::string queue;
    Conditions conditions;
    std::vector<Condition> checks;  // type: the check's name; isTrue: Ready; reason: its state
};

struct EventView {
    std::string type;  // Normal, Warning
    std::string reason;
    std::string note;
    std::string kind;  // of what it tells of
    std::string name;
    Timestamp time{};
};

struct QueueView {
    std::string name;
    std::string clusterQueue;
    int pending = 0;
    int admitted = 0;
    Conditions conditions;
    std::vector<std::pair<std::string, std::string>> reserved;  // resource, amount; zero ones are left out
};

// "3" of "pendingworkloads": the workload's place, from 1; none when it is not in the list.
std::optional<int> parsePosition(std::string_view summary, std::string_view workload);

Result<JobView> parseJob(std::string_view json);
Result<PodView> parsePod(std::string_view json);
Result<WorkloadView> parseWorkload(std::string_view json);
Result<EventView> parseEvent(std::string_view json);
Result<QueueView> parseQueue(std::string_view json);

}  // namespace slipway::kube
