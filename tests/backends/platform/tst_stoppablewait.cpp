// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/stoppablewait.h"

#include <QTest>

#include <thread>

using namespace slipway;
using namespace std::chrono_literals;

class tst_StoppableWait : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void passesWhole() {
        const auto begun = std::chrono::steady_clock::now();
        QVERIFY(waitUnlessStopped(20ms, {}));
        QVERIFY(std::chrono::steady_clock::now() - begun >= 20ms);
    }
    void doesNotBeginOnceStopped() {
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(!waitUnlessStopped(1h, stop.get_token()));
    }
    void isEndedByAnotherThread() {
        bool isWhole = true;
        std::jthread waiter([&](std::stop_token stop) { isWhole = waitUnlessStopped(1h, std::move(stop)); });
        waiter.request_stop();
        waiter.join();
        QVERIFY(!isWhole);
    }
};

QTEST_APPLESS_MAIN(tst_StoppableWait)
#include "tst_stoppablewait.moc"
