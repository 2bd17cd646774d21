// SPDX-License-Identifier: Apache-2.0
#include "backends/spec/yamlfields.h"

#include <QTest>

using namespace slipway;

class tst_yamlfields : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aTextIsReadOrItsPlaceTold_data() {
        QTest::addColumn<QByteArray>("yaml");
        QTest::addColumn<QByteArray>("says");
        const auto row = [](const char* yaml, const char* says) {
            QTest::newRow(yaml) << QByteArray(yaml) << QByteArray(says);
        };
        row("title: one", "one");
        row("title: \"1\"", "1");
        row("name: x", "line 1, column 1: \"title\" is a text");
        row("name: x\ntitle: ''", "line 2, column 8: \"title\" is a text");
        row("name: x\ntitle: [a]", "line 2, column 8: \"title\" is a text");
        row("title: {a: b}", "line 1, column 8: \"title\" is a text");
    }
    void aTextIsReadOrItsPlaceTold() {
        QFETCH(QByteArray, yaml);
        QFETCH(QByteArray, says);
        const auto root = parseYaml(yaml.toStdString());
        QVERIFY(root);
        const auto text = yamlText(*root, "title");
        QCOMPARE(QByteArray::fromStdString(text ? *text : text.error().message), says);
        if (text) return;
        QCOMPARE(text.error().code, ErrorCode::InvalidArgument);
        QCOMPARE(text.error().hint, std::string("Give one"));
    }
};

QTEST_APPLESS_MAIN(tst_yamlfields)
#include "tst_yamlfields.moc"
