// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/modelconfig.h"

#include "handmademodel.h"

#include <QTest>

using namespace slipway;
using namespace slipway::trainer;

class tst_modelconfig : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsWhatItWrites() {
        const auto config = decodeConfig(HandmadeModel::config(), "config.json");
        QVERIFY2(config, config ? "" : describe(config.error()).c_str());
        QCOMPARE(config->target(), std::string("answer"));
        QCOMPARE(config->outputs(), 3);
        QCOMPARE(config->form.shape.width, 2);
        QCOMPARE(config->form.columns[0].missing, 3.0F);
        QCOMPARE(config->form.mean, (std::vector<float>{2, 10}));
        QCOMPARE(textValue(config->data.values, "group"),
                 std::string());  // a setting that is not told has its default
        const std::string text = encodeConfig(*config);
        const auto again = decodeConfig(text, "config.json");
        QVERIFY2(again, again ? "" : describe(again.error()).c_str());
        QCOMPARE(encodeConfig(*again), text);
    }

    void floatsComeBackBitByBit() {
        auto config = *decodeConfig(HandmadeModel::config(), "config.json");
        config.form.mean = {0.1F, 1.0F / 3};
        config.form.deviation = {1e-30F, 16777217.0F};
        const auto again = decodeConfig(encodeConfig(config), "config.json");
        QCOMPARE(again->form.mean, config.form.mean);
        QCOMPARE(again->form.deviation, config.form.deviation);
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("words");
        const int corrupt = int(ErrorCode::Corrupt);
        QTest::newRow("cut off") << QByteArray("{\"format\"") << QByteArray("{\"format") << corrupt
                                 << QByteArray("damaged");
        QTest::newRow("another format")
            << QByteArray("model/1") << QByteArray("model/9") << corrupt << QByteArray("format is not");
        QTest::newRow("network") << QByteArray("\"mlp\"") << QByteArray("\"mlq\"") << corrupt
                                 << QByteArray("mlq is no network");
        QTest::newRow("setting") << QByteArray("[2], \"drop") << QByteArray("[0], \"drop") << corrupt
                                 << QByteArray("hidden");
        QTest::newRow("required") << QByteArray("\"target\"") << QByteArray("\"targex\"") << corrupt
                                  << QByteArray("its data has no target");
        QTest::newRow("shape") << QByteArray("[1, 1, 2]") << QByteArray("[1, 1, 3]") << corrupt
                               << QByteArray("not a column for each value");
        QTest::newRow("large") << QByteArray("[1, 1, 2]") << QByteArray("[100000, 100000, 100000]") << corrupt
                               << QByteArray("range");
        QTest::newRow("deviation") << QByteArray("[4.0, 5.0]") << QByteArray("[4.0, 0.0]") << corrupt
                                   << QByteArray("deviation");
        QTest::newRow("older") << QByteArray("\"data\"") << QByteArray("\"date\"")
                               << int(ErrorCode::InvalidArgument) << QByteArray("older Slipway");
    }
    void refuses() {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QFETCH(int, code);
        QFETCH(QByteArray, words);
        const auto text = QByteArray::fromStdString(HandmadeModel::config()).replace(from, to);
        const auto config = decodeConfig(text.toStdString(), "/a/config.json");
        QVERIFY(!config);
        QCOMPARE(int(config.error().code), code);
        const auto told = QByteArray::fromStdString(describe(config.error()));
        QVERIFY2(told.contains(words) && told.contains("/a/config.json"), told);
    }
};

QTEST_APPLESS_MAIN(tst_modelconfig)
#include "tst_modelconfig.moc"
