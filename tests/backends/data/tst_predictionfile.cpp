// SPDX-License-Identifier: Apache-2.0
#include "backends/data/predictionfile.h"
#ifdef SLIPWAY_HAS_TABLES
#include "backends/data/tablereader.h"
#endif

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>
#include <QtEndian>

using namespace slipway;
using namespace Qt::StringLiterals;

namespace {

const PredictionForm kClassForm{false, 2};
const PredictionRows kClasses{
    {"a,b.png", "c.png"}, {}, {"cat", "dog", "d\"og", "cat"}, {0.75F, 0.25F, 0.5F, 0.5F}, {}};
const PredictionForm kValueForm{true, 0};
const PredictionRows kValues{{"t.csv", "t.csv"}, {1, 2}, {}, {}, {0.1F, -2}};

}  // namespace

class tst_predictionfile : public QObject {
    Q_OBJECT
    std::unique_ptr<QTemporaryDir> m_folder;

    std::string path(const QString& name) const { return m_folder->filePath(name).toStdString(); }
    QStringList files() const {
        return QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden, QDir::Name);
    }
    QByteArray content(const QString& name) const {
        QFile file(m_folder->filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(none)");
    }
    // Row groups of a Parquet file with a column "value": the description at its end, whose length stands before the last four bytes,
    // names each column once for the whole file and once a group.
    qsizetype groupsOf(const QString& name) const {
        const QByteArray bytes = content(name);
        if (bytes.size() < 12) return -1;
        const auto length = qFromLittleEndian<quint32>(bytes.constData() + bytes.size() - 8);
        return bytes.sliced(bytes.size() - 8 - qsizetype(length), qsizetype(length)).count("value") - 1;
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void csv() {
        auto file = makeCsvPredictions(path(u"p.csv"_s), kClassForm);
        QVERIFY(file);
        QVERIFY((*file)->add(kClasses));
        QVERIFY((*file)->add(kClasses));
        QVERIFY(!QFile::exists(m_folder->filePath(u"p.csv"_s)));
        QVERIFY((*file)->finish());
        const QByteArray rows = "\"a,b.png\",cat,0.75,dog,0.25\nc.png,\"d\"\"og\",0.5,cat,0.5\n";
        QCOMPARE(content(u"p.csv"_s),
                 "file,prediction,probability,prediction_2,probability_2\n" + rows + rows);
    }

    void valuesHaveTheirRow() {
        auto file = makeCsvPredictions(path(u"v.csv"_s), kValueForm);
        QVERIFY((*file)->add(kValues));
        QVERIFY((*file)->finish());
        QCOMPARE(content(u"v.csv"_s), QByteArray("file,row,value\nt.csv,1,0.1\nt.csv,2,-2\n"));
    }

    void json() {
        auto file = makeJsonPredictions(path(u"p.json"_s), kValueForm);
        QVERIFY((*file)->add(kValues));
        QVERIFY((*file)->add(kValues));
        QVERIFY((*file)->finish());
        const auto rows = QJsonDocument::fromJson(content(u"p.json"_s))[u"predictions"_s].toArray();
        QCOMPARE(rows.size(), 4);
        QCOMPARE(rows[3].toObject(),
                 QJsonDocument::fromJson(R"({"file":"t.csv","row":2,"value":-2})").object());
        auto empty = makeJsonPredictions(path(u"p.json"_s), kValueForm);
        QVERIFY((*empty)->finish());
        QVERIFY(QJsonDocument::fromJson(content(u"p.json"_s))[u"predictions"_s].isArray());
    }

    void withoutRowsThereIsTheHeader() {
        QVERIFY((*makeCsvPredictions(path(u"e.csv"_s), kClassForm))->finish());
        QCOMPARE(content(u"e.csv"_s), QByteArray("file,prediction,probability,prediction_2,probability_2\n"));
    }

    // Each has a file of its own until it is finished.
    void twoAtOnceDoNotMix_data() {
        QTest::addColumn<bool>("isParquet");
        QTest::newRow("CSV") << false;
#ifdef SLIPWAY_HAS_TABLES
        QTest::newRow("Parquet") << true;
#endif
    }
    void twoAtOnceDoNotMix() {
        QFETCH(bool, isParquet);
        const auto make = [&](const QString& name) {
#ifdef SLIPWAY_HAS_TABLES
            if (isParquet) return makeParquetPredictions(path(name), kValueForm);
#else
            Q_UNUSED(isParquet)
#endif
            return makeCsvPredictions(path(name), kValueForm);
        };
        const auto alone = make(u"alone"_s);
        QVERIFY((*alone)->add(kValues));
        QVERIFY((*alone)->finish());
        const auto first = make(u"p"_s);
        const auto second = make(u"p"_s);
        QVERIFY((*first)->add(kValues));
        QVERIFY((*second)->add(kValues));
        QVERIFY((*second)->add(kValues));
        QVERIFY((*first)->finish());
        QCOMPARE(content(u"p"_s), content(u"alone"_s));
        QVERIFY((*second)->finish());
        QVERIFY(content(u"p"_s) != content(u"alone"_s));
        QCOMPARE(files(), (QStringList{u"alone"_s, u"p"_s}));
    }

    void whatIsNotFinishedLeavesNothing() {
        { QVERIFY((*makeCsvPredictions(path(u"x.csv"_s), kValueForm))->add(kValues)); }
        QCOMPARE(files(), QStringList());
        const auto none = makeCsvPredictions("/none/x.csv", kValueForm);
        QCOMPARE(none.error().code, ErrorCode::NotFound);
        QVERIFY(none.error().message.find("/none/x.csv") != std::string::npos);
    }

#ifdef SLIPWAY_HAS_TABLES
    void parquet() {
        auto file = makeParquetPredictions(path(u"p.parquet"_s), kClassForm);
        QVERIFY2(file, file ? "" : describe(file.error()).c_str());
        QVERIFY((*file)->add(kClasses));
        QVERIFY((*file)->add(kClasses));
        QVERIFY(!QFile::exists(m_folder->filePath(u"p.parquet"_s)));
        QVERIFY((*file)->finish());
        const auto table = readTable(path(u"p.parquet"_s), {.target = "probability_2"});
        QVERIFY2(table, table ? "" : describe(table.error()).c_str());
        QCOMPARE(table->rows, 4);
        QCOMPARE(table->targets, (std::vector<float>{0.25F, 0.5F, 0.25F, 0.5F}));
        QCOMPARE(table->columns[2].name, std::string("prediction"));
        QCOMPARE(table->columns[2].values, (std::vector<std::string>{"cat", "d\"og"}));
        { QVERIFY((*makeParquetPredictions(path(u"x.parquet"_s), kValueForm))->add(kValues)); }
        QCOMPARE(files(), QStringList(u"p.parquet"_s));
    }

    void parquetHasLargeGroups() {
        auto file = makeParquetPredictions(path(u"g.parquet"_s), kValueForm);
        PredictionRows rows;
        for (int i = 1; i <= 1000; ++i) {
            rows.files.emplace_back("t.csv");
            rows.rows.push_back(i);
            rows.values.push_back(static_cast<float>(i));
        }
        for (int i = 0; i < 101; ++i) QVERIFY((*file)->add(rows));
        QVERIFY((*file)->finish());
        QCOMPARE(groupsOf(u"g.parquet"_s), 2);
        const auto table = readTable(path(u"g.parquet"_s), {.target = "value"});
        QVERIFY2(table, table ? "" : describe(table.error()).c_str());
        QCOMPARE(table->rows, 101'000);
        QCOMPARE(table->targets[100'999], 1000.F);
    }
    void aGroupOfLongRowsHasFewer() {
        auto file = makeParquetPredictions(path(u"l.parquet"_s), kValueForm);
        for (int i = 1; i <= 40; ++i)
            QVERIFY((*file)->add({{std::string(std::size_t{1} << 20, 'x')}, {i}, {}, {}, { 0.5F }}));
        QVERIFY((*file)->finish());
        QCOMPARE(groupsOf(u"l.parquet"_s), 2);
    }

    void parquetWithoutRowsHasItsColumns() {
        auto file = makeParquetPredictions(path(u"e.parquet"_s), kClassForm);
        QVERIFY((*file)->finish());
        QCOMPARE(readTable(path(u"e.parquet"_s), {.target = "probability_2"}).error().message,
                 path(u"e.parquet"_s) + " has no rows");
        const Error columns = readTable(path(u"e.parquet"_s), {.target = "none"}).error();
        QVERIFY2(columns.message.ends_with(
                     "the columns are file, prediction, probability, prediction_2, probability_2"),
                 columns.message.c_str());
    }
#endif
};

QTEST_APPLESS_MAIN(tst_predictionfile)
#include "tst_predictionfile.moc"
