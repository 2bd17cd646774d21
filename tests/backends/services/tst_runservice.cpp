// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/filelock.h"
#include "backends/services/localservices.h"
#include "tests/backends/runs/runfixture.h"

#include <QDir>
#include <QTest>

#include <fstream>

using namespace slipway;

namespace {

class tst_RunService : public QObject {
    Q_OBJECT

    std::unique_ptr<RunFixture> m_fixture;
    std::unique_ptr<RunService> m_service;
    RunListPtr m_runs;

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
