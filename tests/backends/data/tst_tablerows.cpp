// SPDX-License-Identifier: Apache-2.0
#include "backends/data/tablerows.h"

#include "backends/data/tablereader.h"
#include "testpaths.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace slipway;
using namespace Qt::StringLiterals;

namespace {

using Rows = std::vector<std::int64_t>;

RowSchema people() {
    return {{{"age", false, {}, 0}, {"town", true, {"Bonn", "Ulm"}, 0}}, "buys", {"no", "yes"}, {}};
}

}  // namespace

class tst_tablerows : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    std::string write(const QByteArray& content) {
        QFile file(m_folder.filePath(u"t.csv"_s));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) qFatal("cannot write");
        return file.fileName().toStdString();
    }
    // All pieces as one.
    static Result<Table> read(const std::string& file, const RowSchema& schema) {
        SLIPWAY_TRY(auto rows, TableRows::open(file, schema));
        Table all;
        for (;;) {
            SLIPWAY_TRY(const Table piece, rows.next());
            if (piece.rows == 0) return all;
            all.rows += piece.rows;
            all.cells.insert(all.cells.end(), piece.cells.begin(), piece.cells.end());
            all.labels.insert(all.labels.end(), piece.labels.begin(), piece.labels.end());
            all.targets.insert(all.targets.end(), piece.targets.begin(), piece.targets.end());
        }
    }

