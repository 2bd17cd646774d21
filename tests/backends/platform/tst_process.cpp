// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/process.h"

#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <atomic>
#include <map>
#include <thread>

using namespace slipway;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

SpawnOptions shell(const std::string& script) {
    return {.command = {"sh", "-c", script}, .environment = currentEnvironment()};
}

}  // namespace

class tst_process : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

private Q_SLOTS:
    void endsAreTold_data() {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<int>("exitCode");
        QTest::addColumn<int>("signal");
        QTest::newRow("success") << QByteArray("exit 0") << 0 << 0;
        QTest::newRow("code") << QByteArray("exit 3") << 3 << 0;
        QTest::newRow("killed") << QByteArray("kill -9 $$") << -1 << 9;
        QTest::newRow("terminated") << QByteArray("kill -15 $$") << -1 << 15;
    }
    void endsAreTold() {
        QFETCH(QByteArray, script);
        QFETCH(int, exitCode);
        QFETCH(int, signal);
        const auto child = spawn(shell(script.toStdString()));
        QVERIFY(child);
        QCOMPARE(*waitFor(*child), (ExitStatus{exitCode, signal}));
        QCOMPARE(waitFor(*child).error().code, ErrorCode::NotFound);
    }

    void outputFolderAndEnvironment() {
        SpawnOptions options = shell("pwd; echo $GREETING; echo oops >&2; exit 4");
        options.folder = fs::canonical(m_folder.path().toStdString());
        options.environment = {"GREETING=hello", "PATH=/usr/bin:/bin"};
        const auto output = runCommand(options, 10s);
        QVERIFY(output);
        QCOMPARE(output->out, options.folder.string() + "\nhello\n");
        QCOMPARE(output->err, std::string("oops\n"));
        QCOMPARE(output->status.exitCode, 4);
    }

    void longOutputIsCut() {
        const auto output = runCommand(shell("head -c 300000 /dev/zero"), 10s, {}, 1000);
        QVERIFY(output);
        QCOMPARE(output->out.size(), std::size_t{1000});
        QCOMPARE(output->status.exitCode, 0);
    }

    void lateCommandsAreEnded() {
        QCOMPARE(runCommand(shell("sleep 60 & sleep 60"), 50ms).error().code, ErrorCode::Timeout);
        QCOMPARE(runCommand(shell("exec >&- 2>&-; sleep 60"), 200ms).error().code, ErrorCode::Timeout);
    }
    void aStoppedCommandEnds() {
        std::stop_source stop;
        const std::jthread stopper([&] { stop.request_stop(); });
        QCOMPARE(runCommand(shell("sleep 60 & sleep 60"), 60s, stop.get_token()).error().code,
                 ErrorCode::Cancelled);
    }

    void aBoundChildEndsWithTheThreadThatStartedIt() {
        SpawnOptions options = shell("exec sleep 60");
        options.isBoundToUs = true;
        pid_t child = 0;
        std::thread([&] { child = *spawn(options); }).join();
        QCOMPARE(*waitFor(child), (ExitStatus{-1, SIGKILL}));
    }

    void failedStarts_data() {
        QTest::addColumn<QByteArray>("program");
        QTest::addColumn<QByteArray>("folder");
        QTest::addColumn<int>("code");
        QTest::newRow("unknown") << QByteArray("no-such-program-here") << QByteArray()
                                 << int(ErrorCode::NotFound);
        QTest::newRow("no file") << QByteArray("/no/such") << QByteArray() << int(ErrorCode::NotFound);
        QTest::newRow("a folder") << QByteArray("/usr") << QByteArray() << int(ErrorCode::PermissionDenied);
        QTest::newRow("no folder") << QByteArray("sh") << QByteArray("/no/such/folder")
                                   << int(ErrorCode::NotFound);
    }
    void failedStarts() {
        QFETCH(QByteArray, program);
        QFETCH(QByteArray, folder);
        QFETCH(int, code);
        for (const bool isDetached : {false, true}) {
            SpawnOptions options;
            options.command = {program.toStdString()};
            options.environment = currentEnvironment();
            options.folder = folder.toStdString();
            options.isDetached = isDetached;
            const auto child = spawn(options);
            QVERIFY(!child);
            QCOMPARE(int(child.error().code), code);
            QVERIFY(child.error().message.find(folder.isEmpty() ? program.toStdString()
                                                                : folder.toStdString()) != std::string::npos);
        }
    }

    void descriptorsArriveWhereAsked() {
        auto pipe = makePipe();
        QVERIFY(pipe);
        SpawnOptions options = shell("echo to-three >&3; ls /proc/self/fd | wc -l >&3");
        options.descriptors = {{pipe->second.get(), 3}};
        const auto child = spawn(options);
        QVERIFY(child);
        pipe->second.reset();
        QCOMPARE(waitFor(*child)->exitCode, 0);
        std::string text(200, '\0');
        const ssize_t count = ::read(pipe->first.get(), text.data(), text.size());
        // 0, 1, 2, 3 and the one ls has open on the folder (and wc's pipe is its own).
        QCOMPARE(text.substr(0, static_cast<std::size_t>(count)), std::string("to-three\n5\n"));
    }

    void groupsAreSignalledWhole() {
        SpawnOptions options = shell("sleep 60 & sleep 60 & wait");
        options.isGroupLeader = true;
        const auto child = spawn(options);
        QVERIFY(child);
        QCOMPARE(::getpgid(*child), *child);
        QCOMPARE(::kill(-*child, SIGKILL), 0);
        QCOMPARE(waitFor(*child)->signal, SIGKILL);
        QTRY_VERIFY(::kill(-*child, 0) != 0);
    }

    void reapingLeavesTheChildrenOfOtherThreads() {
        constexpr int kCommands = 200;
        ::prctl(PR_SET_CHILD_SUBREAPER, 1);
        const auto own = spawn(shell("exit 7"));
        const auto parent = spawn(shell("sleep 0.2 & exit 8"));
        QVERIFY(own && parent);
        std::string problem;
        std::atomic<bool> isDone = false;
        std::jthread runner([&] {
            for (int i = 0; i < kCommands && problem.empty(); ++i) {
                const auto ran = runCommand(shell("exit 5"), 20s);
                if (!ran) problem = describe(ran.error());
                if (ran && ran->status.exitCode != 5) problem = "another status";
            }
            isDone = true;
        });
        std::map<pid_t, ExitStatus> reaped;
        const auto reap = [&] {
            while (const auto ended = reapChild()) reaped.emplace(ended->pid, ended->status);
        };
        while (!isDone) reap();
        runner.join();
        QCOMPARE(problem, std::string());
        // This thread's own, and the orphan that came to this process.
        QTRY_VERIFY((reap(), reaped.size() == 3));
        QCOMPARE(reaped.at(*own).exitCode, 7);
        QCOMPARE(reaped.at(*parent).exitCode, 8);
        ::prctl(PR_SET_CHILD_SUBREAPER, 0);
    }

    void detachedOnesAreNobodysChild() {
        SpawnOptions options = shell("exec sleep 60");  // else it may outlive its shell, and hold our output
        options.isDetached = true;
        const auto pid = spawn(options);
        QVERIFY(pid);
        QCOMPARE(::kill(*pid, 0), 0);
        QVERIFY(::getsid(*pid) != ::getsid(0));
        QVERIFY(!waitFor(*pid));
        QCOMPARE(::kill(*pid, SIGKILL), 0);
    }

    void variablesHaveNamesAndValues() {
        qputenv("SLIPWAY_TRIED", "a=b");
        const auto variables = environmentVariables();
        QCOMPARE(variables.at("SLIPWAY_TRIED"), std::string("a=b"));
        QVERIFY(!variables.contains("SLIPWAY_TRIED_NOT"));
    }

    void coresArePositive() { QVERIFY(usableCores() >= 1); }
};

QTEST_APPLESS_MAIN(tst_process)
#include "tst_process.moc"
