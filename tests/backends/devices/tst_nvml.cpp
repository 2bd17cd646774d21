// SPDX-License-Identifier: Apache-2.0
#include "backends/devices/nvml.h"

#include <QTest>

#include "backends/devices/gpuwords.h"
#include "nvmlstandin.h"

using namespace slipway;

class tst_nvml : public QObject {
    Q_OBJECT

    static Result<std::optional<Nvml>> opened(const char* layout, const char* age = "new") {
        playNvml(layout);
        return Nvml::open(nvmlStandin(age));
    }
    static Nvml playing(const char* layout, const char* age = "new") {
        return *std::move(*opened(layout, age));
    }

    // One line for a device, so that a table tells all of a layout.
    static QByteArray line(const GpuDevice& gpu) {
        const auto gib = [](const std::optional<Bytes>& amount) {
            return amount ? QByteArray::number(static_cast<double>(amount->count) / (1 << 30), 'f', 1)
                          : QByteArray("?");
        };
        const auto number = [](const auto& value) {
            return value ? QByteArray::number(*value) : QByteArray("?");
        };
        if (!gpu.problem.empty())
            return QByteArray::fromStdString(std::to_string(gpu.index) + " " + gpu.problem);
        QByteArray text = QByteArray::number(gpu.index) + ' ' + gib(gpu.usedMemory) + '/' + gib(gpu.memory) +
                          ' ' + number(gpu.utilization) + "% " + number(gpu.temperature) + "C " +
                          number(gpu.watts) + '/' + number(gpu.wattLimit) + "W " + number(gpu.clock) + '/' +
                          number(gpu.maxClock) + "MHz";
        if (gpu.throttling && !gpu.throttling->empty())
            text += " <" + QByteArray::fromStdString(throttleText(*gpu.throttling)) + '>';
        for (const GpuSlice& slice : gpu.slices)
            text += " [" + QByteArray::fromStdString(slice.profile) + ' ' + gib(slice.usedMemory) + '/' +
                    gib(slice.memory) + ']';
        for (const GpuProcess& process : gpu.processes.value_or(std::vector<GpuProcess>()))
            text +=
                " {" +
                QByteArray::number(process.pid == ::getpid() ? -1 : static_cast<qlonglong>(process.pid)) +
                (process.slice ? '@' + QByteArray::number(static_cast<int>(*process.slice)) : QByteArray()) +
                (process.isMps ? " mps " : " ") + gib(process.memory) + '}';
        return text;
    }

private Q_SLOTS:
    void noDriverIsAState() {
        const auto none = Nvml::open("libthere-is-none.so.1");
        QVERIFY(none);
        QVERIFY(!*none);
        qunsetenv("SLIPWAY_NVML_LAYOUT");  // the library without its kernel module
        const auto notLoaded = Nvml::open(nvmlStandin());
        QVERIFY(notLoaded);
        QVERIFY(!*notLoaded);
    }

    void aDriverUpdatedWhileItRuns() {
        const auto mismatch = opened("mismatch");
        QVERIFY(!mismatch);
        QCOMPARE(mismatch.error().code, ErrorCode::Unavailable);
        QVERIFY(!mismatch.error().hint.empty());
        QCOMPARE(opened("of-none").error().detail, std::string("NVML error 999"));
    }

