// SPDX-License-Identifier: Apache-2.0
// The built-in trainer behind `train:` jobs, as slipway-runner calls it; no libtorch type shows here.
// train() runs on the calling thread and sets the process-wide thread count, so one call at a time. The same job, seed, device
// and thread count give the same numbers, and a resumed run goes on with exactly those of one that was never stopped.
#pragma once

#include "backends/core/event.h"
#include "backends/core/jobspec.h"
#include "backends/core/result.h"

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace slipway {

struct TrainContext {
    std::map<std::string, std::filesystem::path, std::less<>> inputs;  // by the job's input names
    std::filesystem::path runFolder;  // checkpoints/ and result/ are written below it
    std::filesystem::path
        resumeFrom;  // a checkpoint, or a folder of them (the newest sound one counts); empty: from the start
    int rank = 0;
    int worldSize = 1;
    int localRank = 0;
    std::string masterAddress = "127.0.0.1";
    int masterPort = 0;
    int threads = 1;
    bool isSmoke = false;                     // metrics named smoke/… tell what steps and evaluations take
    const std::atomic<bool>* stop = nullptr;  // set by a signal handler: save and return
};

// Called on the training thread; what it does counts against the step time.
class TrainObserver {
public:
    virtual ~TrainObserver() = default;
    virtual void onEvent(const EventBody& event) = 0;      // progress, metric, checkpoint
    virtual void onMessage(std::string_view message) = 0;  // one line for people
};

struct BestEvaluation {
    std::int64_t step = 0;
    std::string metric;
    double value = 0;
};

struct TrainOutcome {
    bool isInterrupted = false;  // stopped on request, with a checkpoint
    std::int64_t step = 0;       // optimizer steps done, resumed ones included
    double seconds = 0;
    std::map<std::string, double> metrics;  // the last value of each
    std::optional<BestEvaluation> best;     // whose checkpoint is kept
};

// How many threads `cpu` is good for: rounded up, at least 1.
int trainThreads(MilliCpu cpu);

// InvalidArgument (settings and data that do not fit; a loss that is no number any more), NotFound, Corrupt, Io, PermissionDenied
// (data, checkpoints), Conflict (a checkpoint of another network), Unavailable (no such device, or another rank is gone).
Result<TrainOutcome> train(const JobSpec& job, const TrainContext& context, TrainObserver& observer);

}  // namespace slipway
