// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/eventsink.h"

#include "backends/core/units.h"
#include "backends/events/eventcodec.h"
#include "backends/platform/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

namespace slipway {
namespace {

constexpr off_t kReservedBytes = 256 * 1024;

bool mustNotBeLost(const EventBody& body) {
    return !std::holds_alternative<LogEvent>(body) && !std::holds_alternative<ProgressEvent>(body) &&
           !std::holds_alternative<MetricEvent>(body) && !std::holds_alternative<HeartbeatEvent>(body);
}

// The event's texts, whoever they come from. Names that a result or a reference is found by stay as they are.
struct Blotting {
    const SecretFilter& secrets;

    void blot(std::string& text) const { text = secrets.blotted(text); }
    void operator()(StateEvent& event) const { blot(event.reason); }
    void operator()(RankStartedEvent& event) const {
        blot(event.host);
        blot(event.device);
    }
    void operator()(InputEvent& event) const {
        blot(event.name);
        blot(event.digest);  // a program may say anything
    }
    void operator()(ProgressEvent& event) const { blot(event.device); }
    void operator()(MetricEvent& event) const {
        std::map<std::string, double> values;
        for (const auto& [name, value] : event.values) {
            const std::string shown = secrets.blotted(name);
            values.emplace(shown.size() > kMaxMetricName ? "***" : shown, value);
        }
        event.values = std::move(values);
    }
    void operator()(CheckpointEvent& event) const { blot(event.path); }
    void operator()(LogEvent& event) const { blot(event.text); }
    void operator()(HeartbeatEvent&) const {}
    void operator()(RankExitedEvent& event) const { blot(event.words); }
    void operator()(ResultEvent&) const {}
    void operator()(EnergyEvent&) const {}
    void operator()(ThrottleEvent&) const {}
    void operator()(SummaryEvent& event) const { blot(event.reason); }
};

}  // namespace

Result<EventSink> EventSink::open(const AgentPlan& plan, const std::vector<std::string>& secrets) {
    SLIPWAY_TRY(EventWriter writer, EventWriter::open(RunFolder(plan.runFolder)));
    return EventSink(std::move(writer), plan, secrets);
}

EventSink::EventSink(EventWriter writer, const AgentPlan& plan, const std::vector<std::string>& secrets)
    : m_writer(std::move(writer)),
      m_reserve(plan.runFolder / "events" / "reserve"),
      m_run(plan.run),
      m_attempt(plan.attempt),
      m_firstRank(plan.firstRank),
      m_isEchoing(plan.isEchoing),
      m_secrets(secrets) {
    for (int rank = plan.firstRank; rank < plan.firstRank + plan.localRanks; ++rank)
        m_lastSeq[rank] = m_writer.lastSeq(m_attempt, rank);
    if (const auto file = openFile(m_reserve, O_WRONLY | O_CREAT))
        static_cast<void>(::posix_fallocate(file->get(), 0, kReservedBytes));
}

EventSink::~EventSink() {
    if (!m_reserve.empty()) ::unlink(m_reserve.c_str());
}

void EventSink::prepareForEnd() { ::unlink(m_reserve.c_str()); }

void EventSink::emitOne(int rank, EventBody body) {
    const bool isKept = mustNotBeLost(body);
    const Event event{m_run, m_attempt, rank, m_lastSeq[rank] + 1, now(), std::move(body)};
    auto written = m_writer.append(event);
    if (!written && isKept) {
        prepareForEnd();
        written = m_writer.append(event);
    }
    if (!written) {
        ++m_lost;
        m_lossReason = describe(written.error());
    }
    if (m_isEchoing)
        static_cast<void>(writeAll(STDOUT_FILENO, encodeEvent(event) + "\n", "the standard output"));
    // What only the file lacks has been told by stdout all the same, so its number is used up.
    if (written || m_isEchoing) ++m_lastSeq[rank];
    if (written && m_lost > 0) {
        const auto lost = std::exchange(m_lost, 0);
        say(counted(static_cast<std::int64_t>(lost), "event") + " could not be saved: " + m_lossReason);
    }
}

void EventSink::emit(int rank, EventBody body) {
    std::visit(Blotting{m_secrets}, body);
    m_facts.take(body);
    for (EventBody& part : splitBody(std::move(body))) emitOne(rank, std::move(part));
}

void EventSink::say(const std::string& text) { emit(m_firstRank, LogEvent{LogEvent::Stream::Agent, text}); }

void EventSink::flush() {
    if (const auto flushed = m_writer.flush(); !flushed) m_lossReason = describe(flushed.error());
}

}  // namespace slipway