    void layouts_data() {
        QTest::addColumn<QList<QByteArray>>("devices");
        const auto row = [](const char* name, const QList<QByteArray>& devices) {
            QTest::newRow(name) << devices;
        };
        row("one-gpu", {"0 2.1/12.0 38% 52C 31/70W 1200/2100MHz {-1 2.0} {1 0.1}"});
        QList<QByteArray> eight;
        for (int i = 0; i < 7; ++i)
            eight.append(QByteArray::number(i) + ' ' + QByteArray::number(71 - 3 * i) + ".0/80.0 " +
                         QByteArray::number(98 - i) + "% " + QByteArray::number(61 + i) + "C " +
                         QByteArray::number(372 - 9 * i) + "/400W 1410/1410MHz {" +
                         QByteArray::number(4000 + i) + ' ' + QByteArray::number(70 - 3 * i) + ".0}");
        row("eight-gpus", eight << "7 0.0/80.0 0% 33C 60/400W 210/1410MHz");
        row("mig-seven",
            {"0 10.0/80.0 ?% 48C 142/400W 1410/1410MHz [1g.10gb 3.0/9.5] [1g.10gb 3.0/9.5] [1g.10gb 3.0/9.5] [1g.10gb 0.0/9.5] "
             "[1g.10gb 0.0/9.5] [1g.10gb 0.0/9.5] [1g.10gb 0.0/9.5] {4100@0 3.0} {4101@1 3.0} {4102@2 3.0}"});
        row("mig-mixed",
            {"0 31.0/80.0 ?% 34C 61/400W 210/1410MHz [3g.40gb 30.0/39.4] [2g.20gb 0.0/19.5] [1g.10gb ?/9.5] "
             "[1g.10gb ?/9.5] {4200@0 30.0}",
             "1 40.0/80.0 77% 34C 61/400W 210/1410MHz {4300 39.0}"});
        row("mps",
            {"0 24.0/80.0 91% 34C 61/400W 1410/1410MHz {900 0.0} {4400 mps ?} {4401 mps 8.0} {4402 mps 8.0}"});
        row("lost", {"0 20.0/80.0 80% 34C 61/400W 210/1410MHz",
                     "1 is lost: it does not answer any more until the machine is restarted",
                     "2 is lost: it does not answer any more until the machine is restarted"});
        row("xid", {"0 0.0/80.0 0% 34C 61/400W 210/1410MHz", "1 1.0/80.0 0% 34C 61/400W 210/1410MHz"});
        row("power-cap", {"0 70.0/80.0 99% 71C 249.6/250W 945/1410MHz {4500 69.0}"});
    }
    void layouts() {
        QFETCH(QList<QByteArray>, devices);
        const GpuReport report = playing(QTest::currentDataTag()).sample();
        QVERIFY(report.hasDriver);
        QCOMPARE(report.driver, std::string("550.54.15"));
        QCOMPARE(report.cuda, std::string("12.4"));
        QList<QByteArray> lines;
        for (const GpuDevice& gpu : report.devices) lines.append(line(gpu));
        QCOMPARE(lines, devices);
    }

    void namesOfADevice() {
        const GpuDevice gpu = playing("one-gpu").sample().devices.at(0);
        QCOMPARE(gpu.name, std::string("NVIDIA RTX A2000"));
        QCOMPARE(gpu.uuid, std::string("GPU-5fa10000-1111-2222-3333-444455556666"));
        QCOMPARE(gpu.address, std::string("0000:07:00.0"));
        QCOMPARE(gpu.slowdownAt, 101);
        QCOMPARE(gpu.computeMode, ComputeMode::Default);
        QCOMPARE(playing("mps").sample().devices.at(0).computeMode, ComputeMode::ExclusiveProcess);
        QVERIFY(gpu.processes->front().name.starts_with("tst_nvml"));
        QCOMPARE(playing("mig-seven").sample().devices.at(0).slices.at(6).uuid,
                 std::string("MIG-00000006-aaaa-bbbb-cccc-ddddeeeeffff"));
    }

    void anOldDriverLacksFunctions() {
        const GpuReport report = playing("one-gpu", "old").sample();
        // It counts what the driver reserves as used.
        QCOMPARE(line(report.devices.at(0)), QByteArray("0 2.7/12.0 38% 52C 31/70W 1200/2100MHz {-1 2.0}"));
        QVERIFY(!report.devices.at(0).joules);
        QVERIFY(!report.devices.at(0).isMig);
    }

    void throttlingComesAndGoes() {
        Nvml nvml = playing("power-cap");
        QStringList told;
        for (int i = 0; i < 5; ++i)
            told << QString::fromStdString(throttleText(*nvml.vitals().at(0).throttling));
        const QString both = QStringLiteral("power cap, temperature, temperature, slowed by the hardware");
        QCOMPARE(told, (QStringList{QString(), QStringLiteral("power cap"), QStringLiteral("power cap"), both,
                                    QString()}));
        QCOMPARE(nvml.vitals().at(0).joules, 5 * 250.0);
    }

    void theNewestFaultIsKept() {
        Nvml nvml = playing("xid");
        for (const std::vector<GpuDevice>& devices : {nvml.vitals(), nvml.sample().devices}) {
            QCOMPARE(devices.at(1).fault->xid, 43);
            QCOMPARE(devices.at(1).fault->words, std::string("GPU stopped processing"));
            QCOMPARE(devices.at(0).fault->words, std::string());
        }
        QCOMPARE(playing("lost").sample().devices.at(1).fault->words,
                 std::string("GPU has fallen off the bus"));
        QVERIFY(!playing("one-gpu").sample().devices.at(0).fault);
    }
};

QTEST_APPLESS_MAIN(tst_nvml)
#include "tst_nvml.moc"
