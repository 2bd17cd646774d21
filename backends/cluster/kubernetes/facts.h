// SPDX-License-Identifier: Apache-2.0
// From the cluster's objects to the facts of the reducer (core/runstate.h), reasons in words. Pure; any thread.
#pragma once

#include "backends/cluster/kubernetes/objects.h"
#include "backends/core/runstate.h"

#include <optional>
#include <string>
#include <vector>

namespace slipway::kube {

struct ClusterSnapshot {
    std::optional<JobView> job;  // none: it is not there
    std::vector<PodView> pods;
    std::vector<EventView> events;  // of the job and its pods, any order
    bool hasKueue = false;          // the job was given to a queue
    std::optional<WorkloadView> workload;
    std::optional<int> position;
};

ClusterFacts clusterFacts(const ClusterSnapshot& snapshot);
// None when the job is in no queue.
std::optional<QueueFacts> queueFacts(const ClusterSnapshot& snapshot);

// "rank 1 ended with exit code 137 (OOMKilled)"; empty for one that ended well or has not ended.
std::string endInWords(const PodView& pod);

}  // namespace slipway::kube
