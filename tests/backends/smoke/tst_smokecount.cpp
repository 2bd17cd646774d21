// SPDX-License-Identifier: Apache-2.0
// The expected numbers are worked out by hand from the times that the events are given.
#include "backends/smoke/smokecount.h"

#include "backends/spec/specdocument.h"

#include <QTest>

using namespace slipway;
using Limit = SmokeReport::Limit;

namespace {

constexpr std::int64_t kMiB = 1 << 20;

JobSpec training(const std::string& more = {}) {
    return *SpecDocument::parse(
                "name: a\ntrain:\n  network: {type: mlp}\n  data: {type: idx, input: x}\n"
                "  optimizer: {type: adam}\n  batch: 32\n  epochs: 4\ninputs: {x: x}\n" +
                (more.empty() ? "resources: {cpu: 2, memory: 2Gi}\ncheckpoint: {every: 100}\n" : more))
                ->spec();
}
JobSpec program() {
    return *SpecDocument::parse("name: a\nprogram:\n  command: [a.py]\nresources: {cpu: 4, memory: 1Gi}\n")
                ->spec();
}

// Events of one rank, at seconds since its start.
class Teller {
public:
    explicit Teller(JobSpec job) : count(std::move(job)) { tell(0, RankStartedEvent{"host", 1, "cpu"}); }
    static Timestamp at(double seconds) {
        return Timestamp(std::chrono::seconds(1'790'000'000)) +
               std::chrono::round<Timestamp::duration>(std::chrono::duration<double>(seconds));
    }
    void tell(double seconds, EventBody body) {
        count.take({RunId("r"), 1, 0, ++m_seq, at(seconds), std::move(body)});
    }
    // Of a training; each ends where the next one begins.
    void step(int number, double end, double seconds, double wait, double cpu, double delay = 0) {
        tell(end, MetricEvent{number,
                              {{"loss", 1},
                               {"smoke/step_seconds", seconds},
                               {"smoke/wait_seconds", wait},
                               {"smoke/cpu_seconds", cpu},
                               {"smoke/delay_seconds", delay}}});
    }
    // Starts for 2 s, a first step of 1 s, then 0.1 s each, a slow one of 0.2 s.
    void train(double waitShare, double cores, double delayShare = 0) {
        double end = 3;
        step(1, end, 1, 0, 1);
        for (int number = 2; number <= 8; ++number) {
            const double seconds = number == 5 ? 0.2 : 0.1;
            end += seconds;
            step(number, end, seconds, waitShare * seconds, cores * seconds, delayShare * seconds);
        }
        // 250 steps an epoch, 32 samples a step.
        tell(end, ProgressEvent{8, 8, 8 / 250.0, 320, 0.1});
        tell(end + 0.5, MetricEvent{8, {{"test/loss", 1}, {"smoke/evaluation_seconds", 0.5}}});
        tell(end + 0.7, CheckpointEvent{8, "checkpoints/a", Bytes{3000}, 0.2});
    }
    void exit(double seconds, Bytes peak, double cpu = 1) {
        tell(seconds, RankExitedEvent{0, 0, "", peak, false, cpu});
    }
    const SmokeReport::Setting* setting(const SmokeReport& report, const std::string& path) const {
        const auto found = std::ranges::find(report.settings, path, &SmokeReport::Setting::path);
        return found == report.settings.end() ? nullptr : &*found;
    }

    SmokeCount count;

private:
    std::uint64_t m_seq = 0;
};

void compareNear(double value, double expected) {
    QVERIFY2(std::abs(value - expected) < 1e-5, qPrintable(QString::number(value, 'g', 10)));
}

}  // namespace

class tst_smokecount : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aTrainingsReport() {
        Teller teller(training());
        teller.train(0.05, 1.95);
        teller.exit(5,
                    Bytes{400 * kMiB});  // 3.8 s at the last step's end, 0.7 s for what follows, 0.5 s to end
        QCOMPARE(teller.count.steps(), 8);
        const SmokeReport report = teller.count.report();
        compareNear(report.seconds, 5);
        compareNear(*report.first, 1);
        compareNear(report.step->likely, 0.1);
        compareNear(report.step->low, 0.1);
        compareNear(report.step->high, 0.1);  // the 6th of 7
        compareNear(*report.samplesPerSecond, 320);
        QCOMPARE(report.memory->count, 400 * kMiB);
        compareNear(*report.evaluation, 0.5);
        compareNear(*report.checkpoint, 0.2);
        QCOMPARE(report.checkpointSize.count, 3000);
        QCOMPARE(report.wholeSteps, 1000);
        QCOMPARE(report.wholeEvaluations, 4);
        QCOMPARE(report.wholeCheckpoints, 10);
        // 2 s to start, 1000 × 0.1 s, 4 × 0.5 s, 10 × 0.2 s, 0.5 s to end.
        compareNear(report.whole->likely, 2 + 100 + 2 + 2 + 0.5);
        QCOMPARE(report.limit, Limit::Compute);
        compareNear(*report.waiting, 0.05);
        compareNear(*report.cores, 1.95);
        QVERIFY(report.unknown.empty());
        QCOMPARE(teller.setting(report, "resources.memory")->value, std::string("512Mi"));
        QCOMPARE(teller.setting(report, "resources.cpu")->value, std::string("2"));
        QVERIFY(teller.setting(report, "resources.cpu")->isAsNow);
        QVERIFY(!teller.setting(report, "resources.gpu_memory"));
    }

