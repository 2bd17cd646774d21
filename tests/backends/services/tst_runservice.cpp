// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/filelock.h"
#include "backends/services/localservices.h"
#include "tests/backends/runs/runfixture.h"

#include <QDir>
#include <QSignalSpy>
#include <QTest>

#include <fstream>
#include <set>

using namespace slipway;

namespace {

class tst_RunService : public QObject {
    Q_OBJECT

    std::unique_ptr<RunFixture> m_fixture;
    std::unique_ptr<RunService> m_service;
    RunListPtr m_runs;
    std::set<QString> m_tasks;

    void start() {
        TargetSettings settings;
        settings.home = m_fixture->home();
        settings.kubeconfig = m_fixture->home() / "config";
        std::ofstream(settings.kubeconfig) << "apiVersion: v1\nkind: Config\n";
        m_service.reset(makeRunService(settings, nullptr));
        connect(m_service.get(), &RunService::runsChanged, this,
                [this](const RunListPtr& runs) { m_runs = runs; });
        m_service->refresh();
    }
    static void tellState(const RunFolder& folder, RunState state) {
        auto writer = EventWriter::open(folder);
        QVERIFY(writer);
        QVERIFY(writer->append({folder.record()->id, 1, 0, 1, now(), StateEvent{state, "told"}}));
    }

private Q_SLOTS:
    void init() {
        m_fixture = std::make_unique<RunFixture>();
        m_runs.reset();
    }
    void cleanup() { m_service.reset(); }

    void whyARunCannotBeFollowedIsSaid() {
        const RunFolder folder = m_fixture->makeRun();
        const QString events = QString::fromStdString((folder.path() / "events/rank-0.jsonl").string());
        QVERIFY(QDir().mkpath(events));  // a folder cannot be read as a file
        start();
        QTRY_VERIFY(m_runs && m_runs->front().trouble);
        QCOMPARE(m_runs->front().trouble->code, ErrorCode::Io);
        QVERIFY(QString::fromStdString(m_runs->front().trouble->message).contains(events));
        // It is tried again, and goes on.
        QVERIFY(QDir().rmdir(events));
        tellState(folder, RunState::Preparing);
        QTRY_VERIFY_WITH_TIMEOUT(!m_runs->front().trouble, 60000);
    }

    void aRunWhoseTargetIsGoneIsListedWithWhatToDo() {
        const RunFolder folder = m_fixture->makeRun();
        QVERIFY(folder.update([](RunRecord& record) {
            record.target = TargetId("gone/vision");
            record.status = {RunState::Running, ""};
        }));
        start();
        QTRY_VERIFY(m_runs && m_runs->front().trouble);
        QCOMPARE(m_runs->front().record.status.state, RunState::Running);
        QVERIFY(QString::fromStdString(m_runs->front().trouble->message)
                    .contains(QStringLiteral("gone/vision, which no kubeconfig names")));
        QVERIFY(QString::fromStdString(m_runs->front().trouble->hint).contains(QStringLiteral("kubeconfig")));
    }

    void whyARunFailedIsListed() {
        const RunFolder folder = m_fixture->makeRun();
        const RunId id = folder.record()->id;
        {
            auto writer = EventWriter::open(folder);
            QVERIFY(writer);
            const LogEvent line{LogEvent::Stream::Stderr, "ModuleNotFoundError: No module named 'torch'",
                                false};
            QVERIFY(writer->append({id, 1, 0, 1, now(), line}));
            QVERIFY(writer->append({id, 1, 0, 2, now(), RankExitedEvent{1, 0, "exit code 1"}}));
        }
        QVERIFY(folder.update([](RunRecord& r) { r.status = {RunState::Failed, "exit code 1"}; }));
        const RunFolder good = m_fixture->makeRun();
        QVERIFY(good.update([](RunRecord& r) { r.status = {RunState::Succeeded, ""}; }));
        start();
        QTRY_VERIFY(m_runs && m_runs->size() == 2);
        QVERIFY2(m_runs->back().cause.find("torch") != std::string::npos, m_runs->back().cause.c_str());
        QVERIFY(m_runs->front().cause.empty());
    }

    void oneClickResumesOnce() {
        const RunFolder folder = m_fixture->makeRun();
        const RunId run = folder.record()->id;
        QVERIFY(folder.update([](RunRecord& record) { record.status = {RunState::Interrupted, ""}; }));
        start();
        QSignalSpy failures(m_service.get(), &RunService::failed);
        QSignalSpy changes(m_service.get(), &RunService::underWayChanged);
        connect(m_service.get(), &RunService::taskChanged, this,
                [this](const ServiceTask& task) { m_tasks.insert(task.id); });
        for (std::size_t times : {1U, 2U}) {  // after one that failed it can be asked for again
            m_service->resume(run);
            QVERIFY(m_service->isResuming(run));
            m_service->resume(run);
            QTRY_VERIFY(!m_service->isResuming(run));
            QCOMPARE(m_tasks.size(), times);
            QCOMPARE(failures.size(), static_cast<qsizetype>(times));  // there is no agent to run it
            QCOMPARE(changes.size(), static_cast<qsizetype>(2 * times));
        }
    }

    void whileARunGoesOnFromItItIsNotResumed() {
        const RunId first = m_fixture->makeRun().record()->id;
        const RunFolder second = m_fixture->makeRun();
        QVERIFY(second.update([&](RunRecord& record) { record.resumedFrom = first; }));
        auto agent = FileLock::tryAcquire(second.path() / "agent.lock");  // held: the run is under way
        QVERIFY(agent && *agent);
        start();
        QTRY_VERIFY(m_service->isResuming(first));
        QVERIFY(!m_service->isResuming(second.record()->id));
        QVERIFY(second.update([](RunRecord& record) { record.status = {RunState::Cancelled, ""}; }));
        m_service->refresh();
        QTRY_VERIFY_WITH_TIMEOUT(!m_service->isResuming(first),
                                 30000);  // beside other tests it may take long
    }

    void whatIsBeingFetchedIsNotFetchedAgain() {
        const RunId run = m_fixture->makeRun().record()->id;
        start();
        QSignalSpy failures(m_service.get(), &RunService::failed);
        for (int times : {1, 2}) {
            m_service->fetch(run);
            QVERIFY(m_service->isFetching(run));
            m_service->fetch(run);
            QTRY_VERIFY(!m_service->isFetching(run));
            QCOMPARE(failures.size(), times);  // it left nothing
        }
    }

    void runsBeyondThoseThatAreFollowedAreLookedAt() {
        std::vector<FileLock> agents;  // held: the runs are under way
        std::vector<RunFolder> folders;
        for (int number = 0; number < 66; ++number) {
            folders.push_back(m_fixture->makeRun());
            auto lock = FileLock::tryAcquire(folders.back().path() / "agent.lock");
            QVERIFY(lock && *lock);
            agents.push_back(**std::move(lock));
        }
        start();
        for (const std::size_t oldest : {0U, 1U}) {
            tellState(folders[oldest], RunState::Preparing);
            QTRY_COMPARE_WITH_TIMEOUT(folders[oldest].record()->status.reason, std::string("told"), 30000);
        }
    }
};

}  // namespace

QTEST_GUILESS_MAIN(tst_RunService)
#include "tst_runservice.moc"
