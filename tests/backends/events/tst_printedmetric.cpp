// SPDX-License-Identifier: Apache-2.0
#include "backends/events/eventcodec.h"
#include "backends/events/printedmetric.h"

#include <QTest>

using namespace slipway;

class tst_PrintedMetric : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void lines_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QByteArray>("event");  // empty: none
        const auto row = [](const char* name, const QByteArray& line, const char* event = "") {
            QTest::newRow(name) << line << QByteArray(event);
        };
        row("numbers", R"({"step": 10, "loss": 0.3, "test/accuracy": 1})",
            R"({"kind":"metric","step":10,"values":{"loss":0.3,"test/accuracy":1.0}})");
        row("a step that Python made a float", R"({"loss": 2, "step": 3.0})",
            R"({"kind":"metric","step":3,"values":{"loss":2.0}})");
        row("what is no number",
            R"({"step": 0, "loss": 1, "phase": "a", "ok": true, "x": null, "y": [1], "z": {"w": 2}})",
            R"({"kind":"metric","step":0,"values":{"loss":1.0}})");
        row("Python's words", R"({"step": 1, "a": NaN, "b": -Infinity, "c": Infinity, "NaN": 4})",
            R"({"kind":"metric","step":1,"values":{"NaN":4.0,"a":"nan","b":"-inf","c":"inf"}})");
        row("the protocol's words", R"({"step": 1, "a": "nan"})",
            R"({"kind":"metric","step":1,"values":{"a":"nan"}})");
        row("words in a text stay", "{\"step\": 1, \"a\": 1, \"b\": \"\\\"NaN Infinity\"}",
            R"({"kind":"metric","step":1,"values":{"a":1.0}})");
        row("no step", R"({"loss": 0.3})");
        row("a step that is a text", R"({"step": "1", "loss": 0.3})");
        row("half a step", R"({"step": 1.5, "loss": 0.3})");
        row("a step below 0", R"({"step": -1, "loss": 0.3})");
        row("a step beyond all", R"({"step": 1e300, "loss": 0.3})");
        row("no step but NaN", R"({"step": NaN, "loss": 0.3})");
        row("nothing besides", R"({"step": 1})");
        row("nothing that is a number", R"({"step": 1, "phase": "warm"})");
        row("an event", R"({"kind":"metric","step":1,"seq":4})");
        row("a list", R"([{"step": 1, "loss": 0.3}])");
        row("Python's own form", R"({'step': 1, 'loss': 0.3})");
        row("half a line", R"({"step": 1, "loss": 0.)");
        row("more behind it", R"({"step": 1, "loss": 0.3} x)");
        row("an open text", "{\"step\": 1, \"loss\": \"\\");
        row("a long name", R"({"step": 1, ")" + QByteArray(81, 'n') + R"(": 1})");
        QByteArray many = R"({"step": 1)";
        for (int i = 0; i <= 200; ++i) many += ", \"n" + QByteArray::number(i) + "\": 1";
        row("too many", many + "}");
        row("too long", R"({"step": 1, "loss": 1, "text": ")" + QByteArray(16 * 1024, 'x') + R"("})");
    }
    void lines() {
        QFETCH(QByteArray, line);
        const auto event = printedMetric(line.toStdString());
        QTEST(event ? QByteArray::fromStdString(encodeBody(*event)) : QByteArray(), "event");
    }
};

QTEST_GUILESS_MAIN(tst_PrintedMetric)
#include "tst_printedmetric.moc"
