// SPDX-License-Identifier: Apache-2.0
// What a run tells while it runs: the event protocol's values. events/ writes and reads them as JSON lines.
// The agent alone stamps run, attempt, rank, seq and time; programs send bodies only. Values; any thread.
#pragma once

#include "backends/core/runstate.h"
#include "backends/core/strongid.h"
#include "backends/core/timestamp.h"
#include "backends/core/units.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace slipway {

inline constexpr int kEventVersion = 1;
inline constexpr std::size_t kMaxEventBytes = 16 * 1024;

// The agent's own report of where the attempt is; `state` is what the agent knows of (preparing … finishing, or an end).
struct StateEvent {
    RunState state = RunState::Preparing;
    std::string reason;
};
struct RankStartedEvent {
    std::string host;
    std::int64_t pid = 0;
    std::string device;  // "cpu", "cuda:0 NVIDIA H100 80GB HBM3"
};
struct InputEvent {
    std::string name;
    std::string digest;
    Bytes size;
};
// The only kind that may be thinned.
struct ProgressEvent {
    std::int64_t step = 0;
    std::int64_t steps = 0;  // 0: unknown
    double epoch = 0;
    double samplesPerSecond = 0;  // 0: unknown
    double stepSeconds = 0;
    std::string
        device{};  // what the rank computes on: "cpu", "cuda:0 NVIDIA H100 80GB HBM3"; empty: not told
};
// Points at one step: {"loss": 0.31, "lr": 1e-3}; names with "test/" before them come from held-out data.
struct MetricEvent {
    std::int64_t step = 0;
    std::map<std::string, double> values;
    // By the program's own words, of points that the agent found in a file and so perhaps long after; none: the event's time.
    std::optional<Timestamp> written{};
};
struct CheckpointEvent {
    std::int64_t step = 0;
    std::string path;  // relative to the run folder
    Bytes size;
    double seconds = 0;
    // The agent tells it once more when it was sent away: "registry/repository@sha256:…"; empty: only in the run folder.
    std::string reference{};
    std::string best{};  // "test/loss": no later evaluation has been better by it; empty: not kept for that
};
struct LogEvent {
    enum class Stream : std::uint8_t { Stdout, Stderr, Agent } stream = Stream::Stdout;
    std::string text;          // one line, valid UTF-8, no line feed
    bool isContinued = false;  // the line was longer than an event may be: the next event goes on with it
};
struct HeartbeatEvent {
    Bytes memory;           // resident, all processes of the rank
    double cpuSeconds = 0;  // since the rank began
    Bytes peak{};           // the most memory so far, see RankExitedEvent; 0: not known
};
struct RankExitedEvent {
    int exitCode = 0;  // -1: ended by a signal
    int signal = 0;
    std::string words;           // "ended by signal 9; often out of memory"
    Bytes peak{};                // the most memory that the rank held at once; 0: not known
    bool isPeakSampled = false;  // of several processes, looked at now and then; else the kernel's own mark
    double cpuSeconds = 0;       // of all its processes; 0: not known
};
struct ResultFile {
    std::string path;  // relative to the result folder
    Digest digest;
    Bytes size;
};
// Many files come as several events; their lists add up.
struct ResultEvent {
    std::vector<ResultFile> files;
    std::string
        reference;  // where it was pushed: "registry/repository@sha256:…"; empty: only in the run folder
};
// What the attempt's devices have used up to now, told now and then and at its end.
struct EnergyEvent {
    std::optional<double> gpuJoules;  // of its own GPUs
    std::optional<double> cpuJoules;  // of all CPU packages of the machine, whoever used them
    std::string unknown;  // what is not known, and why: "CPU: its counters are not open to this user"
    std::optional<Bytes> gpuMemory{};  // the most that its own processes held on one GPU; none: not known
};
// A GPU of the run is slowed down, or is not any more.
struct ThrottleEvent {
    std::string device;   // "GPU 0"
    std::string reasons;  // "power cap, temperature"; empty: it has ended
    double seconds = 0;   // that it lasted, for those reasons
};
// The last event of an attempt.
struct SummaryEvent {
    RunState state = RunState::Failed;
    std::string reason;
    int exitCode = 0;
    double seconds = 0;
};

using EventBody = std::variant<StateEvent, RankStartedEvent, InputEvent, ProgressEvent, MetricEvent,
                               CheckpointEvent, LogEvent, HeartbeatEvent, RankExitedEvent, ResultEvent,
                               EnergyEvent, ThrottleEvent, SummaryEvent>;

struct Event {
    RunId run;
    int attempt = 1;
    int rank = 0;
    std::uint64_t seq = 0;  // from 1, without gaps per run, attempt and rank
    Timestamp time{};
    EventBody body;
};

}  // namespace slipway
