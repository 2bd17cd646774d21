// SPDX-License-Identifier: Apache-2.0
// What is known of one run in the cluster, and its run.json and events kept in step with that. No network, no threads: the
// observer feeds it. Owns the run's EventWriter while it lives.
#pragma once

#include "backends/cluster/kubernetes/facts.h"
#include "backends/cluster/kubernetes/podlog.h"
#include "backends/core/run.h"
#include "backends/runs/runstore.h"

#include <optional>
#include <string>
#include <vector>

namespace slipway::kube {

class RunTracker {
public:
    // Reads what the folder knows already. Conflict when the run was never submitted to a cluster.
    static Result<RunTracker> open(const RunFolder& folder);

    const RunRecord& record() const { return m_record; }
    ClusterSnapshot& snapshot() { return m_snapshot; }

    // A pod's place in the run, made up when it is new: its rank, and which attempt of that rank it is. Kept in run.json.
    Result<PodLogKey> keyOf(const PodView& pod);

    Result<void> append(const Event& event);

    // Writes what changed to run.json; true when it did, or events came since the last call. While `isReading` logs, an end
    // is not told yet.
    Result<bool> update(bool isReading);
    // By the cluster's objects alone, the run has ended.
    bool isOver() const;

private:
    RunTracker(RunFolder folder, RunRecord record, EventWriter writer);
    Result<void> readEvents();
    void note(const Event& event);
    RunStatus statusNow() const;

    RunFolder m_folder;
    RunRecord m_record;
    EventWriter m_writer;
    ClusterSnapshot m_snapshot;
    std::optional<AgentFacts> m_agent;
    std::optional<Timestamp> m_started;
    std::optional<Timestamp> m_last;
    bool m_hasNews = false;
};

}  // namespace slipway::kube
