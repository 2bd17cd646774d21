// SPDX-License-Identifier: Apache-2.0
#include "backends/devices/gpunames.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace slipway;
namespace fs = std::filesystem;

class tst_gpunames : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theDriverTellsThem() {
        QTemporaryDir folder;
        const fs::path gpus = folder.path().toStdString();
        for (const auto& [address, uuid] :
             {std::pair("0000:af:00.0", "GPU-????????"),
              std::pair("0000:3b:00.0", "GPU-5fa10000-1111-2222-3333-444455556666")}) {
            fs::create_directories(gpus / address);
            std::ofstream(gpus / address / "information")
                << "Model: \t\t NVIDIA H100 80GB HBM3\nIRQ:   \t\t 155\nGPU UUID: \t " << uuid
                << "\nVideo BIOS: \t 96.00.74.00.11\nDevice Minor: \t 0\n";
        }
        fs::create_directories(gpus / "0000:d8:00.0");
        const auto devices = driverGpus(gpus);
        QCOMPARE(devices.size(), std::size_t{3});
        QCOMPARE(devices[0].address, std::string("0000:3b:00.0"));
        QCOMPARE(devices[0].uuid, std::string("GPU-5fa10000-1111-2222-3333-444455556666"));
        QCOMPARE(devices[1].address, std::string("0000:af:00.0"));
        QCOMPARE(devices[2].uuid, std::string());
        QVERIFY(driverGpus(gpus / "none").empty());
    }

    void oneDeviceHasOneName_data() {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("device");
        QTest::newRow("number") << QByteArray("1") << QByteArray("0000:af:00.0");
        QTest::newRow("leading zero") << QByteArray("01") << QByteArray("0000:af:00.0");
        QTest::newRow("number that the driver does not show") << QByteArray("007") << QByteArray("7");
        QTest::newRow("UUID") << QByteArray("GPU-5fa10000-1111") << QByteArray("0000:3b:00.0");
        QTest::newRow("UUID in capitals") << QByteArray("GPU-5FA10000-1111") << QByteArray("0000:3b:00.0");
        QTest::newRow("its beginning") << QByteArray("GPU-5fa1") << QByteArray("0000:3b:00.0");
        QTest::newRow("a beginning of two") << QByteArray("GPU-5f") << QByteArray("gpu-5f");
        QTest::newRow("another's UUID") << QByteArray("GPU-77") << QByteArray("gpu-77");
        QTest::newRow("slice") << QByteArray("MIG-5FA10000") << QByteArray("mig-5fa10000");
        QTest::newRow("slice, as older drivers name it")
            << QByteArray("MIG-GPU-5fa10000-1111/1/0") << QByteArray("mig-gpu-5fa10000-1111/1/0");
        QTest::newRow("nonsense") << QByteArray("1x") << QByteArray("1x");
    }
    void oneDeviceHasOneName() {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, device);
        const std::vector<DriverGpu> devices{{"0000:3b:00.0", "GPU-5fa10000-1111"},
                                             {"0000:af:00.0", "GPU-5fb20000-2222"}};
        QCOMPARE(gpuDeviceOf(name.toStdString(), devices), device.toStdString());
    }

    void addressesAreWrittenOneWay_data() {
        QTest::addColumn<QByteArray>("told");
        QTest::addColumn<QByteArray>("address");
        QTest::newRow("NVML") << QByteArray("00000000:3B:00.0") << QByteArray("0000:3b:00.0");
        QTest::newRow("NVML, a domain") << QByteArray("0001A000:3B:00.0") << QByteArray("1a000:3b:00.0");
        QTest::newRow("Linux") << QByteArray("0000:3b:00.0") << QByteArray("0000:3b:00.0");
        QTest::newRow("nothing") << QByteArray("") << QByteArray("");
    }
    void addressesAreWrittenOneWay() {
        QFETCH(QByteArray, told);
        QFETCH(QByteArray, address);
        QCOMPARE(pciAddress(told.toStdString()), address.toStdString());
    }
};

QTEST_APPLESS_MAIN(tst_gpunames)
#include "tst_gpunames.moc"
