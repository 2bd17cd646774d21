// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/filelock.h"
#include "runfixture.h"

#include <QTest>

#include <sys/wait.h>
#include <unistd.h>

using namespace slipway;

class tst_runfolder : public QObject {
    Q_OBJECT
    RunFixture m_fixture;

private Q_SLOTS:
    void tellsWhetherItIsBeingSubmitted() {
        const RunFixture fixture;
        const RunFolder folder = fixture.makeRun();
        QVERIFY(*folder.isBeingSubmitted());  // just made
        {
            const auto lock = FileLock::tryAcquire(folder.submitLock());
            QVERIFY(lock && *lock);
            QVERIFY(*folder.isBeingSubmitted());
        }
        QVERIFY(!*folder.isBeingSubmitted());
        const RunFolder old = fixture.makeRun();
        QVERIFY(old.update([](RunRecord& r) { r.created -= 2 * kStartWindow; }));
        QVERIFY(!*old.isBeingSubmitted());
    }
    void placesAreFixed() {
        const RunFolder folder("/x/7");
        QCOMPARE(folder.jobFile(), std::filesystem::path("/x/7/job.yaml"));
        QCOMPARE(folder.eventsFile(3), std::filesystem::path("/x/7/events/rank-3.jsonl"));
        QCOMPARE(folder.checkpointFolder(), std::filesystem::path("/x/7/checkpoints"));
        QCOMPARE(folder.resultFolder(), std::filesystem::path("/x/7/result"));
    }

    void halfACheckpointIsNone() {
        const RunFolder folder = m_fixture.makeRun();
        QVERIFY(!folder.hasCheckpoint());
        std::filesystem::create_directories(folder.checkpointFolder());
        QVERIFY(!folder.hasCheckpoint());
        RunFixture::append(folder.checkpointFolder() / "step-10.safetensors.part", "half");
        QVERIFY(!folder.hasCheckpoint());
        RunFixture::append(folder.checkpointFolder() / "step-10.safetensors", "whole");
        QVERIFY(folder.hasCheckpoint());
    }

    void anEmptyFolderIsNoResult() {
        const RunFolder folder = m_fixture.makeRun();
        QVERIFY(!folder.hasResult());
        std::filesystem::create_directories(folder.resultFolder());
        QVERIFY(!folder.hasResult());
        RunFixture::append(folder.resultFolder() / "model.pt", "whole");
        QVERIFY(folder.hasResult());
    }

    void updatesOfSeveralProcessesAddUp() {
        const RunFolder folder = m_fixture.makeRun();
        constexpr int kProcesses = 4, kUpdates = 20;
        std::vector<pid_t> children;
        for (int child = 0; child < kProcesses; ++child) {
            const pid_t pid = ::fork();
            if (pid == 0) {
                bool isFine = true;
                for (int i = 0; i < kUpdates; ++i)
                    isFine = folder.update([](RunRecord& record) { ++record.attempt; }).hasValue() && isFine;
                ::_exit(isFine ? 0 : 1);
            }
            children.push_back(pid);
        }
        for (const pid_t pid : children) {
            int status = -1;
            QCOMPARE(::waitpid(pid, &status, 0), pid);
            QCOMPARE(status, 0);
        }
        QCOMPARE(folder.record()->attempt, 1 + kProcesses * kUpdates);
    }

    void errorsAreTold() {
        const RunFolder folder = m_fixture.makeRun();
        RunFixture::overwrite(folder.path() / "run.json", "{\"version\": 1, \"id\"");
        QCOMPARE(folder.record().error().code, ErrorCode::Corrupt);
        QVERIFY(folder.record().error().message.find("run.json") != std::string::npos);
        QCOMPARE(folder.update([](RunRecord&) {}).error().code, ErrorCode::Corrupt);
        QCOMPARE(RunFolder("/no/such").record().error().code, ErrorCode::NotFound);
    }
};

QTEST_APPLESS_MAIN(tst_runfolder)
#include "tst_runfolder.moc"
