// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/pacing.h"

#include <QTest>

#include <vector>

using namespace slipway::kube;
using namespace std::chrono_literals;

class tst_Pacing : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void growsToHalfAMinute() {
        std::vector<std::chrono::milliseconds> waits;
        double jitter = 1;
        const Pacing pacing{
            [&](std::chrono::milliseconds time, std::stop_token) { return waits.push_back(time), true; },
            [&] { return jitter; }};
        Backoff backoff(pacing);
        for (int i = 0; i < 8; ++i) QVERIFY(backoff.wait({}));
        QCOMPARE(waits, (std::vector<std::chrono::milliseconds>{800ms, 1600ms, 3200ms, 6400ms, 12800ms,
                                                                25600ms, 30000ms, 30000ms}));
        backoff.reset();
        jitter = 0;
        QVERIFY(backoff.wait({}));
        QCOMPARE(waits.back(), 400ms);
    }
    void stopEndsAWait() {
        std::stop_source stop;
        stop.request_stop();
        const Pacing pacing = realPacing();
        QVERIFY(!pacing.wait(1h, stop.get_token()));
        QVERIFY(pacing.wait(0ms, {}));
        const double jitter = pacing.jitter();
        QVERIFY(jitter >= 0 && jitter <= 1);
    }
};
QTEST_APPLESS_MAIN(tst_Pacing)
#include "tst_pacing.moc"
