// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/jsonread.h"

#include <nlohmann/json.hpp>

#include <QTest>

using namespace slipway::kube;

class tst_JsonRead : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsWhatIsThere() {
        const auto json = parseJson(R"({"a":{"b":"text","n":-3,"f":true,"big":99999999999}})");
        QVERIFY(json);
        QCOMPARE(textAt(*json, "a", "b"), std::string("text"));
        QCOMPARE(intAt(*json, "a", "n"), -3);
        QVERIFY(boolAt(*json, "a", "f"));
        QCOMPARE(intAt(*json, "a", "big"), 0);
    }
    void readsMissingAndOddFieldsAsEmpty() {
        const auto json = parseJson(R"({"a":[1],"b":null})");
        QVERIFY(json);
        QCOMPARE(textAt(*json, "a", "b", "c"), std::string());
        QCOMPARE(intAt(*json, "b", "x"), 0);
        QVERIFY(!boolAt(*json, "a"));
    }
    void refusesBrokenAndDeepText() {
        QVERIFY(!parseJson("{\"a\":"));
        QVERIFY(!parseJson(""));
        QVERIFY(!parseJson(std::string(100000, '[')));
        QVERIFY(!parseJson(std::string(1000, '[') + std::string(1000, ']')));
        QVERIFY(parseJson(std::string(50, '[') + std::string(50, ']')));
        // The text may be a credential.
        QVERIFY(parseJson("secret").error().detail.empty());
    }
    void writesBrokenUtf8() { QCOMPARE(dumpJson(nlohmann::json("a\xff")), std::string("\"a\xEF\xBF\xBD\"")); }
};
QTEST_APPLESS_MAIN(tst_JsonRead)
#include "tst_jsonread.moc"
