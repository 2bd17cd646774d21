// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/yamltext.h"

#include "backends/spec/yamlvalue.h"

#include <QTest>

using namespace slipway;
using namespace slipway::kube;

class tst_YamlText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void writesBlockStyleInOrder() {
        const auto yaml = yamlFromJson(
            R"({"b":{"z":1,"a":[{"x":"y","k":[1,2]},"s",[["deep"]]]},"e":{},"l":[],"t":true,"v":null})");
        QVERIFY(yaml);
        QCOMPARE(
            QString::fromStdString(*yaml),
            QStringLiteral(
                "b:\n  z: 1\n  a:\n  - x: \"y\"\n    k:\n    - 1\n    - 2\n  - s\n  -\n    -\n      - deep\ne: {}\nl: []\nt: true\nv: null\n"));
    }
    void quotesWhatYamlWouldReadOtherwise_data() {
        QTest::addColumn<QString>("text");
        for (const char* text :
             {"true",  "No", "1",  "1e3",        "-x", "a: b", "a#b",  " a", "",   "~",   "a\nb",
              "\"q\"", "*x", "&x", "2026-01-01", "a:", "[a]",  "500m", "=",  "@a", "null"})
            QTest::addRow("%s", text) << QString::fromUtf8(text);
    }
    void quotesWhatYamlWouldReadOtherwise() {
        QFETCH(QString, text);
        std::string json = "{\"k\":\"";
        for (const char c : text.toStdString())
            json += c == '\n' ? std::string("\\n") : (c == '"' ? std::string("\\\"") : std::string(1, c));
        const auto yaml = yamlFromJson(json + "\"}");
        QVERIFY(yaml);
        QVERIFY2(yaml->starts_with("k: \""), yaml->c_str());
        const auto read = parseYaml(*yaml);
        QVERIFY2(read, yaml->c_str());
        QCOMPARE(read->find("k")->text, text.toStdString());
    }
    void leavesPlainTextPlain() {
        for (const char* text : {"Never", "registry.example.com/team/train@sha256:97fc22", "/slipway/run",
                                 "kueue.x-k8s.io/queue-name"}) {
            QCOMPARE(*yamlFromJson("{\"k\":\"" + std::string(text) + "\"}"),
                     "k: " + std::string(text) + "\n");
        }
    }
    void refusesOtherText() { QVERIFY(!yamlFromJson("{")); }
};
QTEST_APPLESS_MAIN(tst_YamlText)
#include "tst_yamltext.moc"
