// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/process.h"
#include "backends/platform/processusage.h"

#include <QTest>

#include <signal.h>
#include <unistd.h>

using namespace slipway;

class tst_processusage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void countsTheTree() {
        const auto alone = processTreeUsage(::getpid());
        QVERIFY(alone);
        QVERIFY(alone->memory.count > 1 << 20);
        const auto child = spawn({.command = {"sh", "-c", "sleep 60 & wait"},
                                  .environment = currentEnvironment(),
                                  .isGroupLeader = true});
        QVERIFY(child);
        QTRY_COMPARE(processTreeUsage(*child)->processes, 2);
        QVERIFY(processTreeUsage(::getpid())->processes >= alone->processes + 2);
        ::kill(-*child, SIGKILL);
        QVERIFY(waitFor(*child));
        QVERIFY(!processTreeUsage(*child));
    }

    // What a process held and gave back counts as well; beside another, what it holds now.
    void heldMemory() {
        constexpr std::size_t kSize = std::size_t{64} << 20;
        const auto before = slipway::heldMemory(::getpid());
        QVERIFY(before && before->processes == 1);
        { std::vector<char> block(kSize, 'x'); }
        const auto after = slipway::heldMemory(::getpid());
        QVERIFY(after->memory.count >= before->memory.count + std::int64_t{kSize} / 2);
        const auto child = spawn({.command = {"sleep", "60"}, .environment = currentEnvironment()});
        QVERIFY(child);
        const auto both = slipway::heldMemory(::getpid());
        QCOMPARE(both->processes, 2);
        QCOMPARE(processTree(::getpid()), (std::vector<pid_t>{::getpid(), *child}));
        QVERIFY(both->memory.count > 0 && both->memory.count < after->memory.count);
        ::kill(*child, SIGKILL);
        QVERIFY(waitFor(*child));
        QVERIFY(!slipway::heldMemory(*child));
    }

    void cpuGrows() {
        const double before = processTreeUsage(::getpid())->cpuSeconds;
        QTRY_VERIFY([&] {
            volatile double sink = 1;
            for (int i = 0; i < 5000000; ++i) sink = sink * 1.0000001;
            return processTreeUsage(::getpid())->cpuSeconds > before;
        }());
    }

    void theMachineHasMemory() {
        QVERIFY(machineMemory() && machineMemory()->count > 1 << 26);
        QVERIFY(availableMemory() && availableMemory()->count > 0);
    }
};

QTEST_APPLESS_MAIN(tst_processusage)
#include "tst_processusage.moc"
