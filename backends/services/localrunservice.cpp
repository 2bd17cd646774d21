// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/keptcheckpoint.h"
#include "backends/cluster/submission.h"
#include "backends/diagnosis/rundiagnosis.h"
#include "backends/runs/runindex.h"
#include "backends/runs/runsettings.h"
#include "backends/runs/runtail.h"
#include "backends/services/localservices.h"
#include "backends/services/worker.h"

#include <QElapsedTimer>
#include <QTimer>

#include <algorithm>
#include <mutex>
#include <set>

namespace slipway {
namespace {

constexpr int kActiveLook = 1000;       // ms, while runs are under way
constexpr int kQuietLook = 5000;        // runs that other programs start
constexpr std::size_t kFollowers = 64;  // each has a thread; runs beyond are looked at one after the other
constexpr std::chrono::seconds kTryAgain{10};
constexpr int kRanksDiagnosed = 64;
constexpr std::size_t kDetailsAtOnce = 64;
constexpr std::chrono::milliseconds kProgressEvery{100};

// Why it failed, as far as the ends of its files tell: there the last words of a program stand.
std::string causeOf(const RunFolder& folder, const RunRecord& record, const std::vector<Event>& firstTail) {
    if (record.status.state != RunState::Failed && record.status.state != RunState::Lost) return {};
    RunDiagnosis diagnosis;
    diagnosis.take(firstTail);
    for (int rank = 1; rank < kRanksDiagnosed; ++rank) {
        const std::vector<Event> tail = runTail(folder, rank);
        if (tail.empty()) break;
        diagnosis.take(tail);
    }
    diagnosis.takeFolder(folder);
    const std::vector<RunFinding> findings = diagnosis.findings(record);
    return findings.empty() ? std::string() : findings.front().cause;
}

class LocalRunService final : public RunService {
public:
    LocalRunService(TargetSettings settings, QObject* owner)
        : RunService(owner),
          m_settings(std::move(settings)),
          m_lister(this, 1),
          m_reader(this, 1),
          m_actions(this, 4),
          m_followers(this, static_cast<int>(kFollowers)),
          m_looker(this, 1) {
        m_clock.setSingleShot(true);
        connect(&m_clock, &QTimer::timeout, this, &LocalRunService::refresh);
    }

    void refresh() override {
        if (m_isListing) {
            m_isAskedAgain = true;
            return;
        }
        m_isListing = true;
        m_lister.run([this](const std::stop_token&) { return list(); },
                     [this](const Result<std::shared_ptr<RunList>>& runs) { deliver(runs); });
    }

    void start(const StartRequest& request) override {
        SubmissionRequest submission;
        submission.job = request.job;
        submission.jobFolder = request.jobFolder.toStdString();
        submission.jobFileName = request.jobFileName.toStdString();
        submission.target = request.target;
        submission.registry = request.registry.toStdString();
        submission.resumeFrom = request.resumeFrom;
        const QString title = QStringLiteral("Starting %1").arg(QString::fromStdString(request.job.name));
        submit(std::move(submission), title,
               [this, folder = request.jobFolder](const Result<Submission>& end) {
                   if (!end) Q_EMIT startFailed(folder, end.error());
               });
    }

    void cancel(const RunId& run) override {
        m_actions.run(
            [this, run](std::stop_token stop) -> Result<void> {
                SLIPWAY_TRY(const RunFolder folder, folderOf(run));
                return cancelRun(m_settings, folder, std::move(stop));
            },
            [this, run](const Result<void>& done) {
                if (!done) Q_EMIT failed(run, done.error());
                refresh();
            });
    }

    void resume(const RunId& run) override {
        if (isResuming(run)) return;
        m_resuming.insert(run);
        Q_EMIT underWayChanged(run);
        m_actions.run(
            [this, run](const std::stop_token&) -> Result<SubmissionRequest> {
                SLIPWAY_TRY(const RunFolder folder, folderOf(run));
                SLIPWAY_TRY(const RunRecord record, folder.record());
                SubmissionRequest request;
                SLIPWAY_TRY(request.job, jobOf(folder));
                request.jobFolder = record.jobFolder;
                request.jobFileName = record.jobFileName;
                request.target = TargetId("here");
                request.resumeFrom = run;
                return request;
            },
            [this, run](Result<SubmissionRequest> request) {
                if (!request) return endResuming(run, request.error());
                const QString title =
                    QStringLiteral("Resuming %1").arg(QString::fromStdString(request->job.name));
                submit(std::move(*request), title, [this, run](const Result<Submission>& end) {
                    if (!end) return endResuming(run, end.error());
                    m_goneOnFrom.insert(run);
                    endResuming(run, std::nullopt);
                });
            });
    }

