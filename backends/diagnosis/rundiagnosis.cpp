// SPDX-License-Identifier: Apache-2.0
#include "backends/diagnosis/rundiagnosis.h"

#include "backends/rules/ruleset.h"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <fstream>

namespace slipway {
namespace {

constexpr std::size_t kMaxLines = 200;  // of each rank
constexpr std::size_t kMaxBytes = 64 * 1024;
constexpr std::size_t kMaxRanks = 4096;
constexpr std::size_t kShownLines = 5;
constexpr std::size_t kMaxShownText = 300;
constexpr std::string_view kTraceback = "Traceback (most recent call last):";

bool canBeDiagnosed(RunState state) {
    return state == RunState::Failed || state == RunState::Lost || state == RunState::Interrupted;
}

bool isGood(const RankExitedEvent& exit) { return exit.exitCode == 0 && exit.signal == 0; }
bool isTerminated(const RankExitedEvent& exit) {
    return exit.signal == SIGTERM || exit.exitCode == 128 + SIGTERM;
}
// As the agent ends the other ranks after one has failed.
bool isStopped(const RankExitedEvent& exit) {
    return isTerminated(exit) || exit.signal == SIGKILL || exit.exitCode == 128 + SIGKILL;
}

// Reasons that tell of one rank begin with it: "rank 1: exit code 3", "rank 1 ran out of memory (…)".
std::optional<int> rankIn(std::string_view reason) {
    constexpr std::string_view kWord = "rank ";
    if (!reason.starts_with(kWord)) return std::nullopt;
    int rank = -1;
    const char* begin = reason.data() + kWord.size();
    const auto read = std::from_chars(begin, reason.data() + reason.size(), rank);
    return read.ec == std::errc{} && rank >= 0 ? std::optional(rank) : std::nullopt;
}

std::string cut(const std::string& text) {
    if (text.size() <= kMaxShownText) return text;
    std::size_t end = kMaxShownText;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;  // whole characters
    return text.substr(0, end) + "…";
}

std::string wordsOf(const RankExitedEvent& exit) {
    return exit.words.empty() ? "exit code " + std::to_string(exit.exitCode) : exit.words;
}

std::string logsCommand(const RunRecord& record, int rank) {
    std::string command = "slipway logs " + std::to_string(record.number);
    if (record.replicas > 1 && rank >= 0) command += " --rank " + std::to_string(rank);
    return command;
}

// The texts that tell of it, those of its own rank first, each once.
std::vector<FindingEvidence> evidenceOf(const Finding& finding, const std::vector<Fact>& facts, int rank) {
    std::vector<FindingEvidence> evidence;
    for (const bool isOwn : {true, false}) {
        for (const std::size_t at : finding.evidence) {
            const Fact& fact = facts[at];
            const auto isSame = [&](const FindingEvidence& one) {
                return one.rank == fact.rank && one.text == cut(fact.text);
            };
            if ((fact.rank == rank) != isOwn || evidence.size() >= kShownLines ||
                std::ranges::any_of(evidence, isSame))
                continue;
            evidence.push_back({fact.rank, fact.time, cut(fact.text)});
        }
    }
    return evidence;
}

// Where the evidence comes from: the rank that failed first, else the one that told it first.
int rankOf(const Finding& finding, const std::vector<Fact>& facts, std::optional<int> first) {
    const Fact* earliest = nullptr;
    for (const std::size_t at : finding.evidence) {
        const Fact& fact = facts[at];
        if (first && fact.rank == *first) return *first;
        if (fact.rank >= 0 && (!earliest || fact.time < earliest->time)) earliest = &fact;
    }
    return earliest ? earliest->rank : -1;
}

}  // namespace

void RunDiagnosis::takeLine(Rank& rank, Line line) {
    rank.bytes += line.text.size();
    rank.lines.push_back(std::move(line));
    while (rank.lines.size() > kMaxLines || rank.bytes > kMaxBytes) {
        rank.bytes -= rank.lines.front().text.size();
        rank.lines.pop_front();
    }
}

void RunDiagnosis::take(std::span<const Event> events) {
    for (const Event& event : events) {
        if (m_ranks.size() >= kMaxRanks && !m_ranks.contains(event.rank)) continue;
        Rank& rank = m_ranks[event.rank];
        if (event.attempt < rank.attempt) continue;
        if (event.attempt > rank.attempt) {
            rank = {};
            rank.attempt = event.attempt;
        }
        if (const auto* log = std::get_if<LogEvent>(&event.body)) {
            takeLine(rank, {event.time, log->text, log->stream == LogEvent::Stream::Agent});
        } else if (const auto* exited = std::get_if<RankExitedEvent>(&event.body)) {
            rank.exit = *exited;
            rank.exitTime = event.time;
        } else if (const auto* checkpoint = std::get_if<CheckpointEvent>(&event.body)) {
            m_checkpointStep = checkpoint->step;
        }
    }
}

void RunDiagnosis::takeFolder(const RunFolder& folder) {
    constexpr std::streamoff kEnd = 16 * 1024;
    m_hasCheckpoint = folder.hasCheckpoint();
    m_agentLog = folder.path() / "agent.log";
    m_agentLines.clear();
    std::ifstream log(m_agentLog, std::ios::binary | std::ios::ate);
    const std::streamoff size = log.tellg();
    log.seekg(std::max<std::streamoff>(0, size - kEnd));
    std::string line;
    if (size > kEnd) std::getline(log, line);  // the end of one
    while (std::getline(log, line)) {
        // An agent in a package writes its events there, too.
        if (line.find_first_not_of(" \t\r") != std::string::npos && !line.starts_with('{'))
            m_agentLines.push_back(line);
    }
    if (m_agentLines.size() > kShownLines)
        m_agentLines.erase(m_agentLines.begin(), m_agentLines.end() - kShownLines);
}

// No program wrote anything.
bool RunDiagnosis::isSilent() const {
    return std::ranges::all_of(
        m_ranks, [](const auto& one) { return std::ranges::all_of(one.second.lines, &Line::isAgent); });
}

std::optional<int> RunDiagnosis::firstFailed(const RunRecord& record) const {
    // Who saw the ranks end says it best.
    if (const auto told = rankIn(record.status.reason)) return told;
    std::optional<int> first;
    const auto key = [](const Rank& rank) { return std::pair(isTerminated(*rank.exit), rank.exitTime); };
    for (const auto& [number, rank] : m_ranks) {
        if (!rank.exit || isGood(*rank.exit)) continue;
        if (!first || key(rank) < key(m_ranks.at(*first))) first = number;
    }
    return first;
}

std::vector<RunFinding> RunDiagnosis::ofRules(const RunRecord& record, std::optional<int> first) const {
    std::vector<Fact> facts;
    bool isReasonKnown = record.status.reason.empty();
    for (const auto& [number, rank] : m_ranks) {
        for (const Line& line : rank.lines)
            facts.push_back({FactKind::Log, {}, line.text, line.isAgent ? -1 : number, line.time});
        if (!rank.exit || isGood(*rank.exit)) continue;
        // Ranks that were ended because another one failed tell nothing of the cause.
        if (first && number != *first && isStopped(*rank.exit)) continue;
        const std::string words = wordsOf(*rank.exit);
        facts.push_back({FactKind::Status, {}, words, number, rank.exitTime});
        isReasonKnown = isReasonKnown || record.status.reason.find(words) != std::string::npos;
    }
    if (!isReasonKnown) {
        for (const FactKind kind : {FactKind::Condition, FactKind::Event, FactKind::Status})
            facts.push_back(
                {kind, {}, record.status.reason, first.value_or(-1), record.ended.value_or(record.created)});
    }
    std::vector<RunFinding> found;
    for (const Finding& finding : diagnose(facts)) {
        const int rank = rankOf(finding, facts, first);
        found.push_back(
            {finding.ruleId, finding.title, finding.nextStep, rank, evidenceOf(finding, facts, rank)});
    }
    std::stable_partition(found.begin(), found.end(), [&](const RunFinding& one) {
        return one.rank < 0 || one.rank == first.value_or(-1);
    });
    return found;
}

// What no rule knows: the error of a Python traceback, or how the rank ended and what it wrote last.
RunFinding RunDiagnosis::ofFirst(const RunRecord& record, int first) const {
    RunFinding finding;
    finding.rank = first;
    const auto found = m_ranks.find(first);
    const Rank none;
    const Rank& rank = found == m_ranks.end() ? none : found->second;
    std::vector<const Line*> lines;
    for (const Line& line : rank.lines)
        if (!line.isAgent) lines.push_back(&line);
    std::size_t end = lines.size();
    for (std::size_t at = lines.size(); at-- > 0;) {
        const std::size_t prefix = lines[at]->text.find(kTraceback);
        if (prefix == std::string::npos) continue;
        // Its frames are indented, the error is not.
        for (std::size_t next = at + 1; next < lines.size(); ++next) {
            const std::string& text = lines[next]->text;
            if (text.size() <= prefix || text[prefix] == ' ') continue;
            finding.rule = "traceback";
            finding.cause = "The program ended with an error: " + cut(text.substr(prefix));
            finding.nextStep = "Read the traceback, and correct the line that it names: ";
            end = next + 1;
            break;
        }
        break;
    }
    // The trainer's last word says what is wrong and what to do.
    if (const std::string_view prefix = "slipway-runner: ";
        finding.rule.empty() && !lines.empty() && lines.back()->text.starts_with(prefix)) {
        finding.rule = "trainer";
        finding.cause = "The training cannot go on: " + cut(lines.back()->text.substr(prefix.size()));
        finding.nextStep = "Mend that, and start it again; all that it wrote: ";
    }
    if (finding.rule.empty()) {
        finding.rule = "exit";
        finding.cause =
            "The program failed: " + (rank.exit ? wordsOf(*rank.exit) : cut(record.status.reason));
        finding.nextStep = "Read what it wrote last: ";
    }
    finding.nextStep += logsCommand(record, first);
    for (std::size_t at = end > kShownLines ? end - kShownLines : 0; at < end; ++at)
        finding.evidence.push_back({first, lines[at]->time, cut(lines[at]->text)});
    return finding;
}

RunFinding RunDiagnosis::ofLost(const RunRecord& record) const {
    RunFinding finding{"lost",
                       "Nothing is known of its end: " + record.status.reason,
                       (isResumableHere(record) ? "Read what it wrote last: "
                                                : "Read what it wrote last, then run it again: ") +
                           logsCommand(record, -1),
                       -1,
                       {}};
    for (const auto& [number, rank] : m_ranks) {
        if (finding.evidence.size() >= kShownLines || rank.lines.empty()) continue;
        finding.evidence.push_back({number, rank.lines.back().time, cut(rank.lines.back().text)});
    }
    return finding;
}

RunFinding RunDiagnosis::ofInterrupted(const RunRecord& record) const {
    const std::string reason = record.status.reason.empty() ? "" : ": " + record.status.reason;
    return {"interrupted", "It was ended before it was done" + reason, resumeStep(record), -1, {}};
}

std::string RunDiagnosis::resumeStep(const RunRecord& record) const {
    const std::string which = m_checkpointStep ? "the checkpoint of step " + std::to_string(*m_checkpointStep)
                                               : "its last checkpoint";
    return "Go on from " + which + " with: slipway resume " + std::to_string(record.number);
}

bool RunDiagnosis::isResumableHere(const RunRecord& record) const {
    return (m_checkpointStep || m_hasCheckpoint) && record.target.str() == "here";
}

void RunDiagnosis::addAgentLog(std::vector<RunFinding>& found, const RunRecord& record) const {
    if (m_agentLines.empty() || !isSilent()) return;
    if (found.empty()) {
        found.push_back({"agent",
                         "It ended before the program wrote anything: " + record.status.reason,
                         "Mend what the last lines tell; all that was told is in " + m_agentLog.string(),
                         -1,
                         {}});
    }
    for (const std::string& line : m_agentLines)
        found.front().evidence.push_back({-1, record.ended.value_or(record.created), cut(line)});
}

std::vector<RunFinding> RunDiagnosis::findings(const RunRecord& record) const {
    if (!canBeDiagnosed(record.status.state)) return {};
    if (record.status.state == RunState::Interrupted) return {ofInterrupted(record)};
    const std::optional<int> first = firstFailed(record);
    std::vector<RunFinding> found = ofRules(record, first);
    const auto isOfFirst = [&](const RunFinding& one) { return one.rank < 0 || one.rank == first; };
    if (first && std::ranges::none_of(found, isOfFirst)) found.insert(found.begin(), ofFirst(record, *first));
    if (found.empty() && record.status.state == RunState::Lost) found.push_back(ofLost(record));
    addAgentLog(found, record);
    for (RunFinding& one : found) {
        if (record.replicas <= 1) {
            one.rank = -1;
        } else if (one.rank >= 0) {
            one.cause = "Rank " + std::to_string(one.rank) + ": " + one.cause;
        }
    }
    if (!found.empty() && isResumableHere(record)) {
        found.front().nextStep += found.front().nextStep.ends_with('.') ? " " : ". ";
        found.front().nextStep += resumeStep(record);
    }
    return found;
}

Result<std::vector<RunFinding>> diagnoseRun(const RunFolder& folder, std::stop_token stop) {
    SLIPWAY_TRY(const RunRecord record, folder.record());
    RunDiagnosis diagnosis;
    if (!canBeDiagnosed(record.status.state)) return diagnosis.findings(record);
    EventReader reader(folder);
    for (;;) {
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled, "stopped while reading the events", "", ""};
        SLIPWAY_TRY(const std::vector<Event> events, reader.next());
        if (events.empty()) break;
        diagnosis.take(events);
    }
    diagnosis.takeFolder(folder);
    return diagnosis.findings(record);
}

}  // namespace slipway
