// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/rankprocess.h"

#include "backends/events/eventcodec.h"
#include "backends/events/printedmetric.h"
#include "backends/platform/processusage.h"
#include "backends/supervise/exitwords.h"
#include "backends/supervise/rankcommand.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace slipway {
namespace {

constexpr std::size_t kEvents = 2;
constexpr std::size_t kReadPerTurn = 256 * 1024;
constexpr std::size_t kReadAtEnd = std::size_t{64} << 20;
constexpr std::chrono::milliseconds kProgressInterval{100};
constexpr int kToldRefusals = 5;

}  // namespace

Result<RankProcess> RankProcess::start(const AgentPlan& plan, int localRank, const Variables& environment) {
    RankProcess rank(plan, plan.firstRank + localRank);
    rank.m_pipes[kEvents].lines = LineBuffer(kMaxEventBytes + 1);
    SpawnOptions options;
    options.command = rankCommand(plan);
    options.folder = rankFolder(plan);
    options.isGroupLeader = true;
    options.isBoundToUs = true;
    options.environment = environmentEntries(environment);

    SLIPWAY_TRY(const UniqueFd input, openFile("/dev/null", O_RDONLY));
    options.descriptors.emplace_back(input.get(), STDIN_FILENO);
    std::array<UniqueFd, 3> theirs;
    constexpr std::array<int, 3> kNumbers{STDOUT_FILENO, STDERR_FILENO, kEventDescriptor};
    for (std::size_t i = 0; i < theirs.size(); ++i) {
        SLIPWAY_TRY(auto pipe, makePipe());
        if (::fcntl(pipe.first.get(), F_SETFL, O_NONBLOCK) != 0)
            return errnoError("cannot make a pipe", errno);
        rank.m_pipes[i].fd = std::move(pipe.first);
        theirs[i] = std::move(pipe.second);
        options.descriptors.emplace_back(theirs[i].get(), kNumbers[i]);
    }
    SLIPWAY_TRY(rank.m_pid, spawn(options));
    return rank;
}

RankProcess::RankProcess(RankProcess&& other) noexcept
    : m_rank(other.m_rank),
      m_pid(std::exchange(other.m_pid, -1)),
      m_runFolder(std::move(other.m_runFolder)),
      m_pipes(std::move(other.m_pipes)),
      m_status(other.m_status),
      m_isOver(other.m_isOver),
      m_isRestTerminated(other.m_isRestTerminated),
      m_isEventCut(other.m_isEventCut),
      m_refusedEvents(other.m_refusedEvents),
      m_checkpoint(std::move(other.m_checkpoint)),
      m_progress(std::move(other.m_progress)),
      m_lastProgress(other.m_lastProgress),
      m_peak(other.m_peak),
      m_isPeakSampled(other.m_isPeakSampled),
      m_cpuSeconds(other.m_cpuSeconds) {}

RankProcess::~RankProcess() {
    if (m_pid > 0 && !m_isOver) kill();
}

void RankProcess::addDescriptors(std::vector<pollfd>& all) const {
    for (const Pipe& pipe : m_pipes) {
        if (pipe.fd.isOpen()) all.push_back({pipe.fd.get(), POLLIN, 0});
    }
}

void RankProcess::read(EventSink& sink, Clock::time_point now) {
    for (std::size_t i = 0; i < m_pipes.size(); ++i) readPipe(i, sink, now, kReadPerTurn);
}

void RankProcess::readPipe(std::size_t index, EventSink& sink, Clock::time_point now, std::size_t limit) {
    Pipe& pipe = m_pipes[index];
    std::array<char, 16384> block{};
    const auto take = [&](std::string_view line, bool isContinued) {
        takeLine(index, line, isContinued, sink, now);
    };
    for (std::size_t taken = 0; pipe.fd.isOpen() && taken < limit;) {
        const ssize_t count = ::read(pipe.fd.get(), block.data(), block.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EAGAIN) return;
        if (count <= 0) {
            endPipe(index, sink, now);
            return;
        }
        taken += static_cast<std::size_t>(count);
        const std::string_view bytes(block.data(), static_cast<std::size_t>(count));
        // Lines are cut here, so their secrets go before; an event is whole, and its texts go through the sink.
        if (index == kEvents) {
            pipe.lines.feed(bytes, now, take);
        } else {
            pipe.lines.feed(sink.secrets().feed(pipe.held, bytes), now, take);
        }
    }
}

void RankProcess::endPipe(std::size_t index, EventSink& sink, Clock::time_point now) {
    Pipe& pipe = m_pipes[index];
    const auto take = [&](std::string_view line, bool isContinued) {
        takeLine(index, line, isContinued, sink, now);
    };
    pipe.lines.feed(sink.secrets().finish(pipe.held), now, take);
    pipe.lines.finish(take);
    pipe.fd.reset();
}

