// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/stopsignals.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

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
        ::kill(::getpid(), SIGCHLD);
        QVERIFY(isReadable(*signals));
        QVERIFY(!signals->take());
        for (const int number : {SIGTERM, SIGINT}) {
            ::kill(::getpid(), number);
            ::kill(::getpid(), SIGCHLD);
            QVERIFY(signals->take());
            QVERIFY(!isReadable(*signals));
        }
        ::kill(::getpid(), SIGHUP);  // and this process lives on
        QVERIFY(!signals->take());
    }
};

QTEST_GUILESS_MAIN(tst_StopSignals)
#include "tst_stopsignals.moc"
