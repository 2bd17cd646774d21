// SPDX-License-Identifier: Apache-2.0
#include "backends/exchange/runexport.h"

#include "backends/exchange/runimport.h"
#include "backends/runs/curvestore.h"
#include "tests/backends/runs/runfixture.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace slipway;
namespace fs = std::filesystem;

class tst_runexport : public QObject {
    Q_OBJECT
    RunFixture m_fixture;
    QTemporaryDir m_folder;

    fs::path path(const char* name) const { return m_folder.filePath(QString::fromUtf8(name)).toStdString(); }
    RunFolder makeRun() const {
        RunFolder folder = m_fixture.makeRun("fashion");
        auto writer = EventWriter::open(folder);
        const bool isWritten =
            writer->append(RunFixture::event(1, MetricEvent{10, {{"loss", 0.5}}})) &&
            writer->append(RunFixture::event(2, MetricEvent{20, {{"loss", 0.1}, {"a,\"b\"", std::nan("")}}}));
        if (!isWritten) qFatal("cannot write events");
        return folder;
    }
    static int entries(const fs::path& folder) {
        return static_cast<int>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
    }

private Q_SLOTS:
    void asCsv() {
        const RunFolder folder = makeRun();
        const auto written = exportRun(folder, ExportFormat::Csv, path("csv"));
        QVERIFY2(written, written ? "" : written.error().message.c_str());
        QCOMPARE(written->filename().string(), "fashion-" + folder.path().filename().string() + ".csv");
        QCOMPARE(RunFixture::text(*written), std::string("metric,step,seconds,value\n"
                                                         "\"a,\"\"b\"\"\",20,1.000000,nan\n"
                                                         "loss,10,0.000000,0.5\n"
                                                         "loss,20,1.000000,0.10000000000000001\n"));
    }

    // What is exported and imported again has the same points.
    void comesBack_data() {
        QTest::addColumn<int>("format");
        QTest::newRow("tensorboard") << int(ExportFormat::Tensorboard);
        QTest::newRow("mlflow") << int(ExportFormat::Mlflow);
    }
    void comesBack() {
        QFETCH(int, format);
        const RunFolder folder = makeRun();
        const fs::path to = path(QTest::currentDataTag());
        const auto written = exportRun(folder, ExportFormat(format), to);
        QVERIFY2(written, written ? "" : written.error().message.c_str());
        const auto runs = foreignRuns(to);
        QVERIFY2(runs, runs ? "" : runs.error().message.c_str());
        QCOMPARE(runs->size(), std::size_t{1});
        QTemporaryDir home;
        const RunStore store = *RunStore::open(home.path().toStdString());
        const auto imported = importRun(store, runs->front(), {});
        QVERIFY2(imported, imported ? "" : imported.error().message.c_str());
        const auto curves = CurveStore::open(*store.find("last"));
        QCOMPARE(curves->curves().size(), std::size_t{2});
        const auto loss = curves->curves().at("loss").points({}, 10);
        QCOMPARE(loss->size(), std::size_t{2});
        QCOMPARE(loss->back().step, std::int64_t{20});
        QCOMPARE(float(loss->back().value), 0.1F);
        QCOMPARE(loss->back().seconds - loss->front().seconds, 1.0);
    }

    void neverOverwritesAndLeavesNothing() {
        const RunFolder folder = makeRun();
        for (const auto format : {ExportFormat::Csv, ExportFormat::Tensorboard, ExportFormat::Mlflow}) {
            const fs::path to = path("twice");
            const auto written = exportRun(folder, format, to);
            QVERIFY(written);
            const int before = entries(to);
            QCOMPARE(exportRun(folder, format, to).error().code, ErrorCode::Conflict);
            QCOMPARE(entries(to), before);
        }
        QCOMPARE(exportRun(m_fixture.makeRun(), ExportFormat::Csv, path("none")).error().code,
                 ErrorCode::NotFound);
        QVERIFY(!fs::exists(path("none")));
    }

    void formatsHaveNames() {
        QCOMPARE(parseExportFormat("csv"), ExportFormat::Csv);
        QCOMPARE(parseExportFormat("tensorboard"), ExportFormat::Tensorboard);
        QCOMPARE(parseExportFormat("mlflow"), ExportFormat::Mlflow);
        QVERIFY(!parseExportFormat("xml"));
    }
};

QTEST_APPLESS_MAIN(tst_runexport)
#include "tst_runexport.moc"
