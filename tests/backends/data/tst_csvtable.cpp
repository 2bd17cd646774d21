// SPDX-License-Identifier: Apache-2.0
#include "backends/data/csvtable.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace slipway;

class tst_csvtable : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    std::string write(const QByteArray& content) {
        QFile file(m_folder.filePath(QStringLiteral("t.csv")));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) qFatal("cannot write");
        return file.fileName().toStdString();
    }

private Q_SLOTS:
    void wordsAreClasses() {
        const auto table = readCsv(write("a,kind,b\n1,rose,2.5\n-3,\"lily, white\",4e2\n5,rose,0\n"), "kind");
        QVERIFY2(table, table ? "" : table.error().message.c_str());
        QCOMPARE(table->columns, (std::vector<std::string>{"a", "b"}));
        QCOMPARE(table->rows, 3);
        QCOMPARE(table->features, (std::vector<float>{1, 2.5F, -3, 400, 5, 0}));
        QCOMPARE(table->classNames, (std::vector<std::string>{"lily, white", "rose"}));
        QCOMPARE(table->labels, (std::vector<std::int64_t>{1, 0, 1}));
        QVERIFY(table->targets.empty());
    }

    void wholeNumbersAreClassesByValue() {
        const auto table = readCsv(write("x,y\n1,10\n2,9\n3,10\n"), "y");
        QVERIFY(table);
        QCOMPARE(table->classNames, (std::vector<std::string>{"9", "10"}));
        QCOMPARE(table->labels, (std::vector<std::int64_t>{1, 0, 1}));
    }

    void fractionsAreValues() {
        const auto table = readCsv(write("x,y\n1,10\n2,9.5\n"), "y");
        QVERIFY(table);
        QVERIFY(table->classNames.empty());
        QCOMPARE(table->targets, (std::vector<float>{10, 9.5F}));
    }

    void rowsOfManyBlocksKeepTheirOrder() {
        QByteArray text("x,y\n");
        for (int i = 0; i < 300000; ++i)
            text += QByteArray::number(i) + ',' + QByteArray::number(i % 7) + '\n';
        const auto table = readCsv(write(text), "y");
        QVERIFY(table);
        QCOMPARE(table->rows, 300000);
        for (std::size_t i = 0; i < 300000; ++i)
            if (table->features[i] != float(i) || table->labels[i] != std::int64_t(i % 7))
                QFAIL("out of order");
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("words");
        const int corrupt = int(ErrorCode::Corrupt);
        QTest::newRow("empty file") << QByteArray() << corrupt << QByteArray("t.csv");
        QTest::newRow("header only") << QByteArray("x,y\n") << corrupt << QByteArray("no rows");
        QTest::newRow("no target") << QByteArray("x,z\n1,2\n") << int(ErrorCode::InvalidArgument)
                                   << QByteArray("no column y");
        QTest::newRow("two targets") << QByteArray("y,x,y\n1,2,3\n") << int(ErrorCode::InvalidArgument)
                                     << QByteArray("more than one column y");
        QTest::newRow("target alone")
            << QByteArray("y\n1\n") << int(ErrorCode::InvalidArgument) << QByteArray("no column besides");
        QTest::newRow("word in a number") << QByteArray("x,y\n1,a\ntwo,b\n") << corrupt
                                          << QByteArray("row 3, column x: `two` is no number");
        QTest::newRow("gap") << QByteArray("x,y\n1,a\n,b\n") << corrupt << QByteArray("row 3, column x");
        QTest::newRow("not finite") << QByteArray("x,y\ninf,a\n1,b\n") << corrupt
                                    << QByteArray("row 2, column x");
        QTest::newRow("no target value")
            << QByteArray("x,y\n1,a\n2,\n") << corrupt << QByteArray("row 3, column y");
        QTest::newRow("short row") << QByteArray("x,y,z\n1,a,2\n2,b\n") << corrupt << QByteArray("Row #3");
    }
    void refuses() {
        QFETCH(QByteArray, content);
        QFETCH(int, code);
        QFETCH(QByteArray, words);
        const auto table = readCsv(write(content), "y");
        QVERIFY(!table);
        const auto message = QByteArray::fromStdString(describe(table.error()));
        QVERIFY2(int(table.error().code) == code, message);
        QVERIFY2(message.contains(words) && message.contains("t.csv"), message);
    }

    // Before a value is looked at: the column that was meant holds words.
    void aMistypedTargetNamesTheNearest() {
        const Error error = readCsv(write("x,class\n1,red\n2,blue\n"), "clas").error();
        QCOMPARE(error.code, ErrorCode::InvalidArgument);
        QVERIFY2(error.message.ends_with(
                     "t.csv: there is no column clas; nearest: class; the columns are x, class"),
                 error.message.c_str());
        QVERIFY(error.hint.find("train.data.target") != std::string::npos);
    }
    void onlyTheFirstOfManyColumnsAreListed() {
        QByteArray header("c0");
        for (int i = 1; i < 5000; ++i) header += ",c" + QByteArray::number(i);
        const Error error = readCsv(write(header + "\n"), "other").error();
        QVERIFY2(error.message.size() < 1000, error.message.c_str());
        QVERIFY2(error.message.ends_with(", c29 and 4970 more"), error.message.c_str());
    }

    void aMissingFileIsNotFound() {
        QCOMPARE(readCsv("/nowhere/t.csv", "y").error().code, ErrorCode::NotFound);
    }
};

QTEST_APPLESS_MAIN(tst_csvtable)
#include "tst_csvtable.moc"