    // 400 MiB × 1.15 = 460 MiB, which is 2 × 256 MiB; 446 MiB × 1.15 is a little more than that.
    void memoryHasAMargin_data() {
        QTest::addColumn<int>("peak");
        QTest::addColumn<QString>("memory");
        QTest::newRow("small") << 1 << QStringLiteral("256Mi");
        QTest::newRow("just below") << 445 << QStringLiteral("512Mi");
        QTest::newRow("just above") << 446 << QStringLiteral("768Mi");
        QTest::newRow("large") << 10000 << QStringLiteral("11520Mi");
    }
    void memoryHasAMargin() {
        QFETCH(int, peak);
        QFETCH(QString, memory);
        Teller teller(training());
        teller.train(0, 1);
        teller.exit(5, Bytes{peak * kMiB});
        const SmokeReport report = teller.count.report();
        QCOMPARE(QString::fromStdString(teller.setting(report, "resources.memory")->value), memory);
        QCOMPARE(report.limit == Limit::Memory, peak == 10000);
    }

    void whatLimitsIt_data() {
        QTest::addColumn<double>("wait");
        QTest::addColumn<double>("cores");
        QTest::addColumn<double>("delay");
        QTest::addColumn<int>("limit");
        QTest::addColumn<QString>("cpu");
        QTest::newRow("loader") << 0.4 << 1.2 << 0.0 << int(Limit::Loader) << "2";
        QTest::newRow("compute") << 0.1 << 1.9 << 0.0 << int(Limit::Compute) << "2";
        QTest::newRow("one core") << 0.1 << 1.05 << 0.0 << int(Limit::Compute) << "1";
        QTest::newRow("crowded") << 0.1 << 1.05 << 0.3 << int(Limit::Compute) << "2";
    }
    void whatLimitsIt() {
        QFETCH(double, wait);
        QFETCH(double, cores);
        QFETCH(double, delay);
        QFETCH(int, limit);
        QFETCH(QString, cpu);
        Teller teller(training());
        teller.train(wait, cores, delay);
        teller.exit(5, Bytes{kMiB});
        const SmokeReport report = teller.count.report();
        QCOMPARE(int(report.limit), limit);
        QCOMPARE(QString::fromStdString(teller.setting(report, "resources.cpu")->value), cpu);
        QCOMPARE(report.isCrowded, delay > 0.1);
    }

    void checkpointsByTimeCount() {
        Teller teller(training("resources: {cpu: 2, memory: 2Gi}\ncheckpoint: {every: 50s}\n"));
        teller.train(0, 1);
        teller.exit(5, Bytes{kMiB});
        // 104.5 s without them, so two of 0.2 s.
        compareNear(teller.count.report().whole->likely, 104.5 + 0.4);
    }

