// SPDX-License-Identifier: Apache-2.0
#include "backends/image/authchallenge.h"

#include <QTest>

using namespace slipway::oci;

class tst_AuthChallenge : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void bearer() {
        const auto list = parseChallenges(
            "Bearer realm=\"https://a/token?x=1,2\",Service = reg , scope=\"repository:a/b:pull,push\", error=\"a \\\"b\\\"\"");
        QCOMPARE(list.size(), std::size_t{1});
        QCOMPARE(list[0].scheme, std::string("bearer"));
        QCOMPARE(list[0].parameters.at("realm"), std::string("https://a/token?x=1,2"));
        QCOMPARE(list[0].parameters.at("service"), std::string("reg"));
        QCOMPARE(list[0].parameters.at("scope"), std::string("repository:a/b:pull,push"));
        QCOMPARE(list[0].parameters.at("error"), std::string("a \"b\""));
    }

    void several() {
        const auto list = parseChallenges("BASIC realm=\"x\", Bearer realm=\"y\", Negotiate");
        QCOMPARE(list.size(), std::size_t{3});
        QCOMPARE(list[0].scheme, std::string("basic"));
        QCOMPARE(list[1].parameters.at("realm"), std::string("y"));
        QCOMPARE(list[2].scheme, std::string("negotiate"));
    }

    void nonsenseEnds() {
        for (const char* text :
             {"", ",,,", "=", "\"", "\"unclosed", "a=\"b", "a==b", "Bearer realm=\"\\", "\"a\"\"b\" c"})
            (void)parseChallenges(text);
        QVERIFY(parseChallenges("a=1").empty());
        std::string many;
        for (int i = 0; i < 100; ++i) many += "s" + std::to_string(i) + ",";
        QCOMPARE(parseChallenges(many).size(), std::size_t{16});
    }
};

QTEST_APPLESS_MAIN(tst_AuthChallenge)
#include "tst_authchallenge.moc"