void RankProcess::takeLine(std::size_t index, std::string_view line, bool isContinued, EventSink& sink,
                           Clock::time_point now) {
    if (index == kEvents) {
        // No event is longer than the buffer: its pieces go, and are told of once.
        const bool isRest = std::exchange(m_isEventCut, isContinued);
        if (!isRest) takeEvent(line, sink, now);
        return;
    }
    auto parts = splitLogLine(index == 0 ? LogEvent::Stream::Stdout : LogEvent::Stream::Stderr, line);
    parts.back().isContinued = isContinued;
    for (const LogEvent& part : parts) sink.emit(m_rank, part);
    if (index != 0 || isContinued) return;
    if (auto metric = printedMetric(line)) sink.emit(m_rank, *std::move(metric));
}

void RankProcess::takeEvent(std::string_view line, EventSink& sink, Clock::time_point now) {
    if (line.empty()) return;
    auto body = decodeBody(line);
    std::string problem;
    if (!body) {
        problem = body.error().message;
    } else if (!*body) {
        return;
    } else if (!isProgramBody(**body)) {
        problem = "a program tells of progress, metrics, checkpoints, inputs and log lines only";
    } else if (auto* checkpoint = std::get_if<CheckpointEvent>(&**body)) {
        checkpoint->reference.clear();  // only the agent sends it anywhere
        std::error_code failure;
        if (!std::filesystem::exists(m_runFolder / checkpoint->path, failure))
            problem = "there is no checkpoint " + checkpoint->path + " in the run folder";
        if (problem.empty()) m_checkpoint = *checkpoint;
    }
    if (!problem.empty()) {
        if (++m_refusedEvents <= kToldRefusals)
            sink.emit(m_rank,
                      LogEvent{LogEvent::Stream::Agent, "an event of the program was left out: " + problem});
        return;
    }
    if (auto* progress = std::get_if<ProgressEvent>(&**body)) {
        m_progress = std::move(*progress);
        tellProgress(sink, now);
        return;
    }
    // The agent alone speaks as the agent.
    if (auto* log = std::get_if<LogEvent>(&**body); log && log->stream == LogEvent::Stream::Agent)
        log->stream = LogEvent::Stream::Stdout;
    sink.emit(m_rank, **body);
}

void RankProcess::tellProgress(EventSink& sink, Clock::time_point now, bool isForced) {
    if (!m_progress || (!isForced && now - m_lastProgress < kProgressInterval)) return;
    sink.emit(m_rank, *m_progress);
    m_progress.reset();
    m_lastProgress = now;
}

HeartbeatEvent heartbeatOf(pid_t pid) {
    const auto usage = processTreeUsage(pid);
    return usage ? HeartbeatEvent{usage->memory, usage->cpuSeconds, {}} : HeartbeatEvent{};
}

void RankProcess::heartbeat(EventSink& sink) {
    if (m_status) return;
    HeartbeatEvent event = heartbeatOf(m_pid);
    event.peak = m_peak;
    sink.emit(m_rank, event);
}

void RankProcess::lookAtMemory() {
    if (m_status) return;
    const auto held = heldMemory(m_pid);
    if (!held || held->memory.count <= m_peak.count) return;
    m_peak = held->memory;
    m_isPeakSampled = held->processes > 1;
}

bool RankProcess::isGroupAlive() const { return ::kill(-m_pid, 0) == 0; }

void RankProcess::terminate() {
    if (!m_status) ::kill(m_pid, SIGTERM);
}

void RankProcess::kill() { ::kill(-m_pid, SIGKILL); }

void RankProcess::setEnded(const EndedChild& ended) {
    m_status = ended.status;
    m_cpuSeconds = ended.cpuSeconds;
    if (ended.memory.count <= m_peak.count) return;
    m_peak = ended.memory;
    m_isPeakSampled = false;
}

void RankProcess::settle(EventSink& sink, Clock::time_point now, bool isGraceful) {
    if (!m_status || m_isOver) return;
    if (isGraceful && isGroupAlive()) {
        if (!std::exchange(m_isRestTerminated, true)) ::kill(-m_pid, SIGTERM);
        return;
    }
    kill();
    for (std::size_t i = 0; i < m_pipes.size(); ++i) {
        readPipe(i, sink, now, kReadAtEnd);
        // A process that left the group may still hold the other end; nobody waits for it.
        endPipe(i, sink, now);
    }
    tellProgress(sink, now, true);
    if (m_refusedEvents > kToldRefusals) {
        sink.emit(m_rank,
                  LogEvent{LogEvent::Stream::Agent,
                           std::to_string(m_refusedEvents) + " events of the program were left out in all"});
    }
    sink.emit(m_rank, RankExitedEvent{m_status->exitCode, m_status->signal, exitWords(*m_status), m_peak,
                                      m_isPeakSampled, m_cpuSeconds});
    m_isOver = true;
}

}  // namespace slipway
