// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/linebuffer.h"

#include <QTest>

using namespace slipway;
using namespace std::chrono_literals;

class tst_linebuffer : public QObject {
    Q_OBJECT

    // Lines end in "|", pieces of a longer line in "+".
    static LineBuffer::Sink into(QByteArray& lines) {
        return [&lines](std::string_view line, bool isContinued) {
            lines += QByteArray(line.data(), static_cast<qsizetype>(line.size())) + (isContinued ? "+" : "|");
        };
    }

private Q_SLOTS:
    void lines_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("lines");
        QTest::newRow("nothing") << QByteArray("") << QByteArray("");
        QTest::newRow("lines") << QByteArray("a\nbc\n") << QByteArray("a|bc|");
        QTest::newRow("no end") << QByteArray("a\nb") << QByteArray("a|b|");
        QTest::newRow("empty lines") << QByteArray("\n\na\n") << QByteArray("||a|");
        QTest::newRow("windows") << QByteArray("a\r\nb\r\n") << QByteArray("a|b|");
        QTest::newRow("overwritten") << QByteArray("1%\r2%\r3%\n") << QByteArray("1%|3%|");
        // As tqdm draws one bar below another, and takes it away.
        QTest::newRow("bars below another")
            << QByteArray("\rE 0\n\r1%\x1b[A\n\r2%\x1b[A\n\r3%\x1b[A\rE 1\n\r  \r\x1b[Aend\n")
            << QByteArray("E 0|1%|E 1|\x1b[Aend|");
        QTest::newRow("a bar below another, left") << QByteArray("1%\x1b[A") << QByteArray("1%|");
        QTest::newRow("long") << QByteArray("0123456789abc\nx\n") << QByteArray("01234567+89abc|x|");
        QTest::newRow("long to the byte") << QByteArray("01234567\n") << QByteArray("01234567+|");
        QTest::newRow("between code points")
            << QByteArray("012345\xF0\x9F\x9A\xA2z\n") << QByteArray("012345+\xF0\x9F\x9A\xA2z|");
        QTest::newRow("zero bytes") << QByteArray("a\0b\n", 4) << QByteArray("a\0b|", 4);
    }
    void lines() {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, lines);
        const auto now = LineBuffer::Clock::now();
        for (const qsizetype step : {qsizetype{1}, qsizetype{3}, qsizetype{1000}}) {
            LineBuffer buffer(8);
            QByteArray seen;
            for (qsizetype at = 0; at < bytes.size(); at += step) {
                const QByteArray part = bytes.mid(at, step);
                buffer.feed({part.data(), static_cast<std::size_t>(part.size())}, now, into(seen));
            }
            buffer.finish(into(seen));
            QCOMPARE(seen, lines);
        }
    }

    void progressBarsAreShownOnceASecond() {
        LineBuffer buffer(1000);
        QByteArray seen;
        const auto begin = LineBuffer::Clock::now();
        for (int i = 0; i <= 100; ++i)
            buffer.feed("\r" + std::to_string(i) + "%", begin + i * 50ms, into(seen));
        buffer.finish(into(seen));
        QVERIFY2(seen.count('|') >= 5 && seen.count('|') <= 8, seen.constData());
        QVERIFY(seen.endsWith("100%|"));
    }
};

QTEST_APPLESS_MAIN(tst_linebuffer)
#include "tst_linebuffer.moc"
