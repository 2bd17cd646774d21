// SPDX-License-Identifier: Apache-2.0
#include "backends/data/datadescriptionjson.h"

#include <QTest>

#include <nlohmann/json.hpp>

using namespace slipway;

class tst_datadescriptionjson : public QObject {
    Q_OBJECT

    static DataDescription everything() {
        DataDescription data;
        data.form = "CSV table";
        data.bytes = 12;
        data.samples = 3;
        data.facts = {{"size", "2 × 2"}};
        data.columns = {{"a", ColumnKind::Number, "double", 1, 2, NumberRange{-1, 2, 0.5, 1.5}, {{"2", 2}}},
                        {"b", ColumnKind::Words, "", 0, std::nullopt, std::nullopt, {}}};
        data.firstRows = {{"1", "x"}};
        data.pictures = {{"cat/1.png", "cat", 2, 1, "abcdef"}};
        data.parts = {{"training", 3, {{"x", 2}, {"y", 1}}}};
        data.faults = 200;
        data.firstFaults = {{"row 17", "it has 1 cells"}};
        data.hints = {"a hint"};
        return data;
    }

private Q_SLOTS:
    void comesBackAsItWas() {
        const std::string text = descriptionJson(everything()).dump();
        const auto data = descriptionOf(text);
        QVERIFY2(data, data ? "" : data.error().detail.c_str());
        QCOMPARE(descriptionJson(*data).dump(), text);
        QCOMPARE(data->columns[0].kind, ColumnKind::Number);
        QCOMPARE(data->columns[0].numbers->deviation, 1.5);
        QVERIFY(!data->columns[1].distinct);
    }

    void whatIsNone_data() {
        QTest::addColumn<QByteArray>("pointer");
        QTest::addColumn<QByteArray>("value");
        QTest::newRow("a kind") << QByteArray("/columns/0/kind") << QByteArray("\"odd\"");
        QTest::newRow("a count") << QByteArray("/parts/0/classes/0/count") << QByteArray("\"2\"");
        QTest::newRow("a short row") << QByteArray("/firstRows/0") << QByteArray("[\"1\"]");
        QTest::newRow("few pixels") << QByteArray("/pictures/0/pixels") << QByteArray("\"YWJj\"");
        QTest::newRow("no pixels") << QByteArray("/pictures/0/pixels") << QByteArray("\"!\"");
        QTest::newRow("a huge picture")
            << QByteArray("/pictures/0/width") << QByteArray("4611686018427387904");
        QTest::newRow("another type") << QByteArray("/hints") << QByteArray("3");
    }
    void whatIsNone() {
        QFETCH(QByteArray, pointer);
        QFETCH(QByteArray, value);
        auto json = descriptionJson(everything());
        json[nlohmann::ordered_json::json_pointer(pointer.toStdString())] =
            nlohmann::ordered_json::parse(value.toStdString());
        QCOMPARE(descriptionOf(json.dump()).error().code, ErrorCode::Corrupt);
    }

    void otherTexts() {
        QCOMPARE(descriptionOf("").error().code, ErrorCode::Corrupt);
        QCOMPARE(descriptionOf("[]").error().code, ErrorCode::Corrupt);
        QCOMPARE(descriptionOf(std::string(kMaxDescriptionBytes + 1, ' ')).error().code,
                 ErrorCode::InvalidArgument);
    }
};

QTEST_APPLESS_MAIN(tst_datadescriptionjson)
#include "tst_datadescriptionjson.moc"
