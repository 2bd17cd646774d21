// SPDX-License-Identifier: Apache-2.0
#include "backends/exchange/runimport.h"

#include "backends/exchange/tensorboardwriter.h"
#include "backends/platform/filelock.h"
#include "backends/runs/curvestore.h"
#include "backends/runs/importedrun.h"
#include "testpaths.h"

#include <QTemporaryDir>
#include <QTest>

using namespace slipway;
namespace fs = std::filesystem;

class tst_runimport : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    fs::path path(const char* name) const { return m_folder.filePath(QString::fromUtf8(name)).toStdString(); }
    RunStore store(const char* name) const { return *RunStore::open(path(name)); }
    static fs::path recorded(const char* name) { return fs::path(kTestDataDir) / name; }
    static int entries(const fs::path& folder) {
        return static_cast<int>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
    }

private Q_SLOTS:
    void anMlflowRunBecomesOne() {
        const RunStore home = store("mlflow");
        const auto runs = foreignRuns(recorded("mlflow"));
        QVERIFY(runs);
        QCOMPARE(runs->size(), std::size_t{2});
        const auto imported = importRun(home, runs->at(1), {});
        QVERIFY2(imported, imported ? "" : imported.error().message.c_str());
        QVERIFY(imported->isNew);
        QCOMPARE(imported->points, std::size_t{11});
        QCOMPARE(imported->leftOut, std::size_t{0});
        const RunRecord record = home.list()->front();
        QCOMPARE(record.id, imported->record.id);
        QCOMPARE(record.job, std::string("fashion-first-try"));
        QCOMPARE(record.status.state, RunState::Succeeded);
        QCOMPARE(record.target.str(), std::string("imported"));
        QCOMPARE(record.created, *runs->at(1).started);
        QCOMPARE(record.ended, runs->at(1).ended);
        const RunFolder folder = *home.find("fashion-first-try");
        QVERIFY(!folder.hasCheckpoint());
        QCOMPARE(importedRun(folder)->parameters.at("lr"), std::string("0.001"));
        QCOMPARE(importedRun(folder)->name, std::string("fashion/first try"));
        const auto curves = CurveStore::open(folder);
        QCOMPARE(curves->curves().size(), std::size_t{3});
        QCOMPARE(curves->curves().at("loss").size(), std::size_t{4});
        QCOMPARE(curves->curves().at("loss").last()->value, 0.5);
        QCOMPARE(curves->curves().at("loss").last()->step, std::int64_t{30});
    }

    void aTensorboardRunBecomesOne() {
        const RunStore home = store("tensorboard");
        const auto runs = foreignRuns(recorded("tensorboard"));
        QCOMPARE(runs->size(), std::size_t{1});
        const auto imported = importRun(home, runs->front(), {});
        QVERIFY(imported);
        QCOMPARE(imported->points, std::size_t{16});
        QCOMPARE(formatTimestamp(imported->record.created), std::string("2026-09-21T14:13:20.000000Z"));
        QCOMPARE(formatTimestamp(*imported->record.ended), std::string("2026-09-21T14:13:23.000000Z"));
        const auto curves = CurveStore::open(*home.find("last"));
        const auto accuracy = curves->curves().at("test/accuracy").points({}, 100);
        QCOMPARE(accuracy->size(), std::size_t{5});
        QCOMPARE(accuracy->back().seconds, 1.0);
        QCOMPARE(accuracy->back().value, 0.75);
    }

    void twiceIsTold() {
        const RunStore home = store("twice");
        const auto runs = foreignRuns(recorded("mlflow"));
        const auto first = importRun(home, runs->at(0), {});
        const auto second = importRun(home, foreignRuns(recorded("mlflow"))->at(0), {});
        QVERIFY(first->isNew);
        QVERIFY(!second->isNew);
        QCOMPARE(second->record.id, first->record.id);
        QCOMPARE(second->record.status.state, RunState::Failed);
        QCOMPARE(home.list()->size(), std::size_t{1});
    }

    void oneImportAtATime() {
        const RunStore home = store("locked");
        const auto run = foreignRuns(recorded("mlflow"))->front();
        {
            const auto lock = FileLock::tryAcquire(path("locked") / "import.lock");
            QCOMPARE(importRun(home, run, {}).error().code, ErrorCode::Conflict);
        }
        QVERIFY(importRun(home, run, {})->isNew);
    }

    void nothingIsLeftOfOneThatFails() {
        const RunStore home = store("fails");
        std::filesystem::create_directories(path("bad"));
        const fs::path file = path("bad") / "events.out.tfevents.1.host";
        auto writer = TensorboardWriter::create(file, 1.7e9);
        for (int step = 0; step < 100; ++step) QVERIFY(writer->add({1.7e9, step, "loss", 1}));
        QVERIFY(writer->finish());
        const auto run = foreignRuns(path("bad"))->front();
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(importRun(home, run, stop.get_token()).error().code, ErrorCode::Cancelled);
        QCOMPARE(entries(path("fails") / "runs"), 0);
        fs::resize_file(file, fs::file_size(file) - 20);
        fs::resize_file(file, fs::file_size(file) + 20);
        QCOMPARE(importRun(home, run, {}).error().code, ErrorCode::Corrupt);
        QCOMPARE(entries(path("fails") / "runs"), 0);
        QVERIFY(home.list()->empty());
    }

    void whatDoesNotFitIsCounted() {
        const RunStore home = store("fit");
        ForeignRun run;
        run.tool = "tensorboard";
        run.name = "Über/LR = 3e-4";
        run.identity = "x";
        run.read = [](const ScalarSink& sink) -> Result<void> {
            sink({-1, 1, "loss", 2});  // no time that can be
            sink({1.7e9, -4, "loss", 2});
            sink({1.7e9, 2, std::string(81, 'x'), 2});
            sink({1.7e9, 2, "\xff", 2});
            sink({1.7e9, 2, std::string(40, '\xff'), 2});  // longer as UTF-8
            return {};
        };
        const auto imported = importRun(home, run, {});
        QVERIFY(imported);
        QCOMPARE(imported->points, std::size_t{2});
        QCOMPARE(imported->leftOut, std::size_t{3});
        QCOMPARE(imported->record.job, std::string("ber-lr-3e-4"));
        const auto curves = CurveStore::open(*home.find("last"));
        QCOMPARE(curves->curves().size(), std::size_t{2});
        QVERIFY(curves->curves().contains("\xEF\xBF\xBD"));
        run.identity = "y";
        run.read = [](const ScalarSink&) { return Result<void>{}; };
        QCOMPARE(importRun(home, run, {}).error().code, ErrorCode::NotFound);
    }

    void aProjectsStoreIsFound() {
        fs::create_directories(path("project"));
        fs::copy(recorded("mlflow"), path("project") / "mlruns", fs::copy_options::recursive);
        const auto runs = foreignRuns(path("project"));
        QVERIFY(runs);
        QCOMPARE(runs->size(), std::size_t{2});
        QCOMPARE(runs->front().tool, std::string("mlflow"));
    }

    void aFolderWithoutRunsIsTold() {
        std::filesystem::create_directories(path("empty"));
        const auto none = foreignRuns(path("empty"));
        QCOMPARE(none.error().code, ErrorCode::NotFound);
        QVERIFY(!none.error().hint.empty());
        QCOMPARE(foreignRuns(path("missing")).error().code, ErrorCode::NotFound);
    }
};

QTEST_APPLESS_MAIN(tst_runimport)
#include "tst_runimport.moc"
