// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/stopsignals.h"

#include <poll.h>
#include <signal.h>

#include <QTest>

using namespace slipway;

class tst_StopSignals : public QObject {
    Q_OBJECT

    static bool isReadable(const StopSignals& signals) {
        pollfd one{signals.descriptor(), POLLIN, 0};
        return ::poll(&one, 1, 0) == 1;
    }

private Q_SLOTS:
    void whatAsksToStopIsToldFromTheEndOfAChild() {
        auto signals = StopSignals::open();
        QVERIFY(signals);
        QVERIFY(!isReadable(*signals) && !signals->take());
        ::raise(SIGCHLD);
        QVERIFY(isReadable(*signals));
        QVERIFY(!signals->take());
        for (const int number : {SIGTERM, SIGINT}) {
            ::raise(number);
            ::raise(SIGCHLD);
            QVERIFY(signals->take());
            QVERIFY(!isReadable(*signals));
        }
        ::raise(SIGHUP);  // and this process lives on
        QVERIFY(!signals->take());
    }
};

QTEST_GUILESS_MAIN(tst_StopSignals)
#include "tst_stopsignals.moc"
