// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/toldresult.h"
#include "backends/core/units.h"
#include "backends/diagnosis/rundiagnosis.h"
#include "backends/diagnosis/steptimes.h"
#include "backends/runs/evaluationfile.h"
#include "backends/runs/importedrun.h"
#include "backends/runs/lostevents.h"
#include "backends/runs/runcost.h"
#include "backends/runs/runenergy.h"
#include "backends/runs/runmemory.h"
#include "backends/runs/runstore.h"
#include "backends/runs/thincurve.h"
#include "backends/runs/verifiedfiles.h"
#include "backends/services/localservices.h"
#include "backends/services/worker.h"
#include "backends/spec/preferencefile.h"
#include "backends/spec/specdocument.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace slipway {
namespace {

constexpr std::chrono::milliseconds kLook{100};
constexpr std::chrono::milliseconds kQuietLook{300};  // when nothing was new
constexpr std::size_t kEventsAtOnce = 20000;
constexpr std::size_t kMaxTimeline = 5000;
constexpr int kThreads = 8;  // the run that is followed, and those before it whose work has not ended yet

// Everything the events of one run have told so far. One thread.
class RunDigest {
public:
    // `home`: whose settings have the prices.
    RunDigest(RunFolder folder, std::filesystem::path home)
        : m_folder(folder),
          m_reader(std::move(folder)),
          m_home(std::move(home)) {}

    struct News {
        bool hasAny = false;
        bool isMore = false;
        bool isRewritten = false;  // what came before has been filled: all is to be read anew
        LogBatch lines;
    };

    Result<News> look() {
        News news;
        SLIPWAY_TRY(RunRecord record, m_folder.record());
        news.hasAny = record.status != m_snapshot.record.status || record.id != m_snapshot.record.id ||
                      record.isCancelRequested != m_snapshot.record.isCancelRequested;
        m_snapshot.record = std::move(record);
        m_snapshot.folder = m_folder.path().string();
        SLIPWAY_TRY(const std::vector<Event> events, m_reader.next(kEventsAtOnce));
        news.isRewritten = m_reader.rewrites() > 0;
        if (news.isRewritten) return news;
        for (const Event& event : events) take(event, news.lines);
        m_diagnosis.take(events);
        news.isMore = events.size() >= kEventsAtOnce;
        news.hasAny = news.hasAny || !events.empty();
        if (news.hasAny && isFinal(m_snapshot.record.status.state)) m_diagnosis.takeFolder(m_folder);
        m_snapshot.mayHaveResult = mayHaveResult();
        // Another program may bring it home, or take it away.
        news.hasAny = lookAtHome() || news.hasAny;
        m_snapshot.damagedLines = m_reader.damagedLines();
        return news;
    }

    // A copy; curves that did not change are shared with the one before.
    RunSnapshotPtr snapshot() {
        for (auto& [name, curve] : m_curves) {
            if (!curve.isChanged) continue;
            m_snapshot.curves[name] = std::make_shared<const Curve>(columnsOf(curve.points.points()));
            curve.isChanged = false;
        }
        forgetEarlier();
        m_snapshot.findings = m_diagnosis.findings(m_snapshot.record);
        m_snapshot.ranks.clear();
        for (const auto& [rank, status] : m_ranks) m_snapshot.ranks.push_back(status);
        return std::make_shared<const RunSnapshot>(m_snapshot);
    }

    std::size_t points() const {
        std::size_t all = 0;
        for (const auto& [name, curve] : m_curves) all += curve.points.points().size();
        return all;
    }

private:
    bool mayHaveResult() const {
        const RunRecord& record = m_snapshot.record;
        return isFinal(record.status.state) && record.target.str() != "here" &&
               !record.resultReference.empty() && m_snapshot.results.empty() && !m_told.isWhole();
    }

