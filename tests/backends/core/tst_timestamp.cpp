// SPDX-License-Identifier: Apache-2.0
#include "backends/core/timestamp.h"

#include <QTest>

using namespace slipway;

class tst_Timestamp : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsAndWrites_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("written");
        const auto row = [](const char* name, const char* text, const char* written) {
            QTest::newRow(name) << QString::fromUtf8(text) << QString::fromUtf8(written);
        };
        row("seconds", "2026-09-01T10:00:00Z", "2026-09-01T10:00:00.000000Z");
        row("micros", "2026-09-01T10:00:00.000123Z", "2026-09-01T10:00:00.000123Z");
        row("one decimal", "2026-09-01T10:00:00.5Z", "2026-09-01T10:00:00.500000Z");
        row("nanos are cut", "2026-09-01T10:00:00.123456999Z", "2026-09-01T10:00:00.123456Z");
        row("east", "2026-09-01T10:00:00+02:00", "2026-09-01T08:00:00.000000Z");
        row("west over midnight", "2026-12-31T20:30:00-05:30", "2027-01-01T02:00:00.000000Z");
        row("small letters", "2026-09-01t10:00:00z", "2026-09-01T10:00:00.000000Z");
        row("leap day", "2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000000Z");
        row("leap second", "2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000Z");
        row("before 1970", "1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z");
    }
    void readsAndWrites() {
        QFETCH(QString, text);
        QFETCH(QString, written);
        const auto time = parseTimestamp(text.toStdString());
        QVERIFY(time.hasValue());
        QCOMPARE(QString::fromStdString(formatTimestamp(*time)), written);
    }

    void refuses_data() {
        QTest::addColumn<QString>("text");
        for (const char* text :
             {"", "2026", "2026-09-01", "2026-09-01T10:00:00", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
              "2026-00-01T00:00:00Z", "2026-09-01T24:00:00Z", "2026-09-01T10:60:00Z", "2026-09-01T10:00:61Z",
              "2026-09-01T10:00:00Zx", "2026-09-01T10:00:00+0200", "2026-09-01T10:00:00+24:00",
              "2026-09-01T10:00:00+", "2026/09/01T10:00:00Z", "2026-09-01_10:00:00Z", "-026-09-01T10:00:00Z",
              "2026-09-01T10:00:-1Z", "2026-09-01T10:00:00.Z"})
            QTest::newRow(text) << QString::fromUtf8(text);
    }
    void refuses() {
        QFETCH(QString, text);
        const auto time = parseTimestamp(text.toStdString());
        QVERIFY(!time.hasValue());
        QCOMPARE(time.error().code, ErrorCode::InvalidArgument);
        QVERIFY(!time.error().hint.empty());
    }

    void textOrderIsTimeOrder() {
        const Timestamp first = now();
        const Timestamp second = first + std::chrono::microseconds(1);
        QVERIFY(formatTimestamp(first) < formatTimestamp(second));
        QCOMPARE(*parseTimestamp(formatTimestamp(first)), first);
    }
};

QTEST_APPLESS_MAIN(tst_Timestamp)
#include "tst_timestamp.moc"
