// SPDX-License-Identifier: Apache-2.0
// What every target keeps, whatever it is: the cases of roles.h. Each implementation gives jobs of these kinds and a way to count
// what it holds; the cases are the same.
#pragma once

#include "backends/cluster/roles.h"
#include "backends/runs/runstore.h"

#include <QObject>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <thread>

namespace slipway {

// Saves: rank 0 writes an output into its working folder, as a plain script does.
enum class JobKind { Succeeds, Fails, Waits, Saves };

inline const char* nameOf(JobKind kind) {
    switch (kind) {
        case JobKind::Succeeds: return "succeeds";
        case JobKind::Fails: return "fails";
        case JobKind::Waits: return "waits";
        case JobKind::Saves: return "saves";
    }
    return "";
}

class ContractTarget {
public:
    virtual ~ContractTarget() = default;
    virtual Target open() = 0;  // a new one each time, as another program would
    virtual std::filesystem::path home() const = 0;
    virtual JobSpec job(JobKind kind, int replicas) = 0;
    // Of a run just made: image and so on, as the target needs them.
    virtual Result<SubmitRequest> request(const RunFolder& folder, const JobSpec& job) = 0;
    // How many jobs of that run it holds; none when it cannot tell.
    virtual std::optional<int> count(const RunRecord& record) = 0;
    // The run has ended, and, where that can be, what told of its events is gone. False: not yet.
    virtual bool hasEndedUnheard(const RunFolder& folder) {
        const auto record = open().observer->refresh(folder, {});
        return record && isFinal(record->status.state);
    }
};

class ContractCases : public QObject {
    Q_OBJECT

protected:
    // None: it cannot run here, and `reason` says why.
    virtual std::unique_ptr<ContractTarget> make(std::string& reason) = 0;

private:
    struct Made {
        RunFolder folder{{}};
        SubmitRequest request;
    };
    // Follows on a thread of its own, so that a test can act meanwhile.
    class Follower {
    public:
        Follower(const Target& target, const RunFolder& folder)
            : m_thread([this, observer = target.observer, folder](std::stop_token stop) {
                  m_result = observer->follow(
                      folder, [this](const RunRecord& record) { m_state = record.status.state; }, stop);
                  m_isDone = true;
              }) {}
        RunState state() const { return m_state; }
        bool isDone() const { return m_isDone; }
        void stop() { m_thread.request_stop(); }
        Result<RunRecord> result() {
            m_thread.join();
            return *m_result;
        }

    private:
        std::atomic<RunState> m_state = RunState::Draft;
        std::atomic<bool> m_isDone = false;
        std::optional<Result<RunRecord>> m_result;
        std::jthread m_thread;
    };

    static std::string told(const Error& error) { return describe(error); }

    void submitted(JobKind kind, int replicas, Made& made) {
        const JobSpec job = m_target->job(kind, replicas);
        const auto store = RunStore::open(m_target->home());
        QVERIFY2(store, store ? "" : told(store.error()).c_str());
        const auto folder = store->create(job, m_target->home(), m_target->open().info.id);
        QVERIFY2(folder, folder ? "" : told(folder.error()).c_str());
        made.folder = *folder;
        const auto request = m_target->request(*folder, job);
        QVERIFY2(request, request ? "" : told(request.error()).c_str());
        made.request = *request;
        const auto record = m_target->open().submitter->submit(made.request, {});
        QVERIFY2(record, record ? "" : told(record.error()).c_str());
    }

    void followedToSuccess(const RunFolder& folder) const {
        Follower follower(m_target->open(), folder);
        QTRY_VERIFY_WITH_TIMEOUT(follower.isDone(), 90000);
        const auto record = follower.result();
        QVERIFY2(record, record ? "" : told(record.error()).c_str());
        QVERIFY2(record->status.state == RunState::Succeeded, record->status.reason.c_str());
        QVERIFY(record->started && record->ended);
        QCOMPARE(folder.record()->status, record->status);
    }

    static std::vector<Event> eventsOf(const RunFolder& folder) {
        const auto events = EventReader(folder).next();
        return events ? *events : std::vector<Event>();
    }

    std::unique_ptr<ContractTarget> m_target;

private Q_SLOTS:
    void initTestCase() {
        std::string reason;
        m_target = make(reason);
        if (m_target) return;
        std::fprintf(stderr, "skipped: %s\n", reason.c_str());
        std::exit(77);
    }