private Q_SLOTS:
    void columnsComeByNameAndWordsAsTheModelKnowsThem() {
        const auto table = read(write("id,town,buys,age\n7,Ulm,yes,31\n8,,no,\n9,Bonn,no, 4e1\n"), people());
        QVERIFY2(table, table ? "" : describe(table.error()).c_str());
        QCOMPARE(table->rows, 3);
        QCOMPARE(table->cells[0], 31.0F);
        QCOMPARE(table->cells[1], 2.0F);
        QVERIFY(std::isnan(table->cells[2]));
        QCOMPARE(table->cells[3], 0.0F);
        QCOMPARE(table->cells[4], 40.0F);
        QCOMPARE(table->labels, (Rows{1, 0, 0}));
    }

    void theTargetMayBeAbsent() {
        RowSchema schema = people();
        schema.target.clear();
        const auto table = read(write("town,age\nUlm,31\n"), schema);
        QVERIFY2(table, table ? "" : describe(table.error()).c_str());
        QVERIFY(table->labels.empty() && table->targets.empty());
    }

    // A column was of numbers or truth values then; what stands here is the same in other digits.
    void namesThatAreNumbersAreKnownByValue() {
        const RowSchema schema{
            {{"code", true, {"7", "12.5"}, 0}, {"is", true, {"false", "true"}, 0}}, "", {}, ""};
        const auto table = read(write("code,is\n7.0,True\n12.50,false\n"), schema);
        QVERIFY2(table, table ? "" : describe(table.error()).c_str());
        QCOMPARE(table->cells, (std::vector<float>{1, 2, 2, 1}));
        const auto text = read(write("code,is\n07,x\n"), {{{"code", true, {"07", "a"}, 0}}, "", {}, ""});
        QCOMPARE(text->cells, (std::vector<float>{1}));
    }

    // In training a fraction or a gap elsewhere in a column makes its numbers real ones; what a cell is called stays the same.
    void roundNumbersAreTheSameCategories_data() {
        QTest::addColumn<QByteArray>("training");
        QTest::newRow("whole") << QByteArray("code\n100000\n2000000\n-300000\n");
        QTest::newRow("gap") << QByteArray("code,x\n100000,1\n2000000,1\n,1\n-300000,1\n");
        QTest::newRow("fraction") << QByteArray("code\n100000\n2000000.0\n-3e5\n0.5\n");
    }
    void roundNumbersAreTheSameCategories() {
        QFETCH(QByteArray, training);
        const auto whole = readTable(write(training), {.categories = {"code"}});
        QVERIFY2(whole, whole ? "" : describe(whole.error()).c_str());
        const auto column = std::ranges::find(whole->columns, true, &TableColumn::isCategory);
        QVERIFY(column != whole->columns.end());
        std::vector<std::string> words = column->values;
        std::erase(words, "0.5");
        QCOMPARE(words, (std::vector<std::string>{"-300000", "100000", "2000000"}));
        for (const char* cell : {"100000", "100000.0", "1e5", "1E+05", " 100000"}) {
            const auto rows =
                read(write(QByteArray("code\n") + cell + "\n-300000\n"), {{*column}, "", {}, ""});
            QVERIFY2(rows, rows ? cell : describe(rows.error()).c_str());
            const auto place = std::ranges::find(column->values, "100000") - column->values.begin();
            QCOMPARE(rows->cells, (std::vector<float>{static_cast<float>(place + 1), 1}));
        }
    }
    void wordsWithExponentsOfOlderModelsAreKnown() {
        const RowSchema schema{{{"code", true, {"1e+05", "2e+06", "5e+300"}, 0}}, "", {}, ""};
        const auto table = read(write("code\n2000000\n100000.0\n1e5\n5e300\n"), schema);
        QVERIFY2(table, table ? "" : describe(table.error()).c_str());
        QCOMPARE(table->cells, (std::vector<float>{2, 1, 1, 3}));
    }
    // Beyond what a real number holds, where two whole ones would be the same.
    void longNumbersAreNotMistakenForTheirNeighbours() {
        const RowSchema schema{{{"code", true, {"9007199254740992"}, 0}}, "", {}, ""};
        QVERIFY(read(write("code\n9007199254740992\n"), schema));
        QVERIFY(!read(write("code\n9007199254740993\n"), schema));
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QByteArray>("words");
        QTest::newRow("category")
            << QByteArray("age,town,buys\n1,Ulm,yes\n2,Ulmm,yes\n")
            << QByteArray("row 3, column town: `Ulmm` is no category that the model knows; nearest: Ulm");
        QTest::newRow("class") << QByteArray("age,town,buys\n1,Ulm,perhaps\n")
                               << QByteArray("row 2, column buys: `perhaps` is no class");
        QTest::newRow("word") << QByteArray("age,town,buys\nold,Ulm,yes\n")
                              << QByteArray("row 2, column age: `old` is no number");
        QTest::newRow("no target") << QByteArray("age,town,buys\n1,Ulm,\n")
                                   << QByteArray("row 2, column buys: the target is empty");
        QTest::newRow("no column") << QByteArray("aged,town,buys\n1,Ulm,yes\n")
                                   << QByteArray(
                                          "there is no column age, which the model takes; nearest: aged");
        QTest::newRow("twice") << QByteArray("age,age,town,buys\n1,1,Ulm,yes\n")
                               << QByteArray("more than one column age");
    }
    void refuses() {
        QFETCH(QByteArray, content);
        QFETCH(QByteArray, words);
        const auto table = read(write(content), people());
        QVERIFY(!table);
        QCOMPARE(table.error().code, ErrorCode::InvalidArgument);
        const auto message = QByteArray::fromStdString(table.error().message);
        QVERIFY2(message.contains(words) && message.contains("t.csv"), message);
    }

    // Larger than a piece, and its last row is wrong.
    void aLongFileComesInPieces() {
        QByteArray content("x,y\n");
        for (int i = 0; i < 300'000; ++i) content += QByteArray::number(i) + ",0.5\n";
        const RowSchema schema{{{"x", false, {}, 0}}, "y", {}, ""};
        auto rows = TableRows::open(write(content), schema);
        QVERIFY(rows);
        std::int64_t count = 0;
        std::int64_t largest = 0;
        for (auto piece = rows->next(); piece && piece->rows > 0; piece = rows->next()) {
            QCOMPARE(piece->cells.front(), static_cast<float>(count));
            largest = std::max(largest, piece->rows);
            count += piece->rows;
        }
        QCOMPARE(count, 300'000);
        QVERIFY(largest < 200'000);
        const auto broken = read(write(content + "abc,0.5\n"), schema);
        QVERIFY2(!broken && broken.error().message.find("row 300002, column x") != std::string::npos,
                 broken ? "" : broken.error().message.c_str());
    }

    void readsWhatTablesAreReadFrom_data() {
        QTest::addColumn<QString>("name");
        QTest::newRow("Parquet") << u"people.parquet"_s;
        QTest::newRow("Arrow") << u"people.arrow"_s;
    }
    void readsWhatTablesAreReadFrom() {
        QFETCH(QString, name);
        const auto file =
            QString::fromUtf8(kSourceDir).toStdString() + "/tests/data/tables/" + name.toStdString();
        const auto whole = readTable(file, {.ignored = {"born"}});
        QVERIFY2(whole, whole ? "" : describe(whole.error()).c_str());
        const auto table = read(file, {whole->columns, "", {}, ""});
        QVERIFY2(table, table ? "" : describe(table.error()).c_str());
        QCOMPARE(table->rows, whole->rows);
        for (std::size_t i = 0; i < whole->cells.size(); ++i)
            QVERIFY(table->cells[i] == whole->cells[i] ||
                    (std::isnan(table->cells[i]) && std::isnan(whole->cells[i])));
    }

    void namesWhatIsNotThere() {
        const auto none = TableRows::open("/none.csv", people());
        QCOMPARE(none.error().code, ErrorCode::NotFound);
        QVERIFY(none.error().message.find("/none.csv") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(tst_tablerows)
#include "tst_tablerows.moc"
