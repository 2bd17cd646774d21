// SPDX-License-Identifier: Apache-2.0
// Real agents over programs of the shell.
#include "backends/smoke/smokerun.h"

#include "backends/platform/filelock.h"
#include "backends/spec/specdocument.h"
#include "testpaths.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace slipway;
namespace fs = std::filesystem;

namespace {

class Place {
public:
    Place() { fs::create_directories(job()); }
    fs::path home() const { return m_folder.path().toStdString() + "/home"; }
    fs::path job() const { return m_folder.path().toStdString() + "/job"; }

    SmokeRequest request(const std::string& script) const {
        const std::string text = "name: probe\nprogram:\n  command: [sh, -c, '" + script +
                                 "']\nresources: {cpu: 100m, memory: 64Mi}\n";
        SmokeRequest request;
        request.job = *SpecDocument::parse(text)->spec();
        request.jobFolder = job();
        request.home = home();
        request.agent = std::string(kBinDir) + "/slipway-agent";
        request.runner = std::string(kBinDir) + "/slipway-runner";
        return request;
    }
    bool isTidy() const { return fs::is_empty(home() / "smoke") && !fs::exists(home() / "runs"); }

private:
    QTemporaryDir m_folder;
};

const char* const kEndless =
    "n=0; while :; do n=$((n+1)); echo \"{\\\"step\\\": $n, \\\"loss\\\": 1}\"; sleep 0.05; done";

}  // namespace

class tst_smokerun : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aProgramIsEndedAfterItsSteps() {
        const Place place;
        std::vector<SmokeProgress> told;
        const auto outcome = smokeRun(
            place.request("echo $SLIPWAY_SMOKE $SLIPWAY_SMOKE_STEPS > told; " + std::string(kEndless)),
            [&](const SmokeProgress& progress) { told.push_back(progress); }, {});
        QVERIFY2(outcome, outcome ? "" : describe(outcome.error()).c_str());
        QVERIFY(outcome->report);
        QVERIFY(outcome->report->steps >= kSmokeSteps);
        QVERIFY(outcome->report->step->likely > 0.04);
        QVERIFY(outcome->report->memory);
        QVERIFY(!told.empty());
        QCOMPARE(told.back().step, kSmokeSteps);
        std::ifstream file(place.job() / "told");
        std::string line;
        QVERIFY(std::getline(file, line) && line == "1 8");
        QVERIFY(place.isTidy());
    }

    void aProgramThatTellsNothingIsEndedInTime() {
        const Place place;
        SmokeRequest request = place.request("exec sleep 60");
        request.limit = std::chrono::seconds(1);
        const auto outcome = smokeRun(request, [](const SmokeProgress&) {}, {});
        QVERIFY(outcome && outcome->report);
        QCOMPARE(outcome->report->steps, 0);
        QVERIFY(outcome->report->seconds >= 0.9 && outcome->report->seconds < 20);
        QVERIFY(place.isTidy());
    }

    void aFailureIsExplained() {
        const Place place;
        const auto outcome =
            smokeRun(place.request("echo \"ModuleNotFoundError: No module named torch\" >&2; exit 1"),
                     [](const SmokeProgress&) {}, {});
        QVERIFY(outcome && !outcome->report);
        QCOMPARE(outcome->record.status, (RunStatus{RunState::Failed, "exit code 1"}));
        QVERIFY(!outcome->findings.empty());
        QVERIFY(place.isTidy());
    }

    void aStopEndsThePrograms() {
        const Place place;
        std::stop_source stop;
        const auto outcome = smokeRun(
            place.request("echo $$ > pid; echo \"{\\\"step\\\": 1, \\\"loss\\\": 1}\"; exec sleep 60"),
            [&](const SmokeProgress& progress) {
                if (progress.step == 1) stop.request_stop();
            },
            stop.get_token());
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().code, ErrorCode::Cancelled);
        std::ifstream file(place.job() / "pid");
        int pid = 0;
        QVERIFY(file >> pid);
        QVERIFY(!fs::exists("/proc/" + std::to_string(pid)));
        QVERIFY(place.isTidy());
    }

    void whatAKilledOneLeftIsRemoved() {
        const Place place;
        const fs::path all = place.home() / "smoke";
        for (const char* name : {"left", "held", "new"}) {
            fs::create_directories(all / name);
            std::ofstream(all / name / "smoke.lock") << "";
        }
        const auto lock = FileLock::tryAcquire(all / "held" / "smoke.lock");
        QVERIFY(lock && *lock);
        for (const char* name : {"left", "held"})
            fs::last_write_time(all / name, fs::file_time_type::clock::now() - std::chrono::minutes(5));
        QVERIFY(smokeRun(place.request("true"), [](const SmokeProgress&) {}, {}));
        QVERIFY(!fs::exists(all / "left"));
        QVERIFY(fs::exists(all / "held") && fs::exists(all / "new"));
    }

    void noAgentIsAnError() {
        const Place place;
        SmokeRequest request = place.request("true");
        request.agent = place.home() / "none";
        const auto outcome = smokeRun(request, [](const SmokeProgress&) {}, {});
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().code, ErrorCode::NotFound);
        QVERIFY(place.isTidy());
    }
};

QTEST_GUILESS_MAIN(tst_smokerun)
#include "tst_smokerun.moc"
