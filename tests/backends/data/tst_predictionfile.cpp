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

using namespace slipway;
using namespace Qt::StringLiterals;

namespace {

const PredictionRows kClasses{{"a,b.png", "c.png"},       {}, 2, {"cat", "dog", "d\"og", "cat"},
                              {0.75F, 0.25F, 0.5F, 0.5F}, {}};
const PredictionRows kValues{{"t.csv", "t.csv"}, {1, 2}, 0, {}, {}, {0.1F, -2}};

}  // namespace

class tst_predictionfile : public QObject {
    Q_OBJECT
    std::unique_ptr<QTemporaryDir> m_folder;

    std::string path(const QString& name) const { return m_folder->filePath(name).toStdString(); }
    QByteArray content(const QString& name) const {
        QFile file(m_folder->filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(none)");
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void csv() {
        auto file = makeCsvPredictions(path(u"p.csv"_s));
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
        auto file = makeCsvPredictions(path(u"v.csv"_s));
        QVERIFY((*file)->add(kValues));
        QVERIFY((*file)->finish());
        QCOMPARE(content(u"v.csv"_s), QByteArray("file,row,value\nt.csv,1,0.1\nt.csv,2,-2\n"));
    }

    void json() {
        auto file = makeJsonPredictions(path(u"p.json"_s));
        QVERIFY((*file)->add(kValues));
        QVERIFY((*file)->add(kValues));
        QVERIFY((*file)->finish());
        const auto rows = QJsonDocument::fromJson(content(u"p.json"_s))[u"predictions"_s].toArray();
        QCOMPARE(rows.size(), 4);
        QCOMPARE(rows[3].toObject(),
                 QJsonDocument::fromJson(R"({"file":"t.csv","row":2,"value":-2})").object());
        auto empty = makeJsonPredictions(path(u"p.json"_s));
        QVERIFY((*empty)->finish());
        QVERIFY(QJsonDocument::fromJson(content(u"p.json"_s))[u"predictions"_s].isArray());
    }

    void whatIsNotFinishedLeavesNothing() {
        { QVERIFY((*makeCsvPredictions(path(u"x.csv"_s)))->add(kValues)); }
        QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files), QStringList());
        const auto none = makeCsvPredictions("/none/x.csv");
        QCOMPARE(none.error().code, ErrorCode::NotFound);
        QVERIFY(none.error().message.find("/none/x.csv") != std::string::npos);
    }

#ifdef SLIPWAY_HAS_TABLES
    void parquet() {
        auto file = makeParquetPredictions(path(u"p.parquet"_s));
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
        { QVERIFY((*makeParquetPredictions(path(u"x.parquet"_s)))->add(kValues)); }
        QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files), QStringList(u"p.parquet"_s));
    }
#endif
};

QTEST_APPLESS_MAIN(tst_predictionfile)
#include "tst_predictionfile.moc"
