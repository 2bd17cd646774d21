// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/schedule.h"

#include <QTest>

#include <cmath>
#include <utility>

using namespace slipway;
using trainer::learningRate;

class tst_schedule : public QObject {
    Q_OBJECT

    static ParameterValues loop(const char* schedule, std::int64_t warmup) {
        return {{"schedule", std::string(schedule)},
                {"warmup", warmup},
                {"decay_every", std::int64_t{0}},
                {"decay_factor", 0.1}};
    }

private Q_SLOTS:
    void constantStays() {
        for (const std::int64_t step : {0, 50, 99})
            QCOMPARE(learningRate(0.1, loop("constant", 0), step, 100), 0.1);
    }
    void cosineFallsToZero() {
        const auto settings = loop("cosine", 0);
        QCOMPARE(learningRate(0.2, settings, 0, 100), 0.2);
        QCOMPARE(learningRate(0.2, settings, 50, 100), 0.1);
        QVERIFY(learningRate(0.2, settings, 99, 100) < 1e-4);
        for (std::int64_t step = 1; step < 100; ++step)
            QVERIFY(learningRate(0.2, settings, step, 100) < learningRate(0.2, settings, step - 1, 100));
    }
    void stepFallsByAFactor() {
        auto settings = loop("step", 0);
        settings["decay_every"] = std::int64_t{30};
        settings["decay_factor"] = 0.5;
        const double expected[] = {0.2, 0.2, 0.1, 0.1, 0.05, 0.025};
        const std::int64_t steps[] = {0, 29, 30, 59, 60, 99};
        for (std::size_t i = 0; i < std::size(steps); ++i)
            QCOMPARE(learningRate(0.2, settings, steps[i], 100), expected[i]);
    }
    void stepFallsTwiceWhereNothingIsSaid() {
        const auto settings = loop("step", 10);
        for (const auto& [step, rate] : {std::pair(10, 1.0), std::pair(39, 1.0), std::pair(40, 0.1),
                                         std::pair(69, 0.1), std::pair(70, 0.01), std::pair(99, 0.01)})
            QVERIFY(std::abs(learningRate(1, settings, step, 100) - rate) < 1e-12);
    }
    // OneCycleLR(max_lr=1, total_steps=101) of PyTorch gives these.
    void oneCycleRisesAndFalls() {
        const auto settings = loop("onecycle", 0);
        QVERIFY(std::abs(learningRate(1, settings, 0, 100) - 0.04) < 1e-9);
        QVERIFY(std::abs(learningRate(1, settings, 15, 100) - 0.52) < 1e-9);
        QVERIFY(std::abs(learningRate(1, settings, 30, 100) - 1) < 1e-9);
        QVERIFY(std::abs(learningRate(1, settings, 65, 100) - (1 + 4e-6) / 2) < 1e-9);
        QVERIFY(std::abs(learningRate(1, settings, 100, 100) - 4e-6) < 1e-9);
    }
    void warmupRises() {
        const auto settings = loop("cosine", 9);
        QCOMPARE(learningRate(1, settings, 0, 100), 0.1);
        QCOMPARE(learningRate(1, settings, 8, 100), 0.9);
        QCOMPARE(learningRate(1, settings, 9, 100), 1.0);
        QVERIFY(learningRate(1, loop("cosine", 1000), 50, 100) < 1);  // a warm-up longer than the training
    }
};

QTEST_APPLESS_MAIN(tst_schedule)
#include "tst_schedule.moc"
