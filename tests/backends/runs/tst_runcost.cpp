// SPDX-License-Identifier: Apache-2.0
#include "backends/core/preferences.h"
#include "backends/runs/runcost.h"

#include <QTest>

using namespace slipway;
using namespace std::chrono_literals;

namespace {

RunRecord run(const char* target, int replicas = 1) {
    RunRecord record;
    record.target = TargetId(target);
    record.replicas = replicas;
    record.started = Timestamp(1000s);
    record.ended = Timestamp(1000s + 90min);
    return record;
}

Resources twoGpus() {
    Resources held;
    held.gpus = 2;
    held.cpu = MilliCpu{4000};
    return held;
}

ParameterValues prices() {
    ParameterValues values = defaultPreferences();
    values["energy_price"] = 0.3;
    values["carbon_intensity"] = 350.0;
    values["gpu_hour_price"] = 2.0;
    values["cpu_hour_price"] = 0.05;
    return values;
}

EnergyEvent energy(std::optional<double> gpu, std::optional<double> cpu) {
    EnergyEvent event;
    event.gpuJoules = gpu;
    event.cpuJoules = cpu;
    return event;
}

}  // namespace

class tst_RunCost : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void energyHasItsPriceAndItsCarbon() {
        const RunCost cost = costOf(run("here"), twoGpus(), energy(3.6e6, 1.8e6), prices());
        QCOMPARE(*cost.energy, 0.45);
        QCOMPARE(*cost.carbon, 525.0);
        QVERIFY(!cost.devices);
        QCOMPARE(costInWords(cost), std::string("energy 0.45 EUR, 525 g CO₂"));
    }

    // 1.5 hours, two ranks of two GPUs and four cores: 6 GPU hours at 2, 12 core hours at 0.05.
    void aClusterIsPaidByTheHour() {
        const RunCost cost = costOf(run("lab/team", 2), twoGpus(), {}, prices());
        QCOMPARE(*cost.devices, 12.6);
        QVERIFY(!cost.energy && !cost.carbon);
        QCOMPARE(costInWords(cost), std::string("12.60 EUR for GPUs and cores"));
        const RunCost measured = costOf(run("lab/team", 2), twoGpus(), energy(3.6e6, {}), prices());
        QVERIFY(!measured.energy);
        QCOMPARE(*measured.carbon, 350.0);
    }

    void whatIsNotKnownIsNotTold() {
        QVERIFY(
            costInWords(costOf(run("lab/team"), twoGpus(), energy(3.6e6, {}), defaultPreferences())).empty());
        QVERIFY(costInWords(costOf(run("here"), twoGpus(), energy({}, {}), prices())).empty());
        RunRecord going = run("lab/team");
        going.ended.reset();
        QVERIFY(costInWords(costOf(going, twoGpus(), {}, prices())).empty());
        ParameterValues gpusOnly = prices();
        gpusOnly["cpu_hour_price"] = 0.0;
        QVERIFY(!costOf(run("lab/team"), Resources{}, {}, gpusOnly).devices);
    }

    void smallSumsKeepTheirDigits() {
        RunCost cost;
        cost.currency = "CHF";
        cost.energy = 0.00312;
        cost.carbon = 1520;
        QCOMPARE(costInWords(cost), std::string("energy 0.0031 CHF, 1.52 kg CO₂"));
    }
};

QTEST_APPLESS_MAIN(tst_RunCost)
#include "tst_runcost.moc"
