// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "backends/cluster/machine/machinetarget.h"

using namespace slipway;

namespace {

JobSpec asking(std::int64_t milliCpu, std::int64_t gib, int gpus, int replicas) {
    JobSpec job;
    job.work = TrainSpec{};
    job.resources.cpu.count = milliCpu;
    job.resources.memory.count = gib << 30;
    job.resources.gpus = gpus;
    job.replicas = replicas;
    return job;
}

const MachineCapacity kSmall{MilliCpu{2000}, Bytes{std::int64_t{8} << 30}, 0};

}  // namespace

class tst_MachineVerdict : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fits() {
        const TargetVerdict verdict = machineVerdict(asking(1000, 4, 0, 2), kSmall, {});
        QCOMPARE(verdict.verdict, Verdict::Now);
        QVERIFY(verdict.suggestions.empty());
    }

    // As the agent does, which takes all the cores there are.
    void fewerCoresAreSlower() {
        const TargetVerdict verdict = machineVerdict(asking(2000, 1, 0, 4), kSmall, {});
        QCOMPARE(verdict.verdict, Verdict::Now);
        QCOMPARE(verdict.reason, std::string("slower: asks for 8 cores for 4 ranks; 2 are here"));
    }

    void neverWithoutWhatOnlyAClusterHas() {
        JobSpec job = asking(1000, 4, 0, 1);
        job.inputs = {{"images", "pvc://data/images"}};
        job.env = {{"TOKEN", "", "hub", "token"}};
        const TargetVerdict verdict = machineVerdict(job, kSmall, {});
        QCOMPARE(verdict.verdict, Verdict::Never);
        QVERIFY2(verdict.reason.find("pvc://data/images") != std::string::npos, verdict.reason.c_str());
        QVERIFY2(verdict.reason.find("\nthe secret for TOKEN (hub/token) is not known here; set "
                                     "SLIPWAY_SECRET_TOKEN") != std::string::npos,
                 verdict.reason.c_str());
        job.inputs.clear();
        QCOMPARE(machineVerdict(job, kSmall, {{"SLIPWAY_SECRET_TOKEN", "x"}}).verdict, Verdict::Now);
    }

    void neverWithAmountsAndTheSmallestChange_data() {
        QTest::addColumn<qint64>("cpu");
        QTest::addColumn<qint64>("gib");
        QTest::addColumn<int>("gpus");
        QTest::addColumn<int>("replicas");
        QTest::addColumn<QString>("reason");
        QTest::addColumn<QString>("setting");
        QTest::newRow("memory") << qint64{500} << qint64{16} << 0 << 1 << "asks for 16 GiB; 8.0 GiB are here"
                                << "resources.memory=8Gi";
        QTest::newRow("gpu") << qint64{500} << qint64{1} << 1 << 1 << "asks for 1 GPU; 0 are here"
                             << "resources.gpus=0";
    }
    void neverWithAmountsAndTheSmallestChange() {
        QFETCH(qint64, cpu);
        QFETCH(qint64, gib);
        QFETCH(int, gpus);
        QFETCH(int, replicas);
        QFETCH(QString, reason);
        QFETCH(QString, setting);
        const TargetVerdict verdict = machineVerdict(asking(cpu, gib, gpus, replicas), kSmall, {});
        QCOMPARE(verdict.verdict, Verdict::Never);
        QCOMPARE(QString::fromStdString(verdict.reason), reason);
        QCOMPARE(verdict.suggestions.size(), std::size_t{1});
        QCOMPARE(QString::fromStdString(verdict.suggestions.front().setting), setting);
    }
};

QTEST_APPLESS_MAIN(tst_MachineVerdict)
#include "tst_machineverdict.moc"