    bool isResuming(const RunId& run) const override {
        return m_resuming.contains(run) || m_goneOnFrom.contains(run);
    }

    bool isFetching(const RunId& run) const override { return m_fetching.contains(run); }

    void fetch(const RunId& run) override {
        if (!m_fetching.insert(run).second) return;
        Q_EMIT underWayChanged(run);
        const QString id = newTask(QStringLiteral("Bringing the result home"));
        const std::stop_token taskStop = m_stops[id].get_token();
        m_actions.run(
            [this, run, id, taskStop](const std::stop_token& stop) -> Result<void> {
                std::stop_source either;
                const std::stop_callback first(taskStop, [&] { either.request_stop(); });
                const std::stop_callback second(stop, [&] { either.request_stop(); });
                SLIPWAY_TRY(const RunFolder folder, folderOf(run));
                SLIPWAY_TRY(const RunRecord record, folder.record());
                const std::string title = record.target.str() == "here" ? "Verifying the result" : "";
                Throttle throttle;
                SLIPWAY_CHECK(fetchKept(
                    m_settings, folder,
                    [this, id, &throttle, &title](const TransferProgress& progress) {
                        tell(throttle, id, title, progress.done, progress.total);
                    },
                    either.get_token()));
                return {};
            },
            [this, run, id](const Result<void>& done) {
                endTask(id);
                m_fetching.erase(run);
                m_details.erase(run);  // it may have brought more of what was told
                Q_EMIT underWayChanged(run);
                if (done)
                    Q_EMIT fetched(run);
                else
                    Q_EMIT failed(run, done.error());
            });
    }

    void mark(const std::vector<RunId>& runs, const MarkChange& change) override {
        m_actions.run(
            [this, runs, change](const std::stop_token&) -> Result<void> {
                for (const RunId& run : runs) {
                    SLIPWAY_TRY(const RunFolder folder, folderOf(run));
                    SLIPWAY_CHECK(folder.mark(change));
                }
                return {};
            },
            [this](const Result<void>& done) {
                if (!done) Q_EMIT failed({}, done.error());
                refresh();
            });
    }

    void cancelTask(const QString& task) override {
        if (const auto found = m_stops.find(task); found != m_stops.end()) found->second.request_stop();
    }

private:
    struct Throttle {
        std::mutex mutex;
        std::chrono::steady_clock::time_point last{};
    };

    void submit(SubmissionRequest request, const QString& title,
                std::function<void(const Result<Submission>&)> takeEnd) {
        const QString id = newTask(title);
        const std::stop_token taskStop = m_stops[id].get_token();
        m_actions.run(
            [this, request = std::move(request), id, taskStop](const std::stop_token& stop) {
                std::stop_source either;
                const std::stop_callback first(taskStop, [&] { either.request_stop(); });
                const std::stop_callback second(stop, [&] { either.request_stop(); });
                Throttle throttle;
                return submitJob(
                    m_settings, request,
                    [this, id, &throttle](const TransferProgress& progress) {
                        tell(throttle, id, progress.what, progress.done, progress.total);
                    },
                    either.get_token());
            },
            [this, id, takeEnd = std::move(takeEnd)](const Result<Submission>& done) {
                endTask(id);
                takeEnd(done);
                if (done) Q_EMIT started(done->record);
                refresh();
            });
    }

    void endResuming(const RunId& run, const std::optional<Error>& error) {
        m_resuming.erase(run);
        Q_EMIT underWayChanged(run);
        if (error) Q_EMIT failed(run, *error);
    }

    QString newTask(const QString& title) {
        QString id = QString::number(++m_lastTask);
        m_stops[id];
        ServiceTask& task = m_tasks[id];
        task.id = id;
        task.title = title;
        m_taskClocks[id].start();
        Q_EMIT taskChanged(task);
        return id;
    }

    void endTask(const QString& id) {
        ServiceTask task = m_tasks[id];
        task.isDone = true;
        m_tasks.erase(id);
        m_stops.erase(id);
        m_taskClocks.erase(id);
        Q_EMIT taskChanged(task);
    }

