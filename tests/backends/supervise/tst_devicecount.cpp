// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/devicecount.h"

#include <QTest>

using namespace slipway;

class tst_devicecount : public QObject {
    Q_OBJECT

    static GpuDevice gpu(int index, std::optional<double> joules, ThrottleReasons throttling = {}) {
        GpuDevice gpu;
        gpu.index = index;
        gpu.address = "0000:0" + std::to_string(index) + ":00.0";
        gpu.uuid = "GPU-5fa1000" + std::to_string(index);
        gpu.joules = joules;
        gpu.throttling = std::move(throttling);
        return gpu;
    }
    static DeviceCount::Clock::time_point at(int seconds) {
        return DeviceCount::Clock::time_point(std::chrono::seconds(seconds));
    }

private Q_SLOTS:
    void onlyTheRunsGpusCount_data() {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<double>("joules");
        QTest::newRow("address") << QByteArray("0000:01:00.0") << 20.0;
        QTest::newRow("number") << QByteArray("1") << 20.0;
        QTest::newRow("the first number") << QByteArray("0") << 10.0;
        QTest::newRow("UUID") << QByteArray("gpu-5fa10001") << 20.0;
    }
    void onlyTheRunsGpusCount() {
        QFETCH(QByteArray, name);
        QFETCH(double, joules);
        DeviceCount count({name.toStdString()});
        count.take({gpu(0, 1000), gpu(1, 2000)}, at(0));
        QCOMPARE(count.energy().gpuJoules, 0.0);
        count.take({gpu(0, 1010), gpu(1, 2020)}, at(1));
        count.takeCpu(5);
        QCOMPARE(count.energy().gpuJoules, joules);
        QCOMPARE(count.energy().cpuJoules, 5.0);
        QCOMPARE(count.energy().unknown, std::string());
    }

    void theMostMemoryOfTheRunsOwnProcessesOnOneGpuCounts() {
        const auto with = [](GpuDevice gpu, std::vector<GpuProcess> processes) {
            gpu.processes = std::move(processes);
            return gpu;
        };
        DeviceCount count({"0"});
        count.take({with(gpu(0, 1), {{7, "", Bytes{900}, false, {}}})}, at(0), {10, 11});
        QVERIFY(!count.energy().gpuMemory);  // somebody else's
        count.take({with(gpu(0, 1), {{10, "", Bytes{100}, false, {}}, {11, "", Bytes{50}, false, {}}}),
                    with(gpu(1, 1), {{10, "", Bytes{120}, false, {}}, {7, "", Bytes{900}, false, {}}})},
                   at(1), {10, 11});
        count.take({with(gpu(0, 1), {{10, "", Bytes{20}, false, {}}, {11, "", {}, false, {}}})}, at(2),
                   {10, 11});
        QCOMPARE(count.energy().gpuMemory->count, 150);
    }

    void aCounterThatBeginsAnewTakesNothingBack() {
        DeviceCount count({"0"});
        for (const double joules : {100.0, 150.0, 3.0, 13.0}) count.take({gpu(0, joules)}, at(0));
        QCOMPARE(count.energy().gpuJoules, 60.0);
    }

    void unknownIsSaid() {
        DeviceCount none({"0", "1"});
        none.setCpuUnknown("its counters are not open to this user");
        QCOMPARE(
            none.energy().unknown,
            std::string("GPU: the driver does not tell it; CPU: its counters are not open to this user"));
        QVERIFY(!none.energy().gpuJoules && !none.energy().cpuJoules);
        none.take({gpu(0, 5.0), gpu(1, {})}, at(0));
        QVERIFY(none.energy().unknown.starts_with("GPU: not all of them tell it; "));
        QVERIFY(
            DeviceCount({"mig-5fa1"}).energy().unknown.starts_with("GPU: a slice has no counter of its own"));
        DeviceCount sliced({"0"});
        GpuDevice mig = gpu(0, 5.0);
        mig.isMig = true;
        sliced.take({mig}, at(0));
        QVERIFY(!sliced.energy().gpuJoules);
        QVERIFY(sliced.energy().unknown.starts_with("GPU: a slice has no counter of its own"));
        QVERIFY(DeviceCount({}).energy().unknown.starts_with("CPU: "));
    }

    void throttlingThatLastsIsTold() {
        DeviceCount count({"0"});
        const ThrottleReasons cap{ThrottleReason::PowerCap};
        const std::vector<ThrottleReasons> seen{{}, cap, {}, cap, cap, cap, cap, {}, {}, cap, {}, {}, {}, {}};
        std::vector<ThrottleEvent> told;
        for (std::size_t second = 0; second < seen.size(); ++second) {
            count.take({gpu(0, {}, seen[second]), gpu(1, {}, cap)}, at(static_cast<int>(second)));
            for (const EventBody& body : count.news()) told.push_back(std::get<ThrottleEvent>(body));
        }
        QCOMPARE(told.size(), std::size_t{2});
        QCOMPARE(told[0].device, std::string("GPU 0"));
        QCOMPARE(told[0].reasons, std::string("power cap"));
        QCOMPARE(told[1].reasons, std::string());
        QCOMPARE(told[1].seconds, 7.0);
    }

    void faultsAreSaidOnce() {
        DeviceCount count({"0"});
        GpuDevice device = gpu(0, {});
        device.fault = GpuFault{79, "GPU has fallen off the bus", Timestamp(std::chrono::seconds(1))};
        device.problem = "is lost";
        count.take({device}, at(0));
        count.take({device}, at(1));
        const auto news = count.news();
        QCOMPARE(news.size(), std::size_t{2});
        QCOMPARE(std::get<LogEvent>(news[0]).text, std::string("GPU 0: XID 79: GPU has fallen off the bus"));
        QCOMPARE(std::get<LogEvent>(news[1]).text, std::string("GPU 0 is lost"));
    }
};

QTEST_APPLESS_MAIN(tst_devicecount)
#include "tst_devicecount.moc"