    // Whether what is known of the files changed.
    bool lookAtHome() {
        const auto before = std::pair(m_snapshot.isHome, m_snapshot.verification);
        const bool hasResult = !m_snapshot.results.empty();
        const std::filesystem::path folder =
            hasResult ? m_folder.resultFolder() : m_folder.checkpointFolder();
        m_snapshot.isHome = false;
        m_snapshot.verification = Verification::None;
        if (isFinal(m_snapshot.record.status.state)) {
            readVerified(folder);
            m_snapshot.isHome = hasResult ? isResultThere() : m_folder.hasCheckpoint();
            if (m_snapshot.isHome)
                m_snapshot.verification = verificationOf(folder, m_verified, m_snapshot.results);
        }
        lookAtEvaluation();
        return before != std::pair(m_snapshot.isHome, m_snapshot.verification);
    }

    // Once, when it is home; a damaged one counts as none, as its digest tells.
    void lookAtEvaluation() {
        const bool isThere = m_snapshot.isHome && !m_snapshot.results.empty();
        if (isThere == m_isEvaluationRead) return;
        m_isEvaluationRead = isThere;
        m_snapshot.evaluation.reset();
        if (!isThere) return;
        if (auto read = readEvaluation(m_folder.resultFolder()); read && *read)
            m_snapshot.evaluation = std::make_shared<const EvaluationReport>(**std::move(read));
    }

    // A file of another size is on its way, unless it was whole once.
    bool isResultThere() const {
        return std::ranges::all_of(m_snapshot.results, [this](const ResultFile& file) {
            const auto stamp = fileStamp(m_folder.resultFolder() / file.path);
            return stamp && (stamp->size == file.size || m_verified.contains(file.path));
        });
    }

    // Again only when another list took its place; a damaged one counts as none.
    void readVerified(const std::filesystem::path& folder) {
        const auto found = fileStamp(verifiedFile(folder));
        const std::optional<FileStamp> stamp = found ? std::optional(*found) : std::nullopt;
        if (stamp == m_verifiedStamp && folder == m_verifiedFolder) return;
        m_verifiedStamp = stamp;
        m_verifiedFolder = folder;
        auto read = verifiedFiles(folder);
        m_verified = read ? *std::move(read) : VerifiedFiles{};
    }

    struct Growing {
        ThinCurve points;
        bool isChanged = false;
    };

    void take(const Event& event, LogBatch& lines) {
        if (!m_first) m_first = event.time;
        m_told.note(event);
        m_energy.take(event);
        m_memory.take(event);
        if (const auto slower = m_steps.take(event)) note(event, -1, m_state, stepTimeInWords(*slower));
        if (const auto lost = m_lost.take(event))
            lines.push_back({event.time, event.rank, LogLevel::Warning, lostEventsInWords(*lost)});
        RankStatus& rank = m_ranks.try_emplace(event.rank).first->second;
        rank.rank = event.rank;
        if (const auto* log = std::get_if<LogEvent>(&event.body)) {
            lines.push_back(logLineOf(event, *log));
        } else if (const auto* progress = std::get_if<ProgressEvent>(&event.body)) {
            rank.step = progress->step;
            rank.stepSeconds = progress->stepSeconds;
            if (!progress->device.empty()) rank.device = progress->device;
            if (event.rank == m_ranks.begin()->first) m_snapshot.progress = *progress;
        } else if (const auto* metric = std::get_if<MetricEvent>(&event.body)) {
            if (event.rank == m_ranks.begin()->first) takeMetric(event, *metric);
        } else if (const auto* heartbeat = std::get_if<HeartbeatEvent>(&event.body)) {
            rank.memory = heartbeat->memory;
        } else if (const auto* started = std::get_if<RankStartedEvent>(&event.body)) {
            rank.host = started->host;
            rank.device = started->device;
            rank.exit.reset();
            rank.state = m_state = RunState::Running;
            note(event, event.rank, RunState::Running,
                 "started on " + started->host + (started->device.empty() ? "" : ", " + started->device));
        } else if (const auto* exited = std::get_if<RankExitedEvent>(&event.body)) {
            rank.exit = *exited;
            rank.state = stateOf(event, *exited);
            note(event, event.rank, rank.state,
                 exited->words.empty() ? "exit code " + std::to_string(exited->exitCode) : exited->words);
        } else if (const auto* checkpoint = std::get_if<CheckpointEvent>(&event.body)) {
            m_snapshot.checkpoint = *checkpoint;
            note(event, event.rank, RunState::Running,
                 "checkpoint at step " + std::to_string(checkpoint->step) + ", " +
                     decimalSize(checkpoint->size) +
                     (checkpoint->best.empty() ? "" : ", the best " + checkpoint->best) +
                     (isElsewhere() && checkpoint->reference.empty() ? ", in the pod until that ends" : ""));
        } else if (const auto* result = std::get_if<ResultEvent>(&event.body)) {
            m_snapshot.results.insert(m_snapshot.results.end(), result->files.begin(), result->files.end());
            note(event, -1, RunState::Finishing,
                 counted(static_cast<std::int64_t>(result->files.size()), "result file") +
                     (result->reference.empty() ? "" : ", " + result->reference));
        } else if (const auto* state = std::get_if<StateEvent>(&event.body)) {
            if (state->state == RunState::Preparing) m_snapshot.results.clear();  // a new attempt
            m_state = state->state;
            note(event, -1, state->state, state->reason);
        } else if (const auto* summary = std::get_if<SummaryEvent>(&event.body)) {
            if (const auto energy = m_energy.total(); energy && (energy->gpuJoules || energy->cpuJoules))
                note(event, -1, m_state, "energy: " + energyInWords(*energy));
            if (const auto& peak = m_memory.peak())
                note(event, -1, m_state,
                     "peak memory: " + memoryInWords(*peak, {}, m_snapshot.record.replicas));
            if (const std::string cost = costUntil(event.time); !cost.empty())
                note(event, -1, m_state, "cost: " + cost);
            note(event, -1, summary->state, summary->reason);
        } else if (const auto* throttle = std::get_if<ThrottleEvent>(&event.body)) {
            note(event, -1, m_state, throttleInWords(*throttle));
        } else if (const auto* input = std::get_if<InputEvent>(&event.body)) {
            note(event, -1, m_state, "input " + input->name + ", " + decimalSize(input->size));
        }
    }

