// SPDX-License-Identifier: Apache-2.0
#include "backends/devices/devicewatch.h"

#include <QTest>

#include "nvmlstandin.h"

using namespace slipway;

class tst_devicewatch : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theDriverMayComeLater() {
        DeviceWatch watch("/", nvmlStandin());
        qunsetenv("SLIPWAY_NVML_LAYOUT");
        DeviceSnapshot none = watch.sample();
        QVERIFY(!none.gpus.hasDriver && !none.gpuError);
        QVERIFY(none.machine.memory);
        playNvml("mismatch");
        const DeviceSnapshot broken = watch.sample();
        QVERIFY(broken.gpus.hasDriver && broken.gpus.devices.empty());
        QCOMPARE(broken.gpuError->code, ErrorCode::Unavailable);
        playNvml("eight-gpus");
        const DeviceSnapshot eight = watch.sample();
        QCOMPARE(eight.gpus.devices.size(), std::size_t{8});
        QVERIFY(!eight.gpuError);
        QCOMPARE(watch.sample().gpus.devices.size(), std::size_t{8});
    }
};

QTEST_APPLESS_MAIN(tst_devicewatch)
#include "tst_devicewatch.moc"
