// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/weightaverage.h"

#include <QTest>

#include <cmath>

using namespace slipway::trainer;

class tst_weightaverage : public QObject {
    Q_OBJECT

    static NamedTensors weight() { return {{"weight", torch::zeros({1}).set_requires_grad(true)}}; }
    static void set(const NamedTensors& tensors, double value) { tensors[0].second.detach().fill_(value); }
    static double of(const NamedTensors& tensors) { return tensors[0].second.item<double>(); }

private Q_SLOTS:
    void weighsByItsDecay() {
        const auto parameters = weight();
        WeightAverage average(0.5, parameters);
        set(parameters, 1);
        average.update(1000);
        QCOMPARE(of(average.state()), 0.5);
        average.update(1001);
        QCOMPARE(of(average.state()), 0.75);
    }

    void earlyStepsCountForMore() {
        const auto parameters = weight();
        WeightAverage average(0.999, parameters);
        set(parameters, 1);
        average.update(1);
        QVERIFY(std::abs(of(average.state()) - (1 - 2.0 / 11)) < 1e-6);
    }

    void theNetworkGetsTheMeanAndItsOwnBack() {
        const auto parameters = weight();
        WeightAverage average(0.5, parameters);
        set(parameters, 1);
        average.update(1000);
        average.exchange();
        QCOMPARE(of(parameters), 0.5);
        average.exchange();
        QCOMPARE(of(parameters), 1.0);
        QCOMPARE(of(average.state()), 0.5);
    }

    void withoutADecayNothingIsKept() {
        const auto parameters = weight();
        WeightAverage average(0, parameters);
        set(parameters, 1);
        average.update(5);
        average.exchange();
        QCOMPARE(of(parameters), 1.0);
        QVERIFY(average.state().empty());
    }
};

QTEST_APPLESS_MAIN(tst_weightaverage)
#include "tst_weightaverage.moc"
