// SPDX-License-Identifier: Apache-2.0
#include "backends/spec/jsontext.h"

#include <QTest>

using namespace slipway;

class tst_JsonText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void values_data() {
        QTest::addColumn<QString>("yaml");
        QTest::addColumn<QString>("json");
        const auto row = [](const char* yaml, const char* json) {
            QTest::newRow(yaml) << QString::fromUtf8(yaml) << QString::fromUtf8(json);
        };
        row("0.10", "0.1");
        row("1e-5", "1e-05");
        row("3.0", "3.0");
        row("3", "3");
        row("+7", "7");
        row("-0.5", "-0.5");
        row("1e400", "\"1e400\"");
        row("inf", "\"inf\"");
        row("true", "true");
        row("False", "false");
        row("yes", "\"yes\"");
        row("adam", "\"adam\"");
        row("'0.1'", "\"0.1\"");
        row("'a\"b\\c'", "\"a\\\"b\\\\c\"");
        row("\"a\\nb\\x01\"", "\"a\\u000ab\\u0001\"");
        row("größe", "\"größe\"");
        row("~", "null");
        row("", "null");
        row("[256, true, a, '1']", "[256, true, \"a\", \"1\"]");
        row("[]", "[]");
        row("[[1]]", "none");
        row("{a: 1}", "none");
        row("[{a: 1}]", "none");
    }
    void values() {
        QFETCH(QString, yaml);
        const auto tree = parseYaml("v: " + yaml.toStdString() + "\n");
        QVERIFY(tree);
        QTEST(QString::fromStdString(jsonText(*tree->find("v")).value_or("none")), "json");
    }
};

QTEST_GUILESS_MAIN(tst_JsonText)
#include "tst_jsontext.moc"
