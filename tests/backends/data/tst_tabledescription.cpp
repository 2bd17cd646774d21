// SPDX-License-Identifier: Apache-2.0
#include "backends/data/tabledescription.h"

#include "testpaths.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace slipway;

class tst_tabledescription : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    Result<DataDescription> describe(const QByteArray& csv, const DataRequest& request = {}) {
        QFile file(m_folder.filePath(QStringLiteral("t.csv")));
        if (!file.open(QIODevice::WriteOnly) || file.write(csv) != csv.size()) qFatal("cannot write");
        file.close();
        return describeTable(file.fileName().toStdString(), request);
    }
    static std::string hints(const DataDescription& data) {
        std::string all;
        for (const auto& hint : data.hints) all += hint + '\n';
        return all;
    }

private Q_SLOTS:
    void columnsAreWhatTrainingMakesOfThem() {
        const auto data =
            describe("id,whole,part,yes,word,none\n1,3,0.5,true,a,\n2,-1,1.5,false,b,\n3,NA,,true,a,NA\n");
        QVERIFY2(data, data ? "" : data.error().message.c_str());
        QCOMPARE(data->form, std::string("CSV table"));
        QCOMPARE(data->samples, 3);
        std::vector<ColumnKind> kinds;
        for (const auto& column : data->columns) kinds.push_back(column.kind);
        QCOMPARE(kinds, (std::vector{ColumnKind::Whole, ColumnKind::Whole, ColumnKind::Number,
                                     ColumnKind::Truth, ColumnKind::Words, ColumnKind::Empty}));
        QCOMPARE(data->columns[1].missing, 1);
        QCOMPARE(data->columns[2].numbers->low, 0.5);
        QCOMPARE(data->columns[2].numbers->high, 1.5);
        QCOMPARE(data->columns[2].numbers->mean, 1.0);
        QCOMPARE(data->columns[2].numbers->deviation, 0.5);
        QCOMPARE(data->columns[4].distinct, std::optional<std::int64_t>(2));
        QCOMPARE(data->columns[4].common[0].value, std::string("a"));
        QCOMPARE(data->columns[4].common[0].count, 2);
        QCOMPARE(data->firstRows[2], (std::vector<std::string>{"3", "", "", "true", "a", ""}));
    }

    void theTargetsValuesAreClasses() {
        const auto data = describe("x,y\n1,b\n2,a\n3,b\n", {.target = "y"});
        QVERIFY(data);
        QCOMPARE(data->parts.size(), std::size_t{1});
        QCOMPARE(data->parts[0].classes[0].value, std::string("b"));
        QCOMPARE(data->parts[0].classes[0].count, 2);
        QCOMPARE(data->parts[0].classes[1].count, 1);
        const auto values = describe("x,y\n1,0.5\n2,1.5\n", {.target = "y"});
        QVERIFY(values && values->parts[0].classes.empty());
    }

    void aWrongTargetNamesTheNearest() {
        const auto data = describe("x,species\n1,b\n", {.target = "specis"});
        QVERIFY(!data);
        QCOMPARE(data.error().code, ErrorCode::InvalidArgument);
        QVERIFY(data.error().message.ends_with("there is no column specis; did you mean species?"));
        QVERIFY(!describe("x,x\n1,2\n"));
    }

    void brokenRowsAreToldAndPassedOver() {
        const auto data = describe("a,b\n1,2\n3\n4,5\n6,7,8\n9,10\n");
        QVERIFY2(data, data ? "" : data.error().message.c_str());
        QCOMPARE(data->samples, 3);
        QCOMPARE(data->faults, 2);
        QCOMPARE(data->firstFaults[0].place, std::string("row 3"));
        QCOMPARE(data->firstFaults[0].what, std::string("it has 1 cells, the header has 2"));
        QCOMPARE(data->firstFaults[1].place, std::string("row 5"));
        QCOMPARE(data->columns[0].numbers->high, 9.0);
    }

    // Row 3 is passed over, and counts nevertheless.
    void wordsAmongNumbersAreFound() {
        QByteArray csv = "age,y\n1,a\nbroken\n";
        for (int i = 0; i < 30; ++i) csv += QByteArray::number(i) + ",b\n";
        const auto data = describe(csv + "n/k,b\n");
        QVERIFY(data);
        QCOMPARE(data->columns[0].kind, ColumnKind::Words);
        const std::string words =
            "column age: 1 of 32 values are no numbers, the first `n/k` in row 34; training takes the column for words\n";
        QVERIFY2(hints(*data).find(words) != std::string::npos, hints(*data).c_str());
    }

    void whatIsWorthALook() {
        QByteArray csv = "name,same,gaps,y\n";
        for (int i = 0; i < 40; ++i)
            csv += "n" + QByteArray::number(i) + "x,1," + (i < 10 ? "5." + QByteArray::number(i) : "") +
                   (i == 0   ? ",rare\n"
                    : i == 1 ? ",\n"
                             : ",often\n");
        const auto data = describe(csv, {.target = "y"});
        QVERIFY(data);
        const std::string all = hints(*data);
        for (const char* words : {"column name differs in every row", "column same is the same in every row",
                                  "column gaps has no value in 30 of 40 rows", "1 row without the target y",
                                  "38 samples of often, 1 of rare"})
            QVERIFY2(all.find(words) != std::string::npos, (words + (": " + all)).c_str());
    }

    // Read in more than one piece.
    void aLargeFileHasTheKindOfAllItsRows() {
        const auto data = describe("n\n0.5\n" + QByteArray("1000000\n").repeated(300000));
        QVERIFY(data);
        QCOMPARE(data->samples, 300001);
        QCOMPARE(data->columns[0].kind, ColumnKind::Number);
    }

    // Memory is bounded: too many values are not counted one by one.
    void manyValues() {
        QByteArray csv = "key,n\n";
        for (int i = 0; i < 12000; ++i)
            csv += "k" + QByteArray::number(i) + ',' + QByteArray::number(i % 7) + '\n';
        const auto data = describe(csv);
        QVERIFY(data);
        QVERIFY(!data->columns[0].distinct && data->columns[0].common.empty());
        QCOMPARE(data->columns[1].distinct, std::optional<std::int64_t>(7));
        QVERIFY2(hints(*data).starts_with("column key: its first 10,000 values all differ"),
                 hints(*data).c_str());
    }

    void aLongCellIsCutBetweenCharacters() {
        const auto data = describe("t\n" + QByteArray("é").repeated(150) + "\n");
        QVERIFY(data);
        QCOMPARE(data->firstRows[0][0], QByteArray("é").repeated(100).toStdString() + "…");
    }

    void aParquetFilesTypesAreTold() {
        const auto data = describeTable(std::string(kTestDataDir) + "/tables/people.parquet", {});
        QVERIFY2(data, data ? "" : data.error().message.c_str());
        QCOMPARE(data->form, std::string("Parquet table"));
        QVERIFY(!data->columns.empty());
        for (const auto& column : data->columns) QVERIFY2(!column.fileType.empty(), column.name.c_str());
    }

    void whatCannotBeRead() {
        QCOMPARE(describeTable(m_folder.filePath(QStringLiteral("no.csv")).toStdString(), {}).error().code,
                 ErrorCode::NotFound);
        QCOMPARE(describe("").error().code, ErrorCode::Corrupt);
        const std::atomic<bool> stop = true;
        QCOMPARE(describe("a\n1\n", {.stop = &stop}).error().code, ErrorCode::Cancelled);
    }
};

QTEST_APPLESS_MAIN(tst_tabledescription)
#include "tst_tabledescription.moc"
