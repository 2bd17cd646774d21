// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/secretfilter.h"

#include <QTest>

using namespace slipway;

class tst_secretfilter : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void blots_data() {
        QTest::addColumn<QByteArray>("secret");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("shown");
        QTest::newRow("inside") << QByteArray("hunter2") << QByteArray("a hunter2 b")
                                << QByteArray("a *** b");
        QTest::newRow("short, twice") << QByteArray("ab") << QByteArray("xababx") << QByteArray("x******x");
        QTest::newRow("nothing") << QByteArray("hunter2") << QByteArray("hunter") << QByteArray("hunter");
        QTest::newRow("begins again") << QByteArray("aab") << QByteArray("aaab") << QByteArray("a***");
        QTest::newRow("a line end behind")
            << QByteArray("hunter2\n") << QByteArray("is hunter2!") << QByteArray("is ***!");
        QTest::newRow("lines") << QByteArray("-----BEGIN KEY-----\nMIIEvQIBADAN\n  Bgkqhkil,\r\nshort\n")
                               << QByteArray("MIIEvQIBADAN\nand Bgkqhkil, but short\n")
                               << QByteArray("***\nand *** but short\n");
        QTest::newRow("lines within JSON")
            << QByteArray(R"({"private_key": "-----BEGIN KEY-----\nMIIEvQIBADAN\nBgkqhkil\n"})")
            << QByteArray("MIIEvQIBADAN\nBgkqhkil\n") << QByteArray("***\n***\n");
        QTest::newRow("no text") << QByteArray(" \n") << QByteArray("a \n b") << QByteArray("a \n b");
    }
    void blots() {
        QFETCH(QByteArray, secret);
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, shown);
        const SecretFilter filter({secret.toStdString()});
        QCOMPARE(filter.blotted(text.toStdString()), shown.toStdString());
        // However the bytes come.
        for (std::size_t step = 1; step <= 8; ++step) {
            std::string held, seen;
            for (std::string_view rest(text.constData(), static_cast<std::size_t>(text.size()));
                 !rest.empty(); rest.remove_prefix(std::min(step, rest.size()))) {
                seen += filter.feed(held, rest.substr(0, step));
                QVERIFY(held.size() < static_cast<std::size_t>(secret.size()));
            }
            seen += filter.finish(held);
            QCOMPARE(seen, shown.toStdString());
        }
    }

    void theLongerOneGoesAsAWhole() {
        const SecretFilter filter({"hunter2", "hunter22"});
        QCOMPARE(filter.blotted("hunter2 hunter22"), std::string("*** ***"));
        std::string held;
        QCOMPARE(filter.feed(held, "hunter2"), std::string());
        QCOMPARE(filter.feed(held, "2!"), std::string("***!"));
    }

    void wholeLinesAreNeverHeld() {
        const SecretFilter filter({"first-line\nsecond-line"});
        std::string held;
        QCOMPARE(filter.feed(held, "says first\n"), std::string("says first\n"));
        QVERIFY(held.empty());
    }
};

QTEST_APPLESS_MAIN(tst_secretfilter)
#include "tst_secretfilter.moc"