    bool isElsewhere() const {
        return m_snapshot.record.target != TargetId("here") && !isImported(m_snapshot.record);
    }

    // Of the run if it has ended then; empty: nothing is known of it.
    std::string costUntil(Timestamp time) const {
        const auto preferences = loadPreferences(m_home);
        const auto job = loadJob(m_folder.jobFile(), {});
        if (!preferences || !job) return {};
        RunRecord record = m_snapshot.record;
        record.ended = time;
        return costInWords(costOf(record, job->resources, m_energy.total(), *preferences));
    }

    // A rank that a cancel ends has not failed; one of an attempt before it has.
    RunState stateOf(const Event& event, const RankExitedEvent& exited) const {
        if (exited.exitCode == 0 && exited.signal == 0) return RunState::Succeeded;
        const RunRecord& record = m_snapshot.record;
        const bool isCancelled = record.status.state == RunState::Cancelled ||
                                 (record.isCancelRequested && !isFinal(record.status.state));
        return isCancelled && event.attempt >= record.attempt ? RunState::Cancelled : RunState::Failed;
    }

    void takeMetric(const Event& event, const MetricEvent& metric) {
        const double seconds = std::chrono::duration<double>(event.time - *m_first).count();
        for (const auto& [name, value] : metric.values) {
            Growing& curve = m_curves[name];
            curve.points.add({metric.step, seconds, value}, event.attempt);
            curve.isChanged = true;
        }
    }

    static Curve columnsOf(const std::vector<CurvePoint>& points) {
        Curve curve;
        curve.steps.reserve(points.size());
        curve.seconds.reserve(points.size());
        curve.values.reserve(points.size());
        for (const CurvePoint& point : points) {
            curve.steps.push_back(static_cast<double>(point.step));
            curve.seconds.push_back(point.seconds);
            curve.values.push_back(point.value);
        }
        return curve;
    }

    void note(const Event& event, int rank, RunState state, std::string what) {
        if (m_snapshot.timeline.empty()) m_snapshot.timelineBegin = event.time;
        m_snapshot.timeline.push_back({event.time, rank, state, std::move(what)});
        if (m_snapshot.timeline.size() >= 2 * kMaxTimeline) forgetEarlier();
    }

