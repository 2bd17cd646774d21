// SPDX-License-Identifier: Apache-2.0
#include "backends/events/metricline.h"

#include "backends/events/eventcodec.h"

#include <QTest>

#include <cmath>

using namespace slipway;

class tst_metricline : public QObject {
    Q_OBJECT

    static Event metric(std::map<std::string, double> values) {
        return {RunId("a-1-x"),
                2,
                3,
                7,
                *parseTimestamp("2026-09-01T10:00:00.000123Z"),
                MetricEvent{10, std::move(values)}};
    }
    // As it is written, with a piece of it replaced.
    static std::string line(const char* piece = "", const char* by = "") {
        std::string text = encodeEvent(metric({{"loss", 2.5}}));
        const std::string from = piece;
        if (!from.empty()) text.replace(text.find(from), from.size(), by);
        return text;
    }

private Q_SLOTS:
    void readsWhatIsWritten() {
        for (const auto& values :
             {std::map<std::string, double>{{"loss", 2.5}},
              {{"a/b", -1e-300}, {"lr", 3}, {"x y", 1.7976931348623157e308}, {"zero", -0.0}},
              {{std::string(80, 'n'), 0.1}}}) {
            const Event event = metric(values);
            const auto read = readMetricLine(encodeEvent(event));
            QVERIFY(read);
            QCOMPARE(encodeEvent(*read), encodeEvent(event));
            QCOMPARE(std::get<MetricEvent>(read->body).values, values);
            QCOMPARE(read->seq, event.seq);
            QCOMPARE(read->time, event.time);
        }
    }

    void readsWhenItWasWritten() {
        Event event = metric({{"loss", 2.5}});
        std::get<MetricEvent>(event.body).written = *parseTimestamp("2026-09-01T09:59:59.5Z");
        const std::string text = encodeEvent(event);
        const auto read = readMetricLine(text);
        QVERIFY(read);
        QCOMPARE(std::get<MetricEvent>(read->body).written, std::get<MetricEvent>(event.body).written);
        QCOMPARE(encodeEvent(*read), text);
        for (std::size_t length = 0; length < text.size(); ++length)
            QVERIFY(!readMetricLine(text.substr(0, length)));
    }

    // Right or wrong, they are for the long way.
    void leavesOthers_data() {
        QTest::addColumn<QByteArray>("text");
        const auto row = [](const char* name, const std::string& text) {
            QTest::newRow(name) << QByteArray::fromStdString(text);
        };
        row("another kind", encodeEvent({RunId("a"), 1, 0, 1, {}, HeartbeatEvent{}}));
        row("no number", encodeEvent(metric({{"loss", std::nan("")}})));
        row("accent", encodeEvent(metric({{"\xC3\xA9", 1}})));
        row("quote", encodeEvent(metric({{"a\"b", 1}})));
        row("long name", encodeEvent(metric({{std::string(81, 'n'), 1}})));
        row("no name", encodeEvent(metric({{"", 1}})));
        row("newer", line("\"v\":1", "\"v\":2"));
        row("space", line(",\"rank\"", ", \"rank\""));
        row("leading zero", line("2.5", "02.5"));
        row("point alone", line("2.5", "2."));
        row("no digit", line("2.5", "-"));
        row("inf", line("2.5", "inf"));
        row("too large", line("2.5", "1e999"));
        row("hexadecimal", line("2.5", "0x1"));
        row("twice", line("2.5", "2.5,\"loss\":3"));
        row("comma", line("2.5", "2.5,"));
        row("more", line() + " ");
        row("attempt 0", line("\"attempt\":2", "\"attempt\":0"));
        row("rank below 0", line("\"rank\":3", "\"rank\":-3"));
        row("step below 0", line("\"step\":10", "\"step\":-1"));
        row("seq too large", line("\"seq\":7", "\"seq\":9223372036854775808"));
        row("time", line("2026-09", "2026-13"));
        row("written", line("}}", "},\"written\":\"soon\"}"));
        row("empty", "");
    }
    void leavesOthers() {
        QFETCH(QByteArray, text);
        QVERIFY(!readMetricLine(text.toStdString()));
    }

    void noBeginningOfALineIsOne() {
        const std::string whole = line();
        for (std::size_t length = 0; length < whole.size(); ++length)
            QVERIFY(!readMetricLine(std::string(whole.substr(0, length))));
    }
};

QTEST_APPLESS_MAIN(tst_metricline)
#include "tst_metricline.moc"