    void submittedTwiceItRunsOnce() {
        Made made;
        submitted(JobKind::Waits, 1, made);
        if (QTest::currentTestFailed()) return;
        const RunRecord first = *made.folder.record();
        QVERIFY(!first.remote.empty() || first.target.str() == "here");
        const auto again = m_target->open().submitter->submit(made.request, {});
        QVERIFY2(again, again ? "" : told(again.error()).c_str());
        QCOMPARE(again->id.str(), first.id.str());
        QCOMPARE(again->remote, first.remote);
        if (const auto count = m_target->count(first)) QCOMPARE(*count, 1);
        const auto cancelled = m_target->open().submitter->cancel(made.folder, {});
        QVERIFY2(cancelled, cancelled ? "" : told(cancelled.error()).c_str());
        Follower follower(m_target->open(), made.folder);
        QTRY_VERIFY_WITH_TIMEOUT(follower.isDone(), 90000);
    }

    void isFollowedToSuccess() {
        Made made;
        submitted(JobKind::Succeeds, 2, made);
        if (QTest::currentTestFailed()) return;
        followedToSuccess(made.folder);
        if (QTest::currentTestFailed()) return;

        std::map<int, std::uint64_t> last;
        std::map<int, int> summaries;
        for (const Event& event : eventsOf(made.folder)) {
            QCOMPARE(event.run.str(), made.folder.record()->id.str());
            QCOMPARE(event.seq, last[event.rank] + 1);
            last[event.rank] = event.seq;
            if (std::holds_alternative<SummaryEvent>(event.body)) ++summaries[event.rank];
        }
        QCOMPARE(last.size(), std::size_t{2});
        QVERIFY(!summaries.empty());
        // Once more it is told at once, and nothing changes.
        int calls = 0;
        const auto again =
            m_target->open().observer->follow(made.folder, [&](const RunRecord&) { ++calls; }, {});
        QVERIFY(again);
        QCOMPARE(again->status, made.folder.record()->status);
        QVERIFY(calls <= 1);
    }

    void tellsWhyARunFailed() {
        Made made;
        submitted(JobKind::Fails, 1, made);
        if (QTest::currentTestFailed()) return;
        Follower follower(m_target->open(), made.folder);
        QTRY_VERIFY_WITH_TIMEOUT(follower.isDone(), 90000);
        const auto record = follower.result();
        QVERIFY2(record, record ? "" : told(record.error()).c_str());
        QCOMPARE(record->status.state, RunState::Failed);
        QVERIFY2(record->status.reason.find("code 3") != std::string::npos, record->status.reason.c_str());
        const auto fetched = m_target->open().results->fetch(made.folder, [](Bytes, Bytes) {}, {});
        QVERIFY(!fetched);
        QCOMPARE(fetched.error().code, ErrorCode::NotFound);
    }

    void isCancelledOnceAndForAll() {
        Made made;
        submitted(JobKind::Waits, 1, made);
        if (QTest::currentTestFailed()) return;
        Follower follower(m_target->open(), made.folder);
        QTRY_COMPARE_WITH_TIMEOUT(follower.state(), RunState::Running, 90000);
        for (int i = 0; i < 2; ++i) {
            const auto cancelled = m_target->open().submitter->cancel(made.folder, {});
            QVERIFY2(cancelled, cancelled ? "" : told(cancelled.error()).c_str());
        }
        QTRY_VERIFY_WITH_TIMEOUT(follower.isDone(), 90000);
        const auto record = follower.result();
        QVERIFY2(record, record ? "" : told(record.error()).c_str());
        QVERIFY2(record->status.state == RunState::Cancelled, record->status.reason.c_str());
        QVERIFY(record->isCancelRequested);
        QVERIFY(m_target->open().submitter->cancel(made.folder, {}));
        QCOMPARE(made.folder.record()->status.state, RunState::Cancelled);
    }

    void aFollowerThatStopsChangesNothing() {
        Made made;
        submitted(JobKind::Waits, 1, made);
        if (QTest::currentTestFailed()) return;
        {
            Follower follower(m_target->open(), made.folder);
            QTRY_COMPARE_WITH_TIMEOUT(follower.state(), RunState::Running, 90000);
            follower.stop();
            QTRY_VERIFY_WITH_TIMEOUT(follower.isDone(), 30000);
            const auto result = follower.result();
            QVERIFY(!result);
            QCOMPARE(result.error().code, ErrorCode::Cancelled);
        }
        const auto now = m_target->open().observer->refresh(made.folder, {});
        QVERIFY2(now, now ? "" : told(now.error()).c_str());
        QCOMPARE(now->status.state, RunState::Running);
        Follower follower(m_target->open(), made.folder);
        QTRY_COMPARE_WITH_TIMEOUT(follower.state(), RunState::Running, 30000);
        QVERIFY(m_target->open().submitter->cancel(made.folder, {}));
        QTRY_VERIFY_WITH_TIMEOUT(follower.isDone(), 90000);
        QCOMPARE(made.folder.record()->status.state, RunState::Cancelled);
    }

