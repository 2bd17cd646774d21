// SPDX-License-Identifier: Apache-2.0
#include "backends/devices/powercap.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace slipway;
namespace fs = std::filesystem;

class tst_powercap : public QObject {
    Q_OBJECT

    static void write(const fs::path& zone, const char* name, const char* energy) {
        fs::create_directories(zone);
        std::ofstream(zone / "name") << name << '\n';
        std::ofstream(zone / "energy_uj") << energy << '\n';
        std::ofstream(zone / "max_energy_range_uj") << "262143328850\n";
    }

private Q_SLOTS:
    void packagesAndTheirMemoryAddUp() {
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        write(root / "intel-rapl:0", "package-0", "1000000");
        write(root / "intel-rapl:0:0", "core", "900000");
        write(root / "intel-rapl:0:1", "dram", "5000000");
        write(root / "intel-rapl:1", "package-1", "262143000000");
        write(root / "intel-rapl:2", "psys", "77");
        write(root / "intel-rapl-mmio:0", "package-0", "1000000");
        fs::create_directories(root / "dtpm");
        auto meter = PowercapMeter::open(root);
        QVERIFY(meter);
        QCOMPARE(*meter->joules(), 0.0);
        write(root / "intel-rapl:0", "package-0", "3500000");
        write(root / "intel-rapl:0:0", "core", "9900000");
        write(root / "intel-rapl:0:1", "dram", "6000000");
        write(root / "intel-rapl:1", "package-1", "671150");  // began anew
        QCOMPARE(*meter->joules(), 2.5 + 1 + 1);
        QCOMPARE(*meter->joules(), 4.5);
        fs::remove_all(root / "intel-rapl:1");
        QVERIFY(!meter->joules());
    }

    void whatCannotBeReadIsSaid() {
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        QCOMPARE(PowercapMeter::open(root / "none").error().code, ErrorCode::NotFound);
        QCOMPARE(PowercapMeter::open(root).error().code, ErrorCode::NotFound);
        write(root / "intel-rapl:0", "package-0", "many");
        QCOMPARE(PowercapMeter::open(root).error().code, ErrorCode::Corrupt);
    }
};

QTEST_APPLESS_MAIN(tst_powercap)
#include "tst_powercap.moc"
