// SPDX-License-Identifier: Apache-2.0
// Why a run failed or was interrupted: the facts that its events tell, which rank was first, and what the rules find in them. Keeps the end of
// each rank's log only, so that a run of any length can be fed. Values; one thread at a time.
#pragma once

#include "backends/core/event.h"
#include "backends/core/result.h"
#include "backends/core/run.h"
#include "backends/core/runfinding.h"
#include "backends/runs/runstore.h"

#include <deque>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace slipway {

class RunDiagnosis {
public:
    // Events as an EventReader gives them; of each rank the newest attempt counts.
    void take(std::span<const Event> events);
    // The end of the run's agent.log, which tells why where no program came to write anything, and whether a checkpoint was kept.
    void takeFolder(const RunFolder& folder);

    // The most telling first, the rank that failed first before others. Empty unless the run failed, was interrupted or is lost.
    std::vector<RunFinding> findings(const RunRecord& record) const;

private:
    struct Line {
        Timestamp time{};
        std::string text;
        bool isAgent = false;
    };
    struct Rank {
        int attempt = 0;
        std::deque<Line> lines;
        std::size_t bytes = 0;
        std::optional<RankExitedEvent> exit;
        Timestamp exitTime{};
    };
    void takeLine(Rank& rank, Line line);
    std::optional<int> firstFailed(const RunRecord& record) const;
    std::vector<RunFinding> ofRules(const RunRecord& record, std::optional<int> first) const;
    RunFinding ofFirst(const RunRecord& record, int first) const;
    RunFinding ofLost(const RunRecord& record) const;
    RunFinding ofInterrupted(const RunRecord& record) const;
    // "Go on from … with: slipway resume 42"
    std::string resumeStep(const RunRecord& record) const;
    bool isResumableHere(const RunRecord& record) const;
    bool isSilent() const;
    void addAgentLog(std::vector<RunFinding>& found, const RunRecord& record) const;

    std::map<int, Rank> m_ranks;
    std::filesystem::path m_agentLog;
    std::vector<std::string> m_agentLines;
    std::optional<std::int64_t> m_checkpointStep;
    bool m_hasCheckpoint = false;
};

// The same from a run's folder; reads nothing but run.json unless the run failed, was interrupted or is lost. Cancelled when `stop` is asked;
// Corrupt, NotFound, Io.
Result<std::vector<RunFinding>> diagnoseRun(const RunFolder& folder, std::stop_token stop);

}  // namespace slipway
