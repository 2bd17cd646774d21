// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/schedule.h"

#include <QTest>

using namespace slipway;
using trainer::learningRate;

class tst_schedule : public QObject {
    Q_OBJECT

    static ParameterValues loop(const char* schedule, std::int64_t warmup) {
        return {{"schedule", std::string(schedule)}, {"warmup", warmup}};
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
