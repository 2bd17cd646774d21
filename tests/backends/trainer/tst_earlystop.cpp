// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/earlystop.h"

#include <QTest>

#include <limits>

using namespace slipway::trainer;

class tst_earlystop : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void endsWhenNothingGetsBetter() {
        EarlyStop stop(2);
        QVERIFY(!stop.isEnough(1.0));
        QVERIFY(!stop.isEnough(1.0));  // as good is no better
        QVERIFY(!stop.isEnough(0.9));
        QVERIFY(!stop.isEnough(std::numeric_limits<double>::quiet_NaN()));
        QVERIFY(stop.isEnough(0.95));
    }

    void goesOnFromItsState() {
        EarlyStop first(2);
        QVERIFY(!first.isEnough(1.0));
        QVERIFY(!first.isEnough(2.0));
        EarlyStop second(2);
        const auto from = first.state();
        const auto to = second.state();
        for (std::size_t i = 0; i < to.size(); ++i) to[i].second.copy_(from[i].second);
        QVERIFY(second.isEnough(1.5));
    }

    void withoutPatienceItNeverEnds() {
        EarlyStop stop(0);
        for (const double loss : {1.0, 2.0, 3.0, 4.0}) QVERIFY(!stop.isEnough(loss));
        QVERIFY(stop.state().empty());
    }
};

QTEST_APPLESS_MAIN(tst_earlystop)
#include "tst_earlystop.moc"
