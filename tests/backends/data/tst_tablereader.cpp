// SPDX-License-Identifier: Apache-2.0
#include "backends/data/tablereader.h"

#include "testpaths.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace slipway;

namespace {
using Names = std::vector<std::string>;
using Rows = std::vector<std::int64_t>;
}  // namespace

class tst_tablereader : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    std::string write(const QByteArray& content) {
        QFile file(m_folder.filePath(QStringLiteral("t.csv")));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) qFatal("cannot write");
        return file.fileName().toStdString();
    }
    static Names names(const Table& table) {
        Names all;
        for (const auto& column : table.columns) all.push_back(column.name);
        return all;
    }

private Q_SLOTS:
    void wordsAreClasses() {
        const auto table =
            readTable(write("a,kind,b\n1,rose,2.5\n-3,\"lily, white\",4e2\n5,rose,0\n"), {.target = "kind"});
        QVERIFY2(table, table ? "" : table.error().message.c_str());
        QCOMPARE(names(*table), (Names{"a", "b"}));
        QCOMPARE(table->rows, 3);
        QCOMPARE(table->cells, (std::vector<float>{1, 2.5F, -3, 400, 5, 0}));
        QCOMPARE(table->classNames, (Names{"lily, white", "rose"}));
        QCOMPARE(table->labels, (Rows{1, 0, 1}));
        QVERIFY(table->targets.empty());
    }

    void wholeNumbersAreClassesByValue() {
        const auto table = readTable(write("x,y\n1,10\n2,9\n3,10\n"), {.target = "y"});
        QVERIFY(table);
        QCOMPARE(table->classNames, (Names{"9", "10"}));
        QCOMPARE(table->labels, (Rows{1, 0, 1}));
    }

    void aRoundNumberIsTheSameClassBesideAFraction() {
        const auto whole = readTable(write("x,y\n1,100000\n2,0\n"), {.target = "y"});
        QCOMPARE(whole->classNames, (Names{"0", "100000"}));
        const auto beside = readTable(write("x,y\n1,100000\n2,-0.0\n3,0.25\n4,1e300\n"),
                                      {.target = "y", .kind = TargetKind::Classes});
        QCOMPARE(beside->classNames, (Names{"0", "0.25", "100000", "1e+300"}));
        QCOMPARE(beside->labels, (Rows{2, 0, 1, 3}));
    }

    void fractionsAreValues() {
        const auto table = readTable(write("x,y\n1,10\n2,9.5\n"), {.target = "y"});
        QVERIFY(table);
        QVERIFY(table->classNames.empty());
        QCOMPARE(table->targets, (std::vector<float>{10, 9.5F}));
    }

    void theTaskDecidesWhereTheTypeMisleads() {
        const auto values = readTable(write("x,y\n1,10\n2,9\n"), {.target = "y", .kind = TargetKind::Value});
        QVERIFY(values);
        QCOMPARE(values->targets, (std::vector<float>{10, 9}));
        const auto classes =
            readTable(write("x,y\n1,1.5\n2,0.5\n"), {.target = "y", .kind = TargetKind::Classes});
        QVERIFY(classes);
        QCOMPARE(classes->classNames, (Names{"0.5", "1.5"}));
        QCOMPARE(readTable(write("x,y\n1,a\n"), {.target = "y", .kind = TargetKind::Value}).error().hint,
                 std::string("Set train.data.task to classes"));
    }

    void wordsOfOtherColumnsAreCategoriesAfterTheNumbers() {
        const auto table = readTable(write("port,age,code,y\nS,22,7,a\n,38,5,b\nC,,7,a\nS,35,5,b\n"),
                                     {.target = "y", .categories = {"code"}});
        QVERIFY2(table, table ? "" : table.error().message.c_str());
        QCOMPARE(names(*table), (Names{"age", "port", "code"}));
        QVERIFY(!table->columns[0].isCategory && table->columns[1].isCategory &&
                table->columns[2].isCategory);
        QCOMPARE(table->columns[1].values, (Names{"C", "S"}));
        QCOMPARE(table->columns[2].values, (Names{"5", "7"}));
        QCOMPARE(table->columns[0].missing, 1);
        QCOMPARE(table->columns[1].missing, 1);
        QCOMPARE(table->columns[2].missing, 0);
        QVERIFY(std::isnan(table->cells[6]));
        QCOMPARE(std::vector<float>(table->cells.begin(), table->cells.begin() + 6),
                 (std::vector<float>{22, 2, 2, 38, 0, 1}));
    }

    void aColumnIsLeftOutOrSplitsEvaluations() {
        const auto table = readTable(write("id,sex,x,y\n1,f,1,a\n2,m,2,b\n3,,3,a\n"),
                                     {.target = "y", .ignored = {"id", "sex"}, .group = "sex"});
        QVERIFY2(table, table ? "" : table.error().message.c_str());
        QCOMPARE(names(*table), (Names{"x"}));
        QCOMPARE(table->groupNames, (Names{"f", "m", "(missing)"}));
        QCOMPARE(table->groups, (Rows{0, 1, 2}));
    }

    void aTargetMayBeAbsentWhereNoneIsAskedFor() {
        const auto table = readTable(write("x\n1\n2\n"), {});
        QVERIFY(table);
        QCOMPARE(table->cells, (std::vector<float>{1, 2}));
        QVERIFY(table->labels.empty() && table->targets.empty());
    }

    void filesOfOtherFormatsHoldTheSame_data() {
        QTest::addColumn<QByteArray>("name");
        QTest::newRow("Parquet") << QByteArray("people.parquet");
        QTest::newRow("Arrow IPC") << QByteArray("people.arrow");
    }
    void filesOfOtherFormatsHoldTheSame() {  // written by pyarrow in two blocks
        QFETCH(QByteArray, name);
        const std::string file = std::string(kTestDataDir) + "/tables/" + name.toStdString();
        const auto table = readTable(file, {.target = "survived", .ignored = {"born"}});
        QVERIFY2(table, table ? "" : table.error().message.c_str());
        QCOMPARE(names(*table), (Names{"age", "fare", "is_child", "port"}));
        QCOMPARE(table->classNames, (Names{"0", "1"}));
        QCOMPARE(table->labels, (Rows{0, 1, 1, 0}));
        QCOMPARE(table->columns[3].values, (Names{"C", "S"}));
        const float none = NAN;
        const std::vector<float> expected{22, 1.5F, 0, 2, 38, none, 1, 1, none, 3, 0, 0, 35, 4.25F, none, 2};
        QCOMPARE(table->cells.size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i)
            QVERIFY(table->cells[i] == expected[i] ||
                    (std::isnan(table->cells[i]) && std::isnan(expected[i])));
        const Error dates = readTable(file, {.target = "survived"}).error();
        QVERIFY2(dates.message.find("column born holds timestamp") != std::string::npos,
                 dates.message.c_str());
        QVERIFY(dates.hint.find("train.data.ignore") != std::string::npos);
    }

    void rowsOfManyBlocksKeepTheirOrder() {
        QByteArray text("x,y\n");
        for (int i = 0; i < 300000; ++i)
            text += QByteArray::number(i) + ',' + QByteArray::number(i % 7) + '\n';
        const auto table = readTable(write(text), {.target = "y"});
        QVERIFY(table);
        QCOMPARE(table->rows, 300000);
        for (std::size_t i = 0; i < 300000; ++i)
            if (table->cells[i] != float(i) || table->labels[i] != std::int64_t(i % 7)) QFAIL("out of order");
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("words");
        const int corrupt = int(ErrorCode::Corrupt);
        const int unfit = int(ErrorCode::InvalidArgument);
        QTest::newRow("empty file") << QByteArray() << corrupt << QByteArray("t.csv");
        QTest::newRow("header only") << QByteArray("x,y\n") << corrupt << QByteArray("no rows");
        QTest::newRow("no target") << QByteArray("x,z\n1,2\n") << unfit << QByteArray("no column y");
        QTest::newRow("two targets") << QByteArray("y,x,y\n1,2,3\n") << unfit
                                     << QByteArray("more than one column y");
        QTest::newRow("target alone") << QByteArray("y\n1\n") << unfit << QByteArray("no column besides");
        QTest::newRow("word among numbers") << QByteArray("x,y\n1,a\ntwo,b\n3,b\n") << corrupt
                                            << QByteArray("row 3, column x: `two` is no number");
        QTest::newRow("not finite") << QByteArray("x,y\ninf,a\n1,b\n") << corrupt
                                    << QByteArray("row 2, column x");
        QTest::newRow("no target value")
            << QByteArray("x,y\n1,a\n2,\n") << corrupt << QByteArray("row 3, column y");
        QTest::newRow("short row") << QByteArray("x,y,z\n1,a,2\n2,b\n") << corrupt << QByteArray("Row #3");
        QTest::newRow("dates") << QByteArray("x,y\n2020-01-01,a\n") << unfit
                               << QByteArray("column x holds date");
        QTest::newRow("no Parquet") << QByteArray("PAR1, but not really") << corrupt << QByteArray("t.csv");
        QTest::newRow("no Arrow") << QByteArray("ARROW1, but not really") << corrupt << QByteArray("t.csv");
    }
    void refuses() {
        QFETCH(QByteArray, content);
        QFETCH(int, code);
        QFETCH(QByteArray, words);
        const auto table = readTable(write(content), {.target = "y"});
        QVERIFY(!table);
        const auto message = QByteArray::fromStdString(describe(table.error()));
        QVERIFY2(int(table.error().code) == code, message);
        QVERIFY2(message.contains(words) && message.contains("t.csv"), message);
    }

    // Before a value is looked at: the column that was meant holds words.
    void aMistypedColumnNamesTheNearest() {
        const Error error = readTable(write("x,class\n1,red\n2,blue\n"), {.target = "clas"}).error();
        QCOMPARE(error.code, ErrorCode::InvalidArgument);
        QVERIFY2(error.message.ends_with(
                     "t.csv: there is no column clas; nearest: class; the columns are x, class"),
                 error.message.c_str());
        QCOMPARE(error.hint, std::string("Set train.data.target to one of its columns"));
        QVERIFY(readTable(write("x,y\n1,2\n"), {.target = "y", .ignored = {"z"}})
                    .error()
                    .hint.find("train.data.ignore") != std::string::npos);
    }
    void onlyTheFirstOfManyColumnsAreListed() {
        QByteArray header("c0");
        for (int i = 1; i < 5000; ++i) header += ",c" + QByteArray::number(i);
        const Error error = readTable(write(header + "\n"), {.target = "other"}).error();
        QVERIFY2(error.message.size() < 1000, error.message.c_str());
        QVERIFY2(error.message.ends_with(", c29 and 4970 more"), error.message.c_str());
    }

    void aMissingFileIsNotFound() {
        QCOMPARE(readTable("/nowhere/t.csv", {.target = "y"}).error().code, ErrorCode::NotFound);
    }
};

QTEST_APPLESS_MAIN(tst_tablereader)
#include "tst_tablereader.moc"