    void theEstimateAndTheGpuAreTold() {
        JobSpec job = training();
        job.resources.gpus = 1;
        Teller teller(job);
        teller.tell(1, MetricEvent{0, {{"smoke/memory", 380.0 * kMiB}}});
        teller.train(0, 1);
        EnergyEvent energy;
        energy.gpuMemory = Bytes{900 * kMiB};
        teller.tell(4.9, energy);
        teller.exit(5, Bytes{400 * kMiB});
        const SmokeReport report = teller.count.report();
        QCOMPARE(report.memoryEstimate->count, 380 * kMiB);
        QCOMPARE(report.gpuMemory->count, 900 * kMiB);
        QCOMPARE(teller.setting(report, "resources.gpu_memory")->value, std::string("1280Mi"));  // 1035 MiB
    }

    void aProgramsReport() {
        Teller teller(program());
        teller.tell(2, ProgressEvent{10, 100});
        teller.tell(2.001, MetricEvent{10, {{"loss", 1}}});  // the same step
        teller.tell(3, MetricEvent{20, {{"loss", 1}}});
        teller.tell(4, MetricEvent{30, {{"loss", 1}}});
        teller.exit(20, Bytes{100 * kMiB}, 30);
        const SmokeReport report = teller.count.report();
        QCOMPARE(report.steps, 3);
        compareNear(*report.first, 2);
        compareNear(report.step->likely, 0.1);
        QCOMPARE(report.wholeSteps, 100);
        compareNear(report.whole->likely, 2 + 90 * 0.1);
        QCOMPARE(report.limit, Limit::Unknown);
        compareNear(*report.cores, 1.5);
        QCOMPARE(teller.setting(report, "resources.cpu")->value, std::string("2"));
        QCOMPARE(report.unknown.size(), std::size_t{1});
    }

    // TensorBoard's files are looked at once a second or less: many steps come at once, and one file after the other.
    void stepsOfTensorboardsFilesHaveTheirOwnTimes() {
        Teller teller(program());
        for (int number = 1; number <= 3; ++number)
            teller.tell(10, MetricEvent{number, {{"epoch", 0}}, teller.at(9.5 + 0.1 * number)});
        for (int number = 1; number <= 8; ++number)
            teller.tell(10, MetricEvent{10 * number, {{"loss", 1}}, teller.at(number)});
        QCOMPARE(teller.count.steps(), 11);
        teller.exit(11, Bytes{100 * kMiB}, 30);
        teller.tell(12, MetricEvent{90, {{"loss", 1}}, teller.at(9)});  // the last look at the files
        const SmokeReport report = teller.count.report();
        compareNear(*report.first, 1);
        compareNear(report.step->likely, 0.1);
        compareNear(report.step->low, 0.1);
        compareNear(report.step->high, 0.1);
    }

    void timesOfAnotherClockAreNoStepTimes_data() {
        QTest::addColumn<double>("first");
        QTest::addColumn<double>("each");
        QTest::newRow("not told") << -1'790'000'000.0 << 0.0;
        QTest::newRow("its own count") << -1'790'000'000.0 << 1.0;
        QTest::newRow("before the run") << -100.0 << 1.0;
        QTest::newRow("in the future") << 100.0 << 1.0;
    }
    void timesOfAnotherClockAreNoStepTimes() {
        QFETCH(double, first);
        QFETCH(double, each);
        Teller teller(program());
        for (int number = 1; number <= 8; ++number)
            teller.tell(10 + 0.001 * number,
                        MetricEvent{number, {{"loss", 1}}, teller.at(first + each * number)});
        teller.exit(11, Bytes{100 * kMiB}, 30);
        QCOMPARE(teller.count.steps(), 8);  // enough to end the program
        const SmokeReport report = teller.count.report();
        QCOMPARE(report.steps, 8);
        QVERIFY(!report.first && !report.step && !report.whole);
        QCOMPARE(report.unknown.front(),
                 std::string("How long a step takes: the times in its TensorBoard files are not those of "
                             "this run. A program tells them by slipway.log(step=…)"));
    }

    void whatIsNotKnownIsSaid() {
        Teller teller(program());
        teller.exit(1, {});
        const SmokeReport report = teller.count.report();
        QVERIFY(!report.memory && !report.step && !report.first && !report.whole);
        QCOMPARE(report.unknown.size(), std::size_t{4});
        QVERIFY(!teller.setting(report, "resources.memory"));
    }
};

QTEST_APPLESS_MAIN(tst_smokecount)
#include "tst_smokecount.moc"
