// SPDX-License-Identifier: Apache-2.0
#include "backends/devices/gpuwords.h"

#include <QTest>

using namespace slipway;

class tst_gpuwords : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void throttling_data() {
        QTest::addColumn<qulonglong>("bits");
        QTest::addColumn<QByteArray>("words");
        const auto row = [](qulonglong bits, const char* words) {
            QTest::addRow("0x%llx", bits) << bits << QByteArray(words);
        };
        row(0, "");
        row(0x1, "");  // idle
        row(0x2, "clocks are set");
        row(0x102, "clocks are set");
        row(0x4, "power cap");
        row(0x8, "slowed by the hardware");
        row(0x48, "temperature, slowed by the hardware");
        row(0x88, "power brake");
        row(0x10, "sync boost");
        row(0x24, "power cap, temperature");
        row(0xfff0000000000000, "");
    }
    void throttling() {
        QFETCH(qulonglong, bits);
        QFETCH(QByteArray, words);
        QCOMPARE(throttleText(throttleReasons(bits)), words.toStdString());
    }

    void xids() {
        QCOMPARE(xidWords(79), std::string_view("GPU has fallen off the bus"));
        QCOMPARE(xidWords(1), std::string_view());
    }

    // What nvidia-smi calls them, and what the driver tells of their memory.
    void profiles_data() {
        QTest::addColumn<qint64>("whole");  // MiB
        QTest::addColumn<qint64>("memory");
        QTest::addColumn<unsigned>("gpuSlices");
        QTest::addColumn<unsigned>("computeSlices");
        QTest::addColumn<QByteArray>("profile");
        const auto row = [](qint64 whole, qint64 memory, unsigned gpu, unsigned compute,
                            const char* profile) {
            QTest::newRow(profile) << whole << memory << gpu << compute << QByteArray(profile);
        };
        row(40960, 4864, 1, 1, "1g.5gb");
        row(40960, 20096, 3, 3, "3g.20gb");
        row(81920, 9728, 1, 1, "1g.10gb");
        row(81920, 40320, 3, 1, "1c.3g.40gb");
        row(81920, 81216, 7, 7, "7g.80gb");
        row(24576, 5952, 1, 1, "1g.6gb");
    }
    void profiles() {
        QFETCH(qint64, whole);
        QFETCH(qint64, memory);
        QFETCH(unsigned, gpuSlices);
        QFETCH(unsigned, computeSlices);
        QFETCH(QByteArray, profile);
        QCOMPARE(sliceProfile(gpuSlices, computeSlices, Bytes{memory << 20}, Bytes{whole << 20}),
                 profile.toStdString());
    }
};

QTEST_APPLESS_MAIN(tst_gpuwords)
#include "tst_gpuwords.moc"
