// SPDX-License-Identifier: Apache-2.0
#include "backends/services/localservices.h"
#include "nvmlstandin.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace slipway;

class tst_DeviceService : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tellsWhileSomebodyLooks() {
        playNvml("power-cap");
        const std::unique_ptr<DeviceService> service(makeDeviceService("/", nullptr, nvmlStandin()));
        DeviceSnapshotPtr last;
        int told = 0;
        connect(service.get(), &DeviceService::devicesChanged, this, [&](const DeviceSnapshotPtr& devices) {
            last = devices;
            ++told;
        });
        service->watch();
        QTRY_COMPARE(told, 1);
        QCOMPARE(last->gpus.devices.size(), std::size_t{1});
        QVERIFY(last->gpus.devices[0].throttling->empty());
        QTRY_COMPARE(told, 2);
        QCOMPARE(last->gpus.devices[0].throttling->count(ThrottleReason::PowerCap), std::size_t{1});
        service->rest();
        // Another look begins anew, with a session of its own, after the one before has ended.
        service->watch();
        QTRY_VERIFY(told >= 3);
        QVERIFY(last->gpus.devices[0].throttling->empty());
    }

    void aDriverThatHangsDoesNotHoldUpTheEnd() {
        playNvml("hung-driver");
        const QTemporaryDir folder;
        qputenv("SLIPWAY_NVML_HUNG", folder.filePath(QStringLiteral("hung")).toUtf8());
        std::unique_ptr<DeviceService> service(makeDeviceService("/", nullptr, nvmlStandin()));
        QSignalSpy spy(service.get(), &DeviceService::devicesChanged);
        service->watch();
        QTRY_VERIFY(QFile::exists(folder.filePath(QStringLiteral("hung"))));
        QTest::ignoreMessage(QtWarningMsg, "the GPU driver did not answer for 2 s");
        QElapsedTimer timer;
        timer.start();
        service.reset();
        QVERIFY2(timer.elapsed() < 10'000, QByteArray::number(timer.elapsed()));
        QVERIFY(spy.isEmpty());
    }

    void withoutADriver() {
        const std::unique_ptr<DeviceService> service(
            makeDeviceService("/", nullptr, "libthere-is-none.so.1"));
        QSignalSpy spy(service.get(), &DeviceService::devicesChanged);
        service->watch();
        QTRY_VERIFY(!spy.isEmpty());
        const auto devices = spy.first().first().value<DeviceSnapshotPtr>();
        QVERIFY(!devices->gpus.hasDriver);
        QVERIFY(devices->machine.memory);
    }
};

QTEST_GUILESS_MAIN(tst_DeviceService)
#include "tst_deviceservice.moc"