    // On a worker, or on the HTTP client's thread: at most ten a second reach the GUI thread.
    void tell(Throttle& throttle, const QString& id, const std::string& what, Bytes done, Bytes total) {
        {
            const std::lock_guard lock(throttle.mutex);
            const auto time = std::chrono::steady_clock::now();
            if (time - throttle.last < kProgressEvery) return;
            throttle.last = time;
        }
        m_actions.post([this, id, what, done, total] {
            const auto found = m_tasks.find(id);
            if (found == m_tasks.end()) return;
            ServiceTask& task = found->second;
            if (!what.empty()) task.title = QString::fromStdString(what);
            task.done = done;
            task.total = total;
            task.secondsSpent = static_cast<double>(m_taskClocks[id].elapsed()) / 1000.0;
            Q_EMIT taskChanged(task);
        });
    }

    // On a worker.
    Result<RunFolder> folderOf(const RunId& run) const {
        SLIPWAY_TRY(const RunStore store, RunStore::open(m_settings.home));
        return store.folder(run);
    }

    Result<std::shared_ptr<RunList>> list() {
        SLIPWAY_TRY(const RunStore store, RunStore::open(m_settings.home));
        SLIPWAY_TRY(const std::vector<RunRecord> records, store.list());
        auto runs = std::make_shared<RunList>();
        runs->reserve(records.size());
        for (const RunRecord& record : records) {
            // What an ended run told does not change any more.
            const auto known = m_ended.find(record.id);
            if (known != m_ended.end() && isFinal(record.status.state)) {
                runs->push_back(known->second);
                runs->back().record = record;
                continue;
            }
            RunSummary summary;
            summary.record = record;
            if (const auto folder = store.find(std::to_string(record.number))) {
                const std::vector<Event> tail = runTail(*folder, 0);
                summarizeTail(tail, summary);
                if (!isFinal(record.status.state)) summary.details = detailsSoFar(*folder, record.id, tail);
                summary.cause = causeOf(*folder, record, tail);
                summary.isResumable = isResumable(store, *folder);
            }
            if (isFinal(record.status.state)) m_ended.insert_or_assign(record.id, summary);
            runs->push_back(std::move(summary));
        }
        return runs;
    }

    // Of a run that goes on: its settings and the newest values.
    std::shared_ptr<const RunDetails> detailsSoFar(const RunFolder& folder, const RunId& id,
                                                   const std::vector<Event>& tail) {
        const auto known = m_settingsOf.find(id);
        if (known == m_settingsOf.end()) m_settingsOf[id] = runSettings(folder).valueOr({});
        RunDetails details{m_settingsOf[id], {}};
        for (const Event& event : tail)
            if (const auto* metric = std::get_if<MetricEvent>(&event.body))
                for (const auto& [name, value] : metric->values) details.metrics[name].last = value;
        return std::make_shared<const RunDetails>(std::move(details));
    }

    // Settings and metrics of runs that ended come after the list, the newest first, so that the list waits for none.
    void addDetails(RunList& runs) {
        std::vector<std::pair<RunId, std::int64_t>> missing;
        for (RunSummary& run : runs) {
            if (!isFinal(run.record.status.state)) continue;
            if (const auto known = m_details.find(run.record.id); known != m_details.end())
                run.details = known->second;
            else if (missing.size() < kDetailsAtOnce)
                missing.emplace_back(run.record.id, run.record.number);
        }
        if (m_isReading || missing.empty()) return;
        m_isReading = true;
        m_reader.run(
            [this, missing](const std::stop_token& stop) {
                std::vector<std::int64_t> numbers;
                numbers.reserve(missing.size());
                for (const auto& [id, number] : missing) numbers.push_back(number);
                return allDetails(m_settings.home, numbers, stop);
            },
            [this, missing](const std::map<std::int64_t, RunDetails>& read) {
                m_isReading = false;
                for (const auto& [id, number] : missing)
                    if (const auto found = read.find(number); found != read.end())
                        m_details[id] = std::make_shared<const RunDetails>(found->second);
                refresh();
            });
    }

    void deliver(const Result<std::shared_ptr<RunList>>& runs) {
        m_isListing = false;
        bool hasActive = false;
        if (!runs) {
            Q_EMIT failed({}, runs.error());
        } else {
            std::vector<RunRecord> waiting;
            std::set<RunId> goneOnFrom;
            for (RunSummary& run : **runs) {
                if (isFinal(run.record.status.state)) continue;
                hasActive = true;
                if (run.record.resumedFrom) goneOnFrom.insert(*run.record.resumedFrom);
                if (!follow(run.record)) waiting.push_back(run.record);
                if (const auto found = m_troubles.find(run.record.id); found != m_troubles.end())
                    run.trouble = found->second;
            }
            lookAtNext(waiting);
            if (!m_isAskedAgain)
                m_goneOnFrom = std::move(goneOnFrom);  // else a run may be newer than the list
            addDetails(**runs);
            Q_EMIT runsChanged(*runs);
        }
        if (std::exchange(m_isAskedAgain, false)) return refresh();
        m_clock.start(hasActive ? kActiveLook : kQuietLook);
    }

