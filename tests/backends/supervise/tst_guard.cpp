// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/filelock.h"
#include "backends/platform/process.h"
#include "backends/supervise/guard.h"

#include <QTemporaryDir>
#include <QTest>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace slipway;

class tst_guard : public QObject {
    Q_OBJECT

    static pid_t sleeper() {
        return *spawn(
            {.command = {"sleep", "300"}, .environment = currentEnvironment(), .isGroupLeader = true});
    }

private Q_SLOTS:
    void killsWhatItWatchesWhenItsOwnerDies() {
        const pid_t watched = sleeper(), forgotten = sleeper();
        QTemporaryDir folder;
        const std::filesystem::path lockFile = folder.filePath(QStringLiteral("lock")).toStdString();
        const pid_t owner = ::fork();
        if (owner == 0) {
            auto lock = FileLock::tryAcquire(lockFile);
            auto guard = Guard::start();
            guard->watch(watched);
            guard->watch(forgotten);
            guard->forget(forgotten);
            ::kill(::getpid(), SIGKILL);
        }
        QCOMPARE(waitFor(owner)->signal, SIGKILL);
        QCOMPARE(waitFor(watched)->signal, SIGKILL);
        QVERIFY(!*FileLock::isHeld(lockFile));
        QCOMPARE(::waitpid(forgotten, nullptr, WNOHANG), 0);
        ::kill(forgotten, SIGKILL);
        QVERIFY(waitFor(forgotten));
    }

    void goesQuietlyWithItsOwner() {
        const pid_t watched = sleeper();
        {
            auto guard = Guard::start();
            QVERIFY(guard);
            guard->watch(watched);
            Guard moved = *std::move(guard);
        }
        QCOMPARE(::waitpid(watched, nullptr, WNOHANG), 0);
        ::kill(watched, SIGKILL);
        QVERIFY(waitFor(watched));
        QCOMPARE(::waitpid(-1, nullptr, WNOHANG), -1);
    }
};

QTEST_APPLESS_MAIN(tst_guard)
#include "tst_guard.moc"
