// SPDX-License-Identifier: Apache-2.0
// One run while someone looks at it: its snapshot and its log, followed on a worker, at most ten updates a second.
// GUI-thread object; every signal comes on that thread.
#pragma once

#include "backends/core/error.h"
#include "backends/core/evaluationreport.h"
#include "backends/core/event.h"
#include "backends/core/logline.h"
#include "backends/core/run.h"
#include "backends/core/runfinding.h"
#include "backends/core/verification.h"

#include <QObject>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace slipway {

// Points of one metric, in step order: parallel arrays. Many are thinned to lows and highs.
struct Curve {
    std::vector<double> steps;
    std::vector<double> seconds;  // since the run's first event
    std::vector<double> values;
};

struct RankStatus {
    int rank = 0;
    std::string host;
    std::string device;
    std::int64_t step = 0;
    double stepSeconds = 0;  // 0: unknown
    Bytes memory;
    RunState state = RunState::Running;  // Cancelled: it ended, not well, since the run was cancelled
    std::optional<RankExitedEvent> exit;
};

struct TimelineEntry {
    Timestamp time{};
    int rank = -1;  // -1: the run as a whole
    RunState state = RunState::Preparing;
    std::string what;
};

struct RunSnapshot {
    RunRecord record;
    std::string folder;
    std::optional<ProgressEvent> progress;  // of the first rank
    std::map<std::string, std::shared_ptr<const Curve>> curves;
    std::vector<RankStatus> ranks;
    std::optional<CheckpointEvent> checkpoint;
    std::vector<ResultFile> results;
    // Ended, but nobody heard all that it told: the registry may have a result, fetching it tells.
    bool mayHaveResult = false;
    bool isHome = false;  // ended, and its result, or without one its checkpoint, lies in `folder`
    Verification verification = Verification::None;      // of what is home
    std::shared_ptr<const EvaluationReport> evaluation;  // of the result that is home; null: it has none
    std::vector<TimelineEntry> timeline;                 // the newest
    std::size_t earlierEntries = 0;                      // of the timeline, not in it any more
    Timestamp timelineBegin{};                           // of the very first entry
    std::vector<RunFinding> findings;                    // why it failed, the most telling first
    std::size_t damagedLines = 0;
};
using RunSnapshotPtr = std::shared_ptr<const RunSnapshot>;
using LogBatch = std::vector<LogLine>;

// What a log event says, with the level its text tells of ("warn", "error", a traceback).
LogLine logLineOf(const Event& event, const LogEvent& log);

class RunFeed : public QObject {
    Q_OBJECT
public:
    explicit RunFeed(QObject* parent = nullptr) : QObject(parent) {}
    // Ends following what was followed before. A run's id, its number, a job's name (its newest run) or "last".
    virtual void follow(const RunId& run) = 0;
    virtual void stop() = 0;

Q_SIGNALS:
    void snapshotChanged(const slipway::RunSnapshotPtr& snapshot);
    // The log starts anew: another run.
    void logRestarted();
    void linesAppended(const slipway::LogBatch& lines);
    void failed(const slipway::Error& error);
};

}  // namespace slipway
