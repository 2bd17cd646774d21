// SPDX-License-Identifier: Apache-2.0
#include "backends/devices/machinestatus.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace slipway;
namespace fs = std::filesystem;

class tst_machinestatus : public QObject {
    Q_OBJECT

    static void write(const fs::path& file, const char* text) {
        fs::create_directories(file.parent_path());
        std::ofstream(file) << text;
    }
    static MachineFiles machine(const QTemporaryDir& folder) {
        const fs::path root = folder.path().toStdString();
        write(root / "proc/cpuinfo", "processor\t: 0\nmodel name\t: AMD EPYC 9334 32-Core Processor\n");
        write(root / "proc/stat", "cpu  100 0 100 700 100 0 0 0 50 0\ncpu0 1 2 3\n");
        write(root / "proc/loadavg", "1.50 1.20 1.00 3/900 1234\n");
        write(root / "proc/meminfo", "MemTotal:       16384 kB\nMemFree:  1 kB\nMemAvailable:   12288 kB\n");
        return {root / "proc", root / "cgroup"};
    }

private Q_SLOTS:
    void readsProc() {
        QTemporaryDir folder;
        const MachineFiles files = machine(folder);
        MachineWatch watch(folder.path().toStdString() + "/not/there/yet", files);
        MachineStatus status = watch.sample();
        QCOMPARE(status.cpu, std::string("AMD EPYC 9334 32-Core Processor"));
        QVERIFY(status.cores >= 1);
        QVERIFY(!status.host.empty());
        QCOMPARE(status.load, 1.5);
        QVERIFY(!status.cpuUse);
        QCOMPARE(status.memory, Bytes{16 << 20});
        QCOMPARE(status.usedMemory, Bytes{4 << 20});
        QVERIFY(!status.isMemoryLimited);
        QVERIFY(status.disk->count > 0);
        QVERIFY(status.freeDisk->count <= status.disk->count);
        write(files.proc / "stat", "cpu  130 0 100 760 110 0 0 0 80 0\n");
        QCOMPARE(watch.sample().cpuUse, 0.3);
        QVERIFY(!watch.sample().cpuUse);  // no time has passed
    }

    void theControlGroupsLimitCounts() {
        QTemporaryDir folder;
        const MachineFiles files = machine(folder);
        write(files.cgroup / "memory.max", "max\n");
        QVERIFY(!MachineWatch("/", files).sample().isMemoryLimited);
        write(files.cgroup / "memory.max", "8388608\n");
        write(files.cgroup / "memory.current", "6291456\n");
        write(files.cgroup / "memory.stat", "anon 1\ninactive_file 2097152\n");
        const MachineStatus status = MachineWatch("/", files).sample();
        QVERIFY(status.isMemoryLimited);
        QCOMPARE(status.memory, Bytes{8 << 20});
        QCOMPARE(status.usedMemory, Bytes{4 << 20});
    }

    void theOlderControlGroup() {
        QTemporaryDir folder;
        const MachineFiles files = machine(folder);
        write(files.cgroup / "memory/memory.limit_in_bytes", "9223372036854771712\n");
        QVERIFY(!MachineWatch("/", files).sample().isMemoryLimited);
        write(files.cgroup / "memory/memory.limit_in_bytes", "8388608\n");
        QCOMPARE(MachineWatch("/", files).sample().memory, Bytes{8 << 20});
    }

    void nothingToReadIsUnknown() {
        const MachineStatus status = MachineWatch("/", {"/no/proc", "/no/cgroup"}).sample();
        QVERIFY(status.cpu.empty() && !status.load && !status.cpuUse && !status.memory && !status.usedMemory);
    }
};

QTEST_APPLESS_MAIN(tst_machinestatus)
#include "tst_machinestatus.moc"
