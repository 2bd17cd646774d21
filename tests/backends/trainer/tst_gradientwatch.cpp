// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/gradientwatch.h"

#include <QTest>

#include <limits>

using namespace slipway::trainer;

class tst_gradientwatch : public QObject {
    Q_OBJECT
    GradientWatch m_watch;

    // Norms of a sound training: they fall, and spread over a factor of three.
    void soundSteps(int count) {
        for (int i = 0; i < count; ++i) QVERIFY(!m_watch.take(3.0 / (1 + i / 50.0) * (1 + i % 3)));
    }

private Q_SLOTS:
    void init() { m_watch = {}; }

    void tellsOnceOfNormsFarAboveTheMedian() {
        for (int i = 0; i < 30; ++i) QVERIFY(!m_watch.take(2.0));
        QVERIFY(!m_watch.take(50.0));
        const auto times = m_watch.take(60.0);
        QVERIFY(times);
        QCOMPARE(*times, 30.0);
        for (int i = 0; i < 50; ++i) QVERIFY(!m_watch.take(1e9));
    }
    void oneOddBatchIsPassedOver() {
        soundSteps(100);
        QVERIFY(!m_watch.take(1e6));
        soundSteps(20);
        QVERIFY(!m_watch.take(1e6));
    }
    void aSoundTrainingIsQuiet() { soundSteps(1000); }
    void theFirstStepsTellNothing() {
        for (int i = 0; i < 15; ++i) QVERIFY(!m_watch.take(i < 10 ? 1.0 : 1000.0));
    }
    void whatIsNoNumberIsPassedOver() {
        soundSteps(50);
        for (int i = 0; i < 5; ++i) QVERIFY(!m_watch.take(std::numeric_limits<double>::infinity()));
    }
    // Growth by a twentieth a step, the median of the last hundred norms lagging behind by fifty: 1.05^50 is 11, 1.08^50 is 47.
    void slowGrowthIsToldWhereItIsAnExplosion() {
        double norm = 1;
        for (int i = 0; i < 200; ++i) QVERIFY(!m_watch.take(norm *= 1.05));
        m_watch = {};
        norm = 1;
        bool isTold = false;
        for (int i = 0; i < 200; ++i) isTold = m_watch.take(norm *= 1.08).has_value() || isTold;
        QVERIFY(isTold);
    }
};

QTEST_APPLESS_MAIN(tst_gradientwatch)
#include "tst_gradientwatch.moc"
