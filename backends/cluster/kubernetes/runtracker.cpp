// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/runtracker.h"

#include "backends/cluster/kubernetes/kubetarget.h"
#include "backends/rules/ruleset.h"

#include <algorithm>
#include <charconv>

namespace slipway::kube {
namespace {

const std::string kPodPrefix = "pod/";  // of keys in RunRecord::remote: "pod/<uid>" -> "<rank>:<attempt>"

// What a cluster says, as the rules tell it; its own words when no rule knows them.
std::string inWords(const std::string& said) {
    if (said.empty()) return said;
    std::vector<Fact> facts;
    for (const FactKind kind : {FactKind::Condition, FactKind::Event, FactKind::Status})
        facts.push_back({.kind = kind, .source = {}, .text = said});
    const auto findings = diagnose(facts);
    return findings.empty() ? said : findings.front().title;
}

std::pair<int, int> rankAndAttempt(const std::string& text) {
    int rank = 0;
    int attempt = 1;
    const std::size_t colon = std::min(text.find(':'), text.size());
    std::from_chars(text.data(), text.data() + colon, rank);
    if (colon < text.size()) std::from_chars(text.data() + colon + 1, text.data() + text.size(), attempt);
    return {rank, attempt};
}

}  // namespace

RunTracker::RunTracker(RunFolder folder, RunRecord record, EventWriter writer)
    : m_folder(std::move(folder)),
      m_record(std::move(record)),
      m_writer(std::move(writer)),
      m_started(m_record.started) {}

Result<RunTracker> RunTracker::open(const RunFolder& folder) {
    SLIPWAY_TRY(RunRecord record, folder.record());
    if (!record.remote.contains(kRemoteUid)) {
        return Error{ErrorCode::Conflict, "run " + record.id.str() + " was not submitted to a cluster",
                     record.status.reason, "Submit it first"};
    }
    SLIPWAY_TRY(EventWriter writer, EventWriter::open(folder));
    RunTracker tracker(folder, std::move(record), std::move(writer));
    tracker.m_snapshot.hasKueue = !tracker.m_record.remote[kRemoteQueue].empty();
    SLIPWAY_CHECK(tracker.readEvents());
    return tracker;
}

Result<void> RunTracker::readEvents() {
    EventReader reader(m_folder);
    for (;;) {
        SLIPWAY_TRY(const std::vector<Event> events, reader.next());
        if (events.empty()) break;
        for (const Event& event : events) note(event);
    }
    m_hasNews = false;
    return {};
}

void RunTracker::note(const Event& event) {
    m_agent = agentFacts({&event, 1}, m_agent.value_or(AgentFacts{}));
    m_last = std::max(m_last.value_or(event.time), event.time);
    if (!m_started && std::holds_alternative<RankStartedEvent>(event.body)) m_started = event.time;
    m_hasNews = true;
}

Result<PodLogKey> RunTracker::keyOf(const PodView& pod) {
    int attempt = 1;
    if (const auto known = m_record.remote.find(kPodPrefix + pod.uid); known != m_record.remote.end()) {
        attempt = rankAndAttempt(known->second).second;
    } else {
        for (const auto& [key, value] : m_record.remote) {
            if (!key.starts_with(kPodPrefix)) continue;
            const auto [rank, earlier] = rankAndAttempt(value);
            if (rank == pod.index) attempt = std::max(attempt, earlier + 1);
        }
        SLIPWAY_TRY(m_record, m_folder.update([&](RunRecord& r) {
            r.remote[kPodPrefix + pod.uid] = std::to_string(pod.index) + ":" + std::to_string(attempt);
            r.attempt = std::max(r.attempt, attempt);
        }));
    }
    return PodLogKey{m_record.id, attempt, pod.index, m_writer.lastSeq(attempt, pod.index)};
}

Result<void> RunTracker::append(const Event& event) {
    SLIPWAY_TRY(const bool isNew, m_writer.append(event));
    if (isNew) note(event);
    return {};
}

bool RunTracker::isOver() const {
    const ClusterFacts facts = clusterFacts(m_snapshot);
    return !facts.isFound || facts.isComplete || facts.isFailed;
}

RunStatus RunTracker::statusNow() const {
    RunFacts facts;
    facts.isSubmitted = true;
    facts.isCancelRequested = m_record.isCancelRequested;
    facts.cluster = clusterFacts(m_snapshot);
    if (!facts.cluster->isFailed) facts.cluster->reason = inWords(facts.cluster->reason);
    facts.queue = queueFacts(m_snapshot);
    if (facts.queue) facts.queue->reason = inWords(facts.queue->reason);
    facts.agent = m_agent;
    return reduce(facts);
}

Result<bool> RunTracker::update(bool isReading) {
    // Read anew: a command may have asked for the run's cancellation.
    SLIPWAY_TRY(m_record, m_folder.record());
    RunStatus status = statusNow();
    if (isFinal(status.state) && isReading)
        status = {RunState::Finishing, m_record.isCancelRequested ? "stopping" : ""};
    const std::string checkpoint = m_agent ? m_agent->checkpointReference : std::string();
    const bool isCheckpointNew = !checkpoint.empty() && m_record.remote[kRemoteCheckpoint] != checkpoint;
    const bool isChanged = status != m_record.status || (m_started && !m_record.started) || isCheckpointNew;
    const bool hasNews = std::exchange(m_hasNews, false);
    if (isFinal(status.state)) SLIPWAY_CHECK(m_writer.flush());
    if (isChanged) {
        SLIPWAY_TRY(m_record, m_folder.update([&](RunRecord& r) {
            r.status = status;
            if (!r.started) r.started = m_started;
            if (isCheckpointNew) r.remote[kRemoteCheckpoint] = checkpoint;
            if (isFinal(status.state) && !r.ended) r.ended = m_last.value_or(now());
        }));
    }
    return isChanged || hasNews;
}

}  // namespace slipway::kube
