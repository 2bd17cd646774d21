// SPDX-License-Identifier: Apache-2.0
// One rank: its process group, and the three pipes it tells through (stdout, stderr, events). Never waits: the supervisor polls.
// Owned by the supervisor's thread. What still lives of the group when this object goes is killed.
#pragma once

#include "backends/platform/process.h"
#include "backends/supervise/eventsink.h"
#include "backends/supervise/linebuffer.h"

#include <poll.h>
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace slipway {

// What the process and those below it use now.
HeartbeatEvent heartbeatOf(pid_t pid);

class RankProcess {
public:
    using Clock = std::chrono::steady_clock;

    // The errors of spawn().
    static Result<RankProcess> start(const AgentPlan& plan, int localRank, const Variables& environment);
    RankProcess(RankProcess&& other) noexcept;
    RankProcess& operator=(RankProcess&&) = delete;
    ~RankProcess();

    int rank() const { return m_rank; }
    pid_t pid() const { return m_pid; }
    const std::optional<ExitStatus>& status() const { return m_status; }
    bool isOver() const { return m_isOver; }
    // The last step whose checkpoint is in the run folder.
    const std::optional<CheckpointEvent>& checkpoint() const { return m_checkpoint; }

    void addDescriptors(std::vector<pollfd>& all) const;
    // Takes what the pipes hold now, up to a bound.
    void read(EventSink& sink, Clock::time_point now);
    // Progress that was held back, at most ten a second.
    void tellProgress(EventSink& sink, Clock::time_point now, bool isForced = false);
    void heartbeat(EventSink& sink);
    // Looks how much memory its processes hold now.
    void lookAtMemory();

    // SIGTERM to the leader, which may want its children alive to save its work; once it has ended, to what is left of the group.
    void terminate();
    void kill();
    // Called when the leader was reaped.
    void setEnded(const EndedChild& ended);
    // After the leader's end: ends the rest of the group (at once, or by SIGTERM while `isGraceful`), and when it is gone reads
    // the pipes to their end and tells that the rank has exited.
    void settle(EventSink& sink, Clock::time_point now, bool isGraceful);

private:
    struct Pipe {
        UniqueFd fd;
        LineBuffer lines{64 * 1024};
        std::string held;  // may be the beginning of a secret
    };
    RankProcess(const AgentPlan& plan, int rank) : m_rank(rank), m_runFolder(plan.runFolder) {}
    void readPipe(std::size_t index, EventSink& sink, Clock::time_point now, std::size_t limit);
    void endPipe(std::size_t index, EventSink& sink, Clock::time_point now);
    void takeLine(std::size_t index, std::string_view line, bool isContinued, EventSink& sink,
                  Clock::time_point now);
    void takeEvent(std::string_view line, EventSink& sink, Clock::time_point now);
    bool isGroupAlive() const;

    int m_rank = 0;
    pid_t m_pid = -1;
    std::filesystem::path m_runFolder;
    std::array<Pipe, 3> m_pipes;  // stdout, stderr, events
    std::optional<ExitStatus> m_status;
    bool m_isOver = false;
    bool m_isRestTerminated = false;
    bool m_isEventCut = false;
    int m_refusedEvents = 0;
    std::optional<CheckpointEvent> m_checkpoint;
    std::optional<ProgressEvent> m_progress;
    Clock::time_point m_lastProgress{};
    Bytes m_peak;
    bool m_isPeakSampled = false;
    double m_cpuSeconds = 0;
};

}  // namespace slipway
