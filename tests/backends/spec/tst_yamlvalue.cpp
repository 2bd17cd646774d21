// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "backends/spec/yamlvalue.h"

using namespace slipway;

class tst_YamlValue : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsATree() {
        const auto root = parseYaml("a: [1, \"2\", {b: ~}]\nc:\n  - d: x\n    e: y z\n");
        QVERIFY(root.hasValue());
        const YamlValue& a = *root->find("a");
        QVERIFY(a.isList() && a.isFlow);
        QCOMPARE(a.items.size(), std::size_t{3});
        QVERIFY(!a.items[0].isQuoted);
        QVERIFY(a.items[1].isQuoted);
        QCOMPARE(a.items[2].find("b")->kind, YamlValue::Kind::Null);
        const YamlValue& c = *root->find("c");
        QVERIFY(c.isList() && !c.isFlow);
        QCOMPARE(c.items[0].find("e")->text, std::string("y z"));
        QVERIFY(root->find("x") == nullptr);
    }

    void knowsWhereThingsStand_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("stands");
        QTest::newRow("plain") << QByteArray("a: x y # c\n") << QByteArray("x y");
        QTest::newRow("double quotes") << QByteArray("a: \"x\\\"#\" # c\n") << QByteArray("\"x\\\"#\"");
        QTest::newRow("single quotes") << QByteArray("a: 'x''y'\n") << QByteArray("'x''y'");
        QTest::newRow("plain over lines") << QByteArray("a: x\n  y\nb: 1\n") << QByteArray("x\n  y");
        QTest::newRow("block text") << QByteArray("a: | # c\n  x\n\n  y\n\nb: 1\n")
                                    << QByteArray("| # c\n  x\n\n  y");
        QTest::newRow("empty block text") << QByteArray("a: |\nb: 1\n") << QByteArray("|");
        QTest::newRow("folded text") << QByteArray("a: >-\n  x\n  y\n") << QByteArray(">-\n  x\n  y");
        QTest::newRow("flow list") << QByteArray("a: [1, [2], # ]\n 3 ] # c\n")
                                   << QByteArray("[1, [2], # ]\n 3 ]");
        QTest::newRow("flow map") << QByteArray("a: {b: '}'}\n") << QByteArray("{b: '}'}");
        QTest::newRow("nothing in brackets") << QByteArray("a: { }\n") << QByteArray("{ }");
        QTest::newRow("block map") << QByteArray("a:\n  b: 1\n  c: 2 # c\nd: 3\n")
                                   << QByteArray("b: 1\n  c: 2");
        QTest::newRow("block list") << QByteArray("a:\n- 1\n- 2\nb: 3\n") << QByteArray("- 1\n- 2");
        QTest::newRow("left out") << QByteArray("a:\n\nb: 3\n") << QByteArray("");
        QTest::newRow("null") << QByteArray("a: null\n") << QByteArray("null");
    }
    void knowsWhereThingsStand() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, stands);
        const auto root = parseYaml(text.toStdString());
        QVERIFY(root.hasValue());
        const SpecRange range = root->find("a")->range;
        QCOMPARE(text.mid(static_cast<int>(range.begin), static_cast<int>(range.end - range.begin)), stands);
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("line");
        QTest::addColumn<QString>("word");
        const auto row = [](const char* name, const QByteArray& text, int line, const char* word) {
            QTest::newRow(name) << text << line << QString::fromUtf8(word);
        };
        row("syntax", "a: 1\nb: [1\n", 3, "flow");
        row("open quote", "a: 1\nb: \"x\n", 2, "quote");
        row("anchor", "a: 1\nb: &x 2\n", 2, "anchors");
        row("anchor of nothing", "a: &x\n", 1, "anchors");
        row("alias", "a: 1\nb: *x\n", 2, "anchor");
        row("tag", "a: !!int 1\n", 1, "tags");
        row("documents", "a: 1\n---\nb: 1\n", 1, "document");
        row("null as a key", "a: 1\nnull: 2\n", 2, "key");
        row("map as a key", "a: 1\n{b: 1}: 2\n", 2, "key");
        row("tab", "a:\n\tb: 1\n", 2, "tab");
        row("control character", "a: 1\nb: \x04\n", 2, "control");
        row("byte-order mark",
            "\xEF\xBB\xBF"
            "a: 1\n",
            1, "byte-order");
        row("not UTF-8", "a: \xC0\x80\n", 1, "UTF-8");
        row("deep brackets", QByteArray(40, '['), 1, "deeper");
        row("many values", "[" + QByteArray("1,").repeated(11000) + "]", 1, "values");
        row("large", QByteArray((1 << 20) + 1, ' '), 1, "larger");
        QByteArray deep;
        for (int i = 0; i < 40; ++i) deep += QByteArray(i, ' ') + "a:\n";
        row("deep blocks", deep, 33, "deeper");
        // Nine levels of ten aliases each would be a billion values.
        QByteArray laughs = "a: &a [x,x,x,x,x,x,x,x,x,x]\n";
        for (char c = 'b'; c < 'k'; ++c)
            laughs += QByteArray(1, c) + ": &" + c + " [" +
                      (QByteArray("*") + char(c - 1) + ",").repeated(10) + "]\n";
        row("billion laughs", laughs, 1, "anchors");
    }
    void refuses() {
        QFETCH(QByteArray, text);
        QFETCH(int, line);
        QFETCH(QString, word);
        const YamlParsed parsed = parseYamlText(text.toStdString());
        QVERIFY(parsed.hasFailed);
        QCOMPARE(parsed.failure.range.line, line);
        QVERIFY2(QString::fromStdString(parsed.failure.message).contains(word),
                 parsed.failure.message.c_str());
        QCOMPARE(parseYaml(text.toStdString()).error().code, ErrorCode::InvalidArgument);
    }

    void readsWhatIsJustNotTooMuch() {
        std::string wide;
        for (int i = 0; i < 9990; ++i) wide += "1,";
        QVERIFY(parseYaml("[" + wide + "]").hasValue());
        QVERIFY(parseYaml("# " + std::string((1 << 20) - 3, 'x') + "\n").hasValue());
    }

    void quotes_data() {
        QTest::addColumn<QByteArray>("text");
        for (const QByteArray& text :
             {QByteArray(""), QByteArray("on"), QByteArray("a\"b\\c"), QByteArray("a\n\tb\r"),
              QByteArray("\x01\x7F"), QByteArray(" ü€𝄞 "), QByteArray("# x"), QByteArray("\u0085\u2028")})
            QTest::newRow(text.toHex().constData()) << text;
    }
    void quotes() {
        QFETCH(QByteArray, text);
        const auto root = parseYaml("a: " + yamlQuoted(text.toStdString()) + "\n");
        QVERIFY(root.hasValue());
        QCOMPARE(QByteArray::fromStdString(root->find("a")->text), text);
    }
};

QTEST_APPLESS_MAIN(tst_YamlValue)
#include "tst_yamlvalue.moc"
