// SPDX-License-Identifier: Apache-2.0
#include "backends/core/datadescription.h"

#include <QTest>

using namespace slipway;

class tst_datadescription : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void valuesAreShort() {
        QCOMPARE(valueText(0), std::string("0"));
        QCOMPARE(valueText(-1204), std::string("-1,204"));
        QCOMPARE(valueText(14.5), std::string("14.5"));
        QCOMPARE(valueText(8.6554), std::string("8.655"));
        QCOMPARE(valueText(1e20), std::string("1.00e+20"));
    }

    void columnsInWords() {
        DescribedColumn column;
        column.kind = ColumnKind::Number;
        column.numbers = NumberRange{-1, 2, 0.5, 1.25};
        QCOMPARE(valuesText(column), std::string("-1 to 2, mean 0.5 ± 1.25"));
        QCOMPARE(kindText(column), std::string("number"));

        column = {};
        column.kind = ColumnKind::Words;
        column.distinct = 2;
        column.common = {{"red", 2000}, {"blue", 1}};
        QCOMPARE(valuesText(column), std::string("red 2,000, blue 1"));
        column.distinct = 7;
        column.common = {{"a", 5}, {"b", 4}, {"c", 3}, {"d", 2}, {"e", 1}};
        QCOMPARE(valuesText(column), std::string("a 5, b 4, c 3, d 2 and 3 more"));

        column = {};
        column.kind = ColumnKind::Other;
        column.fileType = "list<item: double>";
        QCOMPARE(kindText(column), std::string("list<item: double>"));
        QCOMPARE(valuesText(column), std::string());
    }

    void kindsHaveNames() {
        for (const ColumnKind kind : {ColumnKind::Empty, ColumnKind::Truth, ColumnKind::Other})
            QCOMPARE(columnKindOf(columnKindName(kind)), std::optional(kind));
        QVERIFY(!columnKindOf("odd"));
    }
};

QTEST_APPLESS_MAIN(tst_datadescription)
#include "tst_datadescription.moc"