    // Keeps run.json and the events of an active run up to date, also when it runs elsewhere. False: too many are followed.
    bool follow(const RunRecord& record) {
        const auto now = std::chrono::steady_clock::now();
        if (const auto found = m_followed.find(record.id); found != m_followed.end()) {
            // By then a try that fails has failed.
            if (now - found->second > kTryAgain) m_troubles.erase(record.id);
            return true;
        }
        if (const auto found = m_retryAt.find(record.id); found != m_retryAt.end() && found->second > now)
            return true;
        if (m_followed.size() >= kFollowers) return false;
        m_followed[record.id] = now;
        m_followers.run(
            [this, record](std::stop_token stop) -> Result<RunRecord> {
                SLIPWAY_TRY(const RunFolder folder, folderOf(record.id));
                SLIPWAY_TRY(const Target target, openTargetOf(m_settings, record));
                return target.observer->follow(
                    folder, [](const RunRecord&) {}, std::move(stop));
            },
            [this, id = record.id](const Result<RunRecord>& end) {
                m_followed.erase(id);
                takeEnd(id, end);
                refresh();
            });
        return true;
    }

    // One of those that nobody follows, and the next one the next time.
    void lookAtNext(const std::vector<RunRecord>& waiting) {
        if (m_isLooking || waiting.empty()) return;
        m_isLooking = true;
        const auto later = std::find_if(waiting.begin(), waiting.end(),
                                        [this](const RunRecord& run) { return run.number < m_lookedAt; });
        const RunRecord& next = later == waiting.end() ? waiting.front() : *later;  // newest first
        m_lookedAt = next.number;
        m_looker.run(
            [this, next](std::stop_token stop) -> Result<RunRecord> {
                SLIPWAY_TRY(const RunFolder folder, folderOf(next.id));
                SLIPWAY_TRY(const Target target, openTargetOf(m_settings, next));
                return target.observer->refresh(folder, std::move(stop));
            },
            [this, id = next.id](const Result<RunRecord>& end) {
                m_isLooking = false;
                takeEnd(id, end);
            });
    }

    // A cluster that is away is tried again, not at once; why it is away is the target list's to say.
    void takeEnd(const RunId& run, const Result<RunRecord>& end) {
        if (!end) m_retryAt[run] = std::chrono::steady_clock::now() + kTryAgain;
        if (end || isUnanswered(end.error()))
            m_troubles.erase(run);
        else
            m_troubles.insert_or_assign(run, end.error());
    }

    TargetSettings m_settings;
    QTimer m_clock;
    bool m_isListing = false;
    bool m_isAskedAgain = false;
    std::map<RunId, RunSummary> m_ended;                               // the lister's thread only
    std::map<RunId, std::map<std::string, std::string>> m_settingsOf;  // likewise
    std::map<RunId, std::shared_ptr<const RunDetails>> m_details;      // of runs that ended
    bool m_isReading = false;
    std::map<RunId, std::chrono::steady_clock::time_point> m_followed;  // since when
    std::map<RunId, std::chrono::steady_clock::time_point> m_retryAt;
    std::map<RunId, Error> m_troubles;
    std::set<RunId> m_resuming;    // until the run that goes on is made
    std::set<RunId> m_goneOnFrom;  // by a run that has not ended
    std::set<RunId> m_fetching;
    bool m_isLooking = false;
    std::int64_t m_lookedAt = 0;  // a run's number
    std::map<QString, ServiceTask> m_tasks;
    std::map<QString, std::stop_source> m_stops;
    std::map<QString, QElapsedTimer> m_taskClocks;
    int m_lastTask = 0;
    // Last, so that they are waited for while all else still lives.
    Worker m_lister;
    Worker m_reader;
    Worker m_actions;
    Worker m_followers;
    Worker m_looker;
};

}  // namespace

RunService* makeRunService(const TargetSettings& settings, QObject* owner) {
    return new LocalRunService(settings, owner);
}

}  // namespace slipway
