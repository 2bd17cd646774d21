// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/slots.h"

#include <QTemporaryDir>
#include <QTest>

using namespace slipway;

class tst_slots : public QObject {
    Q_OBJECT

    static SlotQueue queue(const QTemporaryDir& folder, const SlotRequest& request,
                           const Machine& machine = {4, {"0", "1"}}) {
        return *SlotQueue::open(folder.path().toStdString() + "/slots", machine, request);
    }

private Q_SLOTS:
    void countsDown() {
        QTemporaryDir folder;
        auto first = std::make_optional(queue(folder, {3, 0, "run 1"}));
        QVERIFY(*first->tryTake());
        SlotQueue second = queue(folder, {1, 0, "run 2"});
        QVERIFY(*second.tryTake());
        SlotQueue third = queue(folder, {2, 0, "run 3"});
        QVERIFY(!*third.tryTake());
        QCOMPARE(third.reason(), std::string("waits for 2 of 4 CPU slots, held by run 1, run 2"));
        first.reset();
        QVERIFY(*third.tryTake());
        QVERIFY(third.reason().empty());
        // What a refused try took is free again: one core is left.
        SlotQueue fourth = queue(folder, {1, 0, "run 4"});
        QVERIFY(*fourth.tryTake());
    }

    void theHeadIsNotStarved() {
        QTemporaryDir folder;
        auto holder = std::make_optional(queue(folder, {3, 0, "run 1"}));
        QVERIFY(*holder->tryTake());
        SlotQueue large = queue(folder, {4, 0, "run 2"});
        QVERIFY(!*large.tryTake());
        SlotQueue small = queue(folder, {1, 0, "run 3"});
        QVERIFY(!*small.tryTake());
        QCOMPARE(small.reason(), std::string("waits its turn behind run 2"));
        holder.reset();
        QVERIFY(*large.tryTake());
        QVERIFY(!*small.tryTake());
        QCOMPARE(small.reason(), std::string("waits for 1 of 4 CPU slots, held by run 2"));
    }

    void gpusAreHandedOut() {
        QTemporaryDir folder;
        const Machine machine{4, {"0", "GPU-5f"}};
        SlotQueue first = queue(folder, {1, 1, "run 1"}, machine),
                  second = queue(folder, {1, 1, "run 2"}, machine),
                  third = queue(folder, {1, 1, "run 3"}, machine);
        QVERIFY(*first.tryTake());
        QVERIFY(*second.tryTake());
        QCOMPARE(first.gpus(), (std::vector<std::string>{"0"}));
        QCOMPARE(second.gpus(), (std::vector<std::string>{"GPU-5f"}));
        QVERIFY(!*third.tryTake());
        QCOMPARE(third.reason(), std::string("waits for 1 of 2 GPU slots, held by run 1, run 2"));
        const auto never = SlotQueue::open(folder.path().toStdString() + "/slots", machine, {1, 3, "run 4"});
        QCOMPARE(never.error().code, ErrorCode::QuotaExceeded);
        QCOMPARE(never.error().message, std::string("needs 3 GPUs, this machine has 2"));
    }

    void moreCoresThanThereAre() {
        QTemporaryDir folder;
        SlotQueue all = queue(folder, {99, 0, "run 1"});
        QVERIFY(*all.tryTake());
        SlotQueue next = queue(folder, {99, 0, "run 2"});
        QVERIFY(!*next.tryTake());
        QCOMPARE(next.reason(), std::string("waits for 4 of 4 CPU slots, held by run 1"));
    }

    void gpusAreThoseThatCudaSees_data() {
        QTest::addColumn<QByteArray>("visible");
        QTest::addColumn<QList<QByteArray>>("gpus");
        QTest::newRow("numbers and names") << QByteArray("2,GPU-7") << QList<QByteArray>{"2", "GPU-7"};
        QTest::newRow("none") << QByteArray("") << QList<QByteArray>{};
        QTest::newRow("hidden") << QByteArray("-1") << QList<QByteArray>{};
        QTest::newRow("ended by a negative one") << QByteArray("0,-1,2") << QList<QByteArray>{"0"};
        QTest::newRow("after a blank") << QByteArray("0, -1,2") << QList<QByteArray>{"0"};
    }
    void gpusAreThoseThatCudaSees() {
        QFETCH(QByteArray, visible);
        QFETCH(QList<QByteArray>, gpus);
        qputenv("CUDA_VISIBLE_DEVICES", visible);
        QList<QByteArray> seen;
        for (const std::string& gpu : thisMachine().gpus) seen.push_back(QByteArray::fromStdString(gpu));
        qunsetenv("CUDA_VISIBLE_DEVICES");
        QCOMPARE(seen, gpus);
        QVERIFY(thisMachine().cores >= 1);
    }
};

QTEST_APPLESS_MAIN(tst_slots)
#include "tst_slots.moc"