    void bringsTheResultHomeTwice() {
        Made made;
        submitted(JobKind::Succeeds, 1, made);
        if (QTest::currentTestFailed()) return;
        Follower follower(m_target->open(), made.folder);
        QTRY_VERIFY_WITH_TIMEOUT(follower.isDone(), 90000);
        for (int i = 0; i < 2; ++i) {
            Bytes done;
            Bytes total;
            const auto fetched = m_target->open().results->fetch(
                made.folder, [&](Bytes d, Bytes t) { done = d, total = t; }, {});
            QVERIFY2(fetched, fetched ? "" : told(fetched.error()).c_str());
            QVERIFY(std::filesystem::exists(made.folder.resultFolder() / "model.txt"));
        }
    }

    void bringsHomeWhatWasSavedIntoTheFolder_data() {
        QTest::addColumn<int>("replicas");
        QTest::newRow("alone") << 1;
        QTest::newRow("two ranks") << 2;
    }
    void bringsHomeWhatWasSavedIntoTheFolder() {
        QFETCH(int, replicas);
        Made made;
        submitted(JobKind::Saves, replicas, made);
        if (QTest::currentTestFailed()) return;
        followedToSuccess(made.folder);
        if (QTest::currentTestFailed()) return;
        const auto fetched = m_target->open().results->fetch(made.folder, [](Bytes, Bytes) {}, {});
        QVERIFY2(fetched, fetched ? "" : told(fetched.error()).c_str());
        QVERIFY(std::filesystem::exists(made.folder.resultFolder() / "model.txt"));
    }

    // Submitted and left alone until nothing is there any more that could tell of it but its result.
    void bringsHomeWhatNobodyHeardOf() {
        Made made;
        submitted(JobKind::Succeeds, 1, made);
        if (QTest::currentTestFailed()) return;
        QTRY_VERIFY_WITH_TIMEOUT(m_target->hasEndedUnheard(made.folder), 120000);
        const auto record = m_target->open().observer->refresh(made.folder, {});
        QVERIFY2(record, record ? "" : told(record.error()).c_str());
        QVERIFY2(record->status.state == RunState::Succeeded, record->status.reason.c_str());
        for (int i = 0; i < 2; ++i) {
            const auto fetched = m_target->open().results->fetch(made.folder, [](Bytes, Bytes) {}, {});
            QVERIFY2(fetched, fetched ? "" : told(fetched.error()).c_str());
            QVERIFY(std::filesystem::exists(made.folder.resultFolder() / "model.txt"));
        }
        const auto events = eventsOf(made.folder);
        QVERIFY(std::any_of(events.begin(), events.end(), [](const Event& event) {
            const auto* result = std::get_if<ResultEvent>(&event.body);
            return result && result->files.size() == 1;
        }));
    }

    void refreshTellsTheEndAsFollowDoes() {
        Made made;
        submitted(JobKind::Succeeds, 1, made);
        if (QTest::currentTestFailed()) return;
        const auto observer = m_target->open().observer;
        Result<RunRecord> record = observer->refresh(made.folder, {});
        QTRY_VERIFY_WITH_TIMEOUT(
            (record = observer->refresh(made.folder, {}), !record || isFinal(record->status.state)), 90000);
        QVERIFY2(record, record ? "" : told(record.error()).c_str());
        QVERIFY2(record->status.state == RunState::Succeeded, record->status.reason.c_str());
        QVERIFY(record->ended);
        const auto events = eventsOf(made.folder);
        QVERIFY(!events.empty());
        QVERIFY(std::any_of(events.begin(), events.end(), [](const Event& event) {
            return std::holds_alternative<SummaryEvent>(event.body);
        }));
    }

    void refusesWhatIsNoRun() {
        const RunFolder nowhere(m_target->home() / "runs" / "987654");
        const Target target = m_target->open();
        QCOMPARE(target.observer->refresh(nowhere, {}).error().code, ErrorCode::NotFound);
        QCOMPARE(target.observer->follow(nowhere, [](const RunRecord&) {}, {}).error().code,
                 ErrorCode::NotFound);
        QCOMPARE(target.submitter->cancel(nowhere, {}).error().code, ErrorCode::NotFound);
        QVERIFY(!target.results->fetch(nowhere, [](Bytes, Bytes) {}, {}));
    }

    void previewsAndJudgesWithoutRunning() {
        const JobSpec job = m_target->job(JobKind::Succeeds, 1);
        const auto verdict = m_target->open().submitter->dryRun(job, {});
        QVERIFY2(verdict, verdict ? "" : told(verdict.error()).c_str());
        QVERIFY(verdict->verdict != Verdict::Never);
        QVERIFY(!verdict->reason.empty() || verdict->verdict == Verdict::Now);
        SubmitRequest request;
        request.job = job;
        request.image = "registry.invalid/x@sha256:1";
        const auto preview = m_target->open().submitter->preview(request);
        QVERIFY(preview);
        QVERIFY(preview->find(job.name) != std::string::npos);
    }
};

}  // namespace slipway
