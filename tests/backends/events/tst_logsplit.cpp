// SPDX-License-Identifier: Apache-2.0
#include "backends/events/eventcodec.h"

#include <QTest>

using namespace slipway;

class tst_logsplit : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void longLinesAreCutBetweenCodePoints_data() {
        QTest::addColumn<QByteArray>("unit");
        QTest::newRow("ascii") << QByteArray("x");
        QTest::newRow("two bytes") << QByteArray("\xC3\xA9");
        QTest::newRow("four bytes") << QByteArray("\xF0\x9F\x9A\xA2");
        QTest::newRow("quotes") << QByteArray("\"");
        QTest::newRow("control") << QByteArray("\x01");
    }
    void longLinesAreCutBetweenCodePoints() {
        QFETCH(QByteArray, unit);
        const std::string line = ("ab" + unit.repeated(20000)).toStdString();
        const auto parts = splitLogLine(LogEvent::Stream::Stdout, line);
        QVERIFY(parts.size() > 1);
        std::string joined;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            QCOMPARE(parts[i].isContinued, i + 1 < parts.size());
            QVERIFY(encodeEvent({RunId(std::string(63, 'r')), 9, 1023, 1u << 30, now(), parts[i]}).size() <=
                    kMaxEventBytes);
            QVERIFY(decodeBody(encodeBody(parts[i])));
            joined += parts[i].text;
        }
        QVERIFY(joined == line);
    }

    void brokenUtf8IsReplaced_data() {
        QTest::addColumn<QByteArray>("raw");
        QTest::addColumn<QByteArray>("text");
        const QByteArray r("\xEF\xBF\xBD");
        QTest::newRow("plain") << QByteArray("ok\r\n") << QByteArray("ok");
        QTest::newRow("empty") << QByteArray("") << QByteArray("");
        QTest::newRow("lone byte") << QByteArray(
                                          "a\xFF"
                                          "b")
                                   << QByteArray("a") + r + "b";
        QTest::newRow("cut") << QByteArray("a\xE2\x82") << QByteArray("a") + r + r;
        QTest::newRow("overlong") << QByteArray("\xC0\xAF") << r + r;
        QTest::newRow("surrogate") << QByteArray("\xED\xA0\x80") << r + r + r;
        QTest::newRow("beyond") << QByteArray("\xF4\x90\x80\x80") << r + r + r + r;
        QTest::newRow("whole") << QByteArray("\xE2\x82\xAC") << QByteArray("\xE2\x82\xAC");
    }
    void brokenUtf8IsReplaced() {
        QFETCH(QByteArray, raw);
        QFETCH(QByteArray, text);
        const auto parts = splitLogLine(LogEvent::Stream::Stderr, raw.toStdString());
        QCOMPARE(parts.size(), std::size_t{1});
        QCOMPARE(parts[0].stream, LogEvent::Stream::Stderr);
        QCOMPARE(QByteArray::fromStdString(parts[0].text), text);
    }
};

QTEST_APPLESS_MAIN(tst_logsplit)
#include "tst_logsplit.moc"
