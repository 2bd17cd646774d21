// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "backends/core/units.h"

#include <limits>

using namespace slipway;

class tst_Units : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void energy() {
        QCOMPARE(energyText(1.512e6), std::string("0.42 kWh"));
        QCOMPARE(energyText(3.6e9), std::string("1000 kWh"));
        QCOMPARE(energyText(111600), std::string("31.0 Wh"));
        QCOMPARE(energyText(252), std::string("0.07 Wh"));
    }

    void partsHaveTheUnitOfTheWhole() {
        QCOMPARE(binarySizeOf(Bytes{2254857830}, Bytes{12884901888}), std::string("2.1 / 12.0 GiB"));
        QCOMPARE(binarySizeOf(Bytes{0}, Bytes{85899345920}), std::string("0.0 / 80.0 GiB"));
        QCOMPARE(binarySizeOf(Bytes{512}, Bytes{1000}), std::string("512 / 1000 B"));
        QCOMPARE(binarySizeOf(Bytes{512}, Bytes{1024}), std::string("0.5 / 1.0 KiB"));
        QCOMPARE(binarySizeOf(Bytes{0}, Bytes{0}), std::string("0 / 0 B"));
    }

    void readsQuantities_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qint64>("milli");
        QTest::newRow("millis") << "1500m" << qint64{1500};
        QTest::newRow("cores") << "4" << qint64{4000};
        QTest::newRow("fraction") << "0.5" << qint64{500};
        QTest::newRow("exponent") << "1e3" << qint64{1000000};
        QTest::newRow("kilo") << "2k" << qint64{2000000};
        QTest::newRow("binary") << "64Gi" << (qint64{64} << 30) * 1000;
    }
    void readsQuantities() {
        QFETCH(QString, text);
        QFETCH(qint64, milli);
        const auto value = parseMilliQuantity(text.toStdString());
        QVERIFY(value.hasValue());
        QCOMPARE(*value, milli);
    }

    void refusesWhatIsNoQuantity_data() {
        QTest::addColumn<QString>("text");
        for (const char* text : {"", "Gi", "-1", "1GiB", "1 Gi", "nan", "inf", "1e30", "0x10"})
            QTest::newRow(text) << text;
    }
    void refusesWhatIsNoQuantity() {
        QFETCH(QString, text);
        const auto value = parseMilliQuantity(text.toStdString());
        QVERIFY(!value.hasValue());
        QCOMPARE(value.error().code, ErrorCode::InvalidArgument);
        QVERIFY(!value.error().hint.empty());
    }

    void writesTheShortestQuantity() {
        QCOMPARE(quantity(Bytes{std::int64_t{4} << 30}), std::string("4Gi"));
        QCOMPARE(quantity(Bytes{1500}), std::string("1500"));
        QCOMPARE(quantity(MilliCpu{2000}), std::string("2"));
        QCOMPARE(quantity(MilliCpu{250}), std::string("250m"));
    }

    void writesForPeople() {
        QCOMPARE(binarySize(Bytes{512}), std::string("512 B"));
        QCOMPARE(binarySize(Bytes{7623566950}), std::string("7.1 GiB"));
        QCOMPARE(decimalSize(Bytes{486000000}), std::string("486 MB"));
        QCOMPARE(siNumber(1210), std::string("1.21 k"));
        QCOMPARE(grouped(0), std::string("0"));
        QCOMPARE(grouped(999), std::string("999"));
        QCOMPARE(grouped(1000), std::string("1,000"));
        QCOMPARE(grouped(12345678), std::string("12,345,678"));
        QCOMPARE(durationText(0.211), std::string("211 ms"));
        QCOMPARE(durationText(161), std::string("2:41 min"));
        QCOMPARE(durationText(5160), std::string("1 h 26"));
        QCOMPARE(durationText(0.000155), std::string("155 µs"));
        QCOMPARE(durationText(0.0018), std::string("1.8 ms"));
        QCOMPARE(durationText(59.7), std::string("1:00 min"));
        QCOMPARE(durationText(0), std::string("0 s"));
        QCOMPARE(durationText(-3), std::string("0 s"));
        for (const double none :
             {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
              std::numeric_limits<double>::quiet_NaN()}) {
            QCOMPARE(durationText(none), std::string("–"));
            QCOMPARE(clockText(none), std::string("–"));
        }
        QCOMPARE(clockText(0.155), std::string("155 ms"));
        QCOMPARE(clockText(9.2), std::string("9.2 s"));
        QCOMPARE(clockText(161), std::string("2:41"));
        QCOMPARE(clockText(5160), std::string("1 h 26"));
    }

    void countsAgreeWithTheirNouns() {
        QCOMPARE(counted(1, "file"), std::string("1 file"));
        QCOMPARE(counted(0, "file"), std::string("0 files"));
        QCOMPARE(counted(2, "file"), std::string("2 files"));
    }

    void metricsOfAnySizeCanBeRead() {
        QCOMPARE(metricText(7e-12), std::string("7.00e-12"));
        QCOMPARE(metricText(-7.126e-5), std::string("-7.13e-05"));
        QCOMPARE(metricText(0.000123), std::string("0.000123"));
        QCOMPARE(metricText(0.0123), std::string("0.0123"));
        QCOMPARE(metricText(0.207), std::string("0.2070"));
        QCOMPARE(metricText(2.3026), std::string("2.303"));
        QCOMPARE(metricText(12.4), std::string("12.40"));
        QCOMPARE(metricText(4096), std::string("4096"));
        QCOMPARE(metricText(1.5e9), std::string("1.50e+09"));
        QCOMPARE(metricText(0), std::string("0"));
    }
};

QTEST_APPLESS_MAIN(tst_Units)
#include "tst_units.moc"
