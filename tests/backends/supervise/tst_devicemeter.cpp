// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/devicemeter.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include "nvmlstandin.h"

#include <cmath>
#include <fstream>

using namespace slipway;
namespace fs = std::filesystem;

class tst_devicemeter : public QObject {
    Q_OBJECT

    static void write(const fs::path& zone, const char* energy) {
        fs::create_directories(zone);
        std::ofstream(zone / "name") << "package-0\n";
        std::ofstream(zone / "energy_uj") << energy << '\n';
        std::ofstream(zone / "max_energy_range_uj") << "262143328850\n";
    }

private Q_SLOTS:
    void whatIsLookedAt() {
        AgentPlan plan;
        plan.job.resources.gpus = 1;
        const DeviceMeterOptions here = meterOptions(plan, {"GPU-77"});
        QCOMPARE(here.gpus, std::vector<std::string>{"gpu-77"});
        QCOMPARE(here.powercap, fs::path(kPowercap));
        QVERIFY(meterOptions(plan, {}).gpus.empty());
        plan.isRunFolderLasting = false;  // a pod: it holds no slots and has all that it sees
        qputenv("CUDA_VISIBLE_DEVICES", "GPU-78,GPU-79");
        const DeviceMeterOptions pod = meterOptions(plan, {});
        plan.job.resources.gpus = 0;
        const DeviceMeterOptions without = meterOptions(plan, {});
        qunsetenv("CUDA_VISIBLE_DEVICES");
        QCOMPARE(pod.gpus, (std::vector<std::string>{"gpu-78", "gpu-79"}));
        QVERIFY(pod.powercap.empty() && !pod.powercapUnknown.empty());
        QVERIFY(without.gpus.empty());
    }

    void countsWhatARunUses() {
        QTemporaryDir folder;
        const fs::path powercap = folder.path().toStdString();
        write(powercap / "intel-rapl:0", "1000000");
        playNvml("power-cap");  // 250 J each look
        DeviceMeter meter({{"0"}, powercap, "", nvmlStandin(), std::chrono::milliseconds(5)});
        QTRY_VERIFY(meter.energy().gpuJoules.value_or(0) >= 500);
        write(powercap / "intel-rapl:0", "4000000");
        meter.finish();
        const EnergyEvent energy = meter.energy();
        QCOMPARE(energy.cpuJoules, 3.0);
        QCOMPARE(std::fmod(*energy.gpuJoules, 250.0), 0.0);
        QCOMPARE(energy.unknown, std::string());
        meter.finish();
        QCOMPARE(meter.energy().gpuJoules, energy.gpuJoules);
    }

    // 2 GiB of this process; the 120 MiB of process 1 are not the run's.
    void theMemoryOfTheRunsProcessesIsTold() {
        playNvml("one-gpu");
        DeviceMeter meter({{"0"}, "", "", nvmlStandin(), std::chrono::hours(1)});
        meter.finish();
        QCOMPARE(meter.energy().gpuMemory.value_or(Bytes{}).count, std::int64_t{2} << 30);
    }

    void aShortRunIsLookedAtTwice() {
        playNvml("power-cap");
        DeviceMeter meter(
            {{"0"}, "", "in a pod it would be the whole node's", nvmlStandin(), std::chrono::hours(1)});
        meter.finish();
        QCOMPARE(meter.energy().gpuJoules, 250.0);
        QCOMPARE(meter.energy().unknown, std::string("CPU: in a pod it would be the whole node's"));
    }

    void aGpuThatDoesNotAnswerHoldsNothingUp() {
        playNvml("hangs");
        QElapsedTimer timer;
        timer.start();
        {
            DeviceMeter meter({{"0"}, "", "", nvmlStandin(), std::chrono::hours(1)});
            meter.finish();
            QVERIFY(meter.energy().unknown.starts_with("GPU: the driver does not tell it"));
        }
        QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed())));
    }

    void whatIsMissingIsSaid() {
        QTemporaryDir folder;
        DeviceMeter meter(
            {{"0"}, folder.path().toStdString(), "", "libthere-is-none.so.1", std::chrono::hours(1)});
        meter.finish();
        QCOMPARE(meter.energy().unknown,
                 std::string("GPU: the driver does not tell it; CPU: no counter of it is shown here"));
        QVERIFY(meter.news().empty());
    }

    void throttlingThatLasts() {
        playNvml("throttled");
        DeviceMeter meter({{"0"}, "", "", nvmlStandin(), std::chrono::milliseconds(1)});
        std::vector<EventBody> news;
        const auto hasNews = [&] {
            for (EventBody& body : meter.news()) news.push_back(std::move(body));
            return !news.empty();
        };
        QTRY_VERIFY(hasNews());
        QCOMPARE(std::get<ThrottleEvent>(news[0]).reasons, std::string("power cap"));
    }

    void faultsOfTheRunsGpus() {
        playNvml("lost");
        DeviceMeter meter({{"1"}, "", "", nvmlStandin(), std::chrono::hours(1)});
        meter.finish();
        const auto news = meter.news();
        QCOMPARE(news.size(), std::size_t{2});
        QCOMPARE(std::get<LogEvent>(news[0]).text, std::string("GPU 1: XID 79: GPU has fallen off the bus"));
    }
};

QTEST_APPLESS_MAIN(tst_devicemeter)
#include "tst_devicemeter.moc"
