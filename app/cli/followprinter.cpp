// SPDX-License-Identifier: Apache-2.0
#include "app/cli/followprinter.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/print.h"
#include "backends/core/units.h"
#include "backends/diagnosis/rundiagnosis.h"
#include "backends/diagnosis/steptimes.h"
#include "backends/events/eventcodec.h"
#include "backends/runs/curvestore.h"
#include "backends/runs/runenergy.h"

namespace slipway::cli {
namespace {

constexpr std::chrono::seconds kMetricInterval{1};

class Printer {
public:
    Printer(const RunFolder& folder, bool isJson, const FollowOptions& options)
        : m_reader(folder),
          m_isJson(isJson),
          m_options(options) {}

    Result<void> update(const RunRecord& record) {
        for (;;) {
            SLIPWAY_TRY(const std::vector<Event> events, m_reader.next());
            if (events.empty()) break;
            for (const Event& event : events) print(event);
        }
        if (!m_isJson && m_options.content != Content::OnlyLogs && record.status != m_status) {
            std::printf("%s #%lld %s\n", stateGlyph(record.status.state).c_str(),
                        static_cast<long long>(record.number), statusText(record.status).c_str());
        }
        m_status = record.status;
        std::fflush(stdout);
        return {};
    }

private:
    using Content = FollowOptions::Content;

    void print(const Event& event) {
        if (m_options.rank >= 0 && event.rank != m_options.rank) return;
        if (const auto lost = m_lost.take(event)) printLost(event, *lost, m_isJson);
        const auto slower = m_steps.take(event);
        if (const auto* progress = std::get_if<ProgressEvent>(&event.body)) m_progress = *progress;
        const auto* log = std::get_if<LogEvent>(&event.body);
        if (log != nullptr && m_options.content == Content::NoLogs) return;
        if (m_options.content == Content::OnlyLogs) {
            if (log != nullptr) printLog(event, *log, m_isJson);
        } else if (m_isJson) {
            std::printf("%s\n", encodeEvent(event).c_str());
        } else if (slower) {
            std::printf("  %s\n", stepTimeInWords(*slower).c_str());
        } else if (log != nullptr) {
            std::printf("  %d | %s\n", event.rank, log->text.c_str());
        } else if (const auto* metric = std::get_if<MetricEvent>(&event.body)) {
            printMetric(event, *metric);
        } else if (const auto* throttle = std::get_if<ThrottleEvent>(&event.body)) {
            std::printf("  %s\n", throttleInWords(*throttle).c_str());
        } else if (const auto* exited = std::get_if<RankExitedEvent>(&event.body)) {
            if (exited->exitCode != 0) std::printf("  rank %d %s\n", event.rank, exited->words.c_str());
        }
    }

    // Evaluations always, training points at most once a second.
    void printMetric(const Event& event, const MetricEvent& metric) {
        const bool isEvaluation =
            !metric.values.empty() && metric.values.rbegin()->first.starts_with("test/");
        if (!isEvaluation && event.time - m_lastMetric < kMetricInterval) return;
        if (!isEvaluation) m_lastMetric = event.time;
        std::printf("  step %s", stepText(metric.step).c_str());
        for (const auto& [name, value] : metric.values) std::printf("  %s %.4g", name.c_str(), value);
        std::printf("\n");
    }

    // "360 of 1,404, 4 s left", as far as the run has told its steps.
    std::string stepText(std::int64_t step) const {
        if (m_progress.steps <= 0) return grouped(step);
        const double left = static_cast<double>(m_progress.steps - step) * m_progress.stepSeconds;
        return grouped(step) + " of " + grouped(m_progress.steps) +
               (left > 0 ? ", " + durationText(left) + " left" : "");
    }

    EventReader m_reader;
    LostEventsWatch m_lost;
    StepTimes m_steps;
    bool m_isJson;
    FollowOptions m_options;
    RunStatus m_status;
    Timestamp m_lastMetric{};
    ProgressEvent m_progress;  // the newest
};

// The last value of each metric; the time; what is left where.
Result<void> printEnd(const RunFolder& folder, const RunRecord& record) {
    SLIPWAY_TRY(const CurveStore store, CurveStore::open(folder));
    for (const auto& [name, curve] : store.curves())
        std::printf("  %-16s %.6g\n", name.c_str(), curve.last()->value);
    if (const auto duration = runDuration(record)) std::printf("  %-16s %s\n", "duration", duration->c_str());
    const std::string fetch = "slipway fetch " + std::to_string(record.number);
    if (folder.hasResult())
        std::printf("  %-16s %s\n", "result", folder.resultFolder().c_str());
    else if (record.status.state == RunState::Succeeded && !record.resultReference.empty())
        std::printf("  %-16s %s; bring it home with: %s\n", "result", record.resultReference.c_str(),
                    fetch.c_str());
    else if (record.status.state != RunState::Succeeded && folder.hasCheckpoint())
        std::printf("  %-16s %s\n", "checkpoint", folder.checkpointFolder().c_str());
    return {};
}

}  // namespace

void printLog(const Event& event, const LogEvent& log, bool isJson) {
    if (isJson) {
        std::printf("%s\n", encodeEvent(event).c_str());
    } else {
        std::printf("%s %d %s%s", formatTimestamp(event.time).c_str(), event.rank, log.text.c_str(),
                    log.isContinued ? "" : "\n");
    }
}

void printLost(const Event& event, const LostEvents& lost, bool isJson) {
    const std::string words = lostEventsInWords(lost);
    if (isJson)
        std::fprintf(stderr, "slipway: %s\n", words.c_str());
    else
        std::printf("%s %d [%s]\n", formatTimestamp(event.time).c_str(), event.rank, words.c_str());
}

Result<int> followRun(Session& session, const RunFolder& folder, const FollowOptions& options) {
    SLIPWAY_TRY(const RunRecord before, folder.record());
    Printer printer(folder, session.isJson, options);
    Result<void> printed;
    const auto changed = [&](const RunRecord& record) {
        if (printed) printed = printer.update(record);
    };
    // An ended run is told without its target, which may be gone.
    auto target = openTargetOf(session.targets(), before);
    if (!target && !isFinal(before.status.state)) return std::move(target).error();
    auto followed = target ? target->observer->follow(folder, changed, session.stop.get_token())
                           : Result<RunRecord>(before);
    const bool isStopped = !followed && followed.error().code == ErrorCode::Cancelled;
    if (isStopped && options.isCancelling) {
        std::fprintf(stderr, "cancelling; Ctrl-C again to stop waiting\n");
        SLIPWAY_CHECK(target->submitter->cancel(folder, {}));
        followed = target->observer->follow(folder, changed, {});
    } else if (isStopped) {
        if (!session.isJson) {
            std::fprintf(stderr, "the run goes on; see it again with: slipway watch %lld\n",
                         static_cast<long long>(before.number));
        }
        return 0;
    }
    if (!followed) return std::move(followed).error();
    changed(*followed);
    SLIPWAY_CHECK(std::move(printed));
    if (options.content != FollowOptions::Content::OnlyLogs) {
        SLIPWAY_TRY(const auto findings, diagnoseRun(folder, {}));
        if (session.isJson) {
            printJsonLine({{"record", runJson(*followed)}, {"findings", findingsJson(findings)}});
        } else {
            printFindings(findings);
            SLIPWAY_CHECK(printEnd(folder, *followed));
        }
    }
    if (followed->status.state == RunState::Cancelled) return exitStatus(ErrorCode::Cancelled);
    return followed->status.state == RunState::Succeeded ? 0 : 1;
}

}  // namespace slipway::cli
