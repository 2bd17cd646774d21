// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/filelock.h"
#include "backends/platform/process.h"

#include <QTemporaryDir>
#include <QTest>

#include <signal.h>

using namespace slipway;
namespace fs = std::filesystem;

class tst_filelock : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path file(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }

private Q_SLOTS:
    void oneHolder() {
        QVERIFY(!*FileLock::isHeld(file("a")));
        auto first = FileLock::tryAcquire(file("a"));
        QVERIFY(first && *first);
        QVERIFY(*FileLock::isHeld(file("a")));
        auto second = FileLock::tryAcquire(file("a"));
        QVERIFY(second && !*second);
        QVERIFY((*first)->setContent("pid 1\n"));
        QVERIFY((*first)->setContent("pid 22\n"));
        QCOMPARE(*readFile(file("a"), 100), std::string("pid 22\n"));
        first->reset();
        QVERIFY(!*FileLock::isHeld(file("a")));
        QVERIFY(*FileLock::tryAcquire(file("a")));
    }

    void waitingEnds() {
        auto first = FileLock::tryAcquire(file("b"));
        QVERIFY(first && *first);
        QCOMPARE(FileLock::acquire(file("b"), std::chrono::milliseconds(30)).error().code,
                 ErrorCode::Timeout);
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(FileLock::acquire(file("b"), std::chrono::hours(1), stop.get_token()).error().code,
                 ErrorCode::Cancelled);
        first->reset();
        QVERIFY(FileLock::acquire(file("b"), std::chrono::milliseconds(30)));
    }

    void childrenDoNotKeepIt() {
        auto lock = FileLock::tryAcquire(file("c"));
        QVERIFY(lock && *lock);
        const auto child = spawn({.command = {"sleep", "60"}, .environment = currentEnvironment()});
        QVERIFY(child);
        lock->reset();
        QVERIFY(!*FileLock::isHeld(file("c")));
        ::kill(*child, SIGKILL);
        QCOMPARE(waitFor(*child)->signal, SIGKILL);
    }

    void aMissingFolderIsAnError() {
        QCOMPARE(FileLock::tryAcquire(file("no/d")).error().code, ErrorCode::NotFound);
    }
};

QTEST_APPLESS_MAIN(tst_filelock)
#include "tst_filelock.moc"