    void forgetEarlier() {
        std::vector<TimelineEntry>& timeline = m_snapshot.timeline;
        if (timeline.size() <= kMaxTimeline) return;
        const std::size_t many = timeline.size() - kMaxTimeline;
        timeline.erase(timeline.begin(), timeline.begin() + static_cast<std::ptrdiff_t>(many));
        m_snapshot.earlierEntries += many;
    }

    RunFolder m_folder;
    EventReader m_reader;
    std::filesystem::path m_home;
    RunDiagnosis m_diagnosis;
    ToldResult m_told;
    EnergySum m_energy;
    MemoryPeaks m_memory;
    StepTimes m_steps;
    LostEventsWatch m_lost;
    RunSnapshot m_snapshot;
    RunState m_state = RunState::Preparing;  // as the events told last
    std::map<std::string, Growing> m_curves;
    std::map<int, RankStatus> m_ranks;
    std::optional<Timestamp> m_first;
    bool m_isEvaluationRead = false;
    VerifiedFiles m_verified;
    std::optional<FileStamp> m_verifiedStamp;  // of the list itself
    std::filesystem::path m_verifiedFolder;
};

// Waits for `time` or a stop, whichever is first.
void pause(std::stop_token stop, std::chrono::milliseconds time) {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    wake.wait_for(lock, std::move(stop), time, [] { return false; });
}

class LocalRunFeed final : public RunFeed {
public:
    LocalRunFeed(std::filesystem::path home, QObject* owner)
        : RunFeed(owner),
          m_home(std::move(home)),
          m_worker(this, kThreads) {}
    ~LocalRunFeed() override { stop(); }

    void follow(const RunId& run) override {
        stop();
        const std::uint64_t generation = m_generation;
        Q_EMIT logRestarted();
        m_stop = std::stop_source();
        m_worker.run([this, run, generation, stop = m_stop.get_token()](
                         const std::stop_token&) { return followRun(run, generation, stop); },
                     [this, generation](const Result<void>& end) {
                         if (!end && generation == m_generation && end.error().code != ErrorCode::Cancelled)
                             Q_EMIT failed(end.error());
                     });
    }

    // The work may be in a file or in the index for seconds: it is not waited for, and what it still tells is of no generation.
    void stop() override {
        ++m_generation;
        m_stop.request_stop();
    }

private:
    Result<void> followRun(const RunId& run, std::uint64_t generation, const std::stop_token& stop) {
        SLIPWAY_TRY(const RunStore store, RunStore::open(m_home));
        SLIPWAY_TRY(const RunFolder folder, store.find(run.str()));
        RunDigest digest(folder, m_home);
        bool isFirst = true;
        while (!stop.stop_requested()) {
            SLIPWAY_TRY(RunDigest::News news, digest.look());
            if (news.isRewritten) {
                digest = RunDigest(folder, m_home);
                post(generation, [this] { Q_EMIT logRestarted(); });
                continue;
            }
            if (!news.lines.empty())
                post(generation, [this, lines = std::move(news.lines)] { Q_EMIT linesAppended(lines); });
            if ((news.hasAny || isFirst) && !news.isMore) {
                const RunSnapshotPtr snapshot = digest.snapshot();
                post(generation, [this, snapshot] { Q_EMIT snapshotChanged(snapshot); });
                isFirst = false;
            }
            // Copying long curves ten times a second would be work for nothing: the pause grows with them.
            if (!news.isMore)
                pause(stop,
                      !news.hasAny ? kQuietLook : kLook + std::chrono::milliseconds(digest.points() / 2000));
        }
        return {};
    }

    void post(std::uint64_t generation, std::function<void()> call) {
        m_worker.post([this, generation, call = std::move(call)] {
            if (generation == m_generation) call();
        });
    }

    std::filesystem::path m_home;
    std::uint64_t m_generation = 0;  // GUI thread only
    std::stop_source m_stop;         // of what is followed
    Worker m_worker;
};

}  // namespace

RunFeed* makeRunFeed(const std::filesystem::path& home, QObject* owner) {
    return new LocalRunFeed(home, owner);
}

}  // namespace slipway
