// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/slots.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace slipway;

class tst_slots : public QObject {
    Q_OBJECT

    static SlotQueue queue(const QTemporaryDir& folder, const SlotRequest& request,
                           const Machine& machine = {4, {{"0", "0"}, {"1", "1"}}}) {
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
        const Machine machine{4, {{"0", "0000:3b:00.0"}, {"GPU-5f", "gpu-5f"}}};
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

    void aDeviceIsHeldWhateverItIsCalled_data() {
        QTest::addColumn<QByteArray>("firstSees");
        QTest::addColumn<QByteArray>("secondSees");
        QTest::addColumn<QByteArray>("secondTakes");
        QTest::newRow("another place in the list") << QByteArray("1") << QByteArray("0,1") << QByteArray("0");
        QTest::newRow("another order") << QByteArray("0,1") << QByteArray("0,1") << QByteArray("1");
        QTest::newRow("the same alone") << QByteArray("1") << QByteArray("1") << QByteArray();
        QTest::newRow("others") << QByteArray("0") << QByteArray("1") << QByteArray("1");
        QTest::newRow("number and UUID") << QByteArray("1") << QByteArray("GPU-5fb2") << QByteArray();
        QTest::newRow("two UUIDs") << QByteArray("GPU-5fb2") << QByteArray("GPU-5FB20000-2222,GPU-5fa1")
                                   << QByteArray("GPU-5fa1");
        QTest::newRow("a slice twice")
            << QByteArray("MIG-GPU-5fa1/1/0") << QByteArray("MIG-GPU-5fa1/1/0") << QByteArray();
        QTest::newRow("two slices") << QByteArray("MIG-GPU-5fa1/1/0") << QByteArray("MIG-GPU-5fa1/2/0")
                                    << QByteArray("MIG-GPU-5fa1/2/0");
    }
    void aDeviceIsHeldWhateverItIsCalled() {
        QFETCH(QByteArray, firstSees);
        QFETCH(QByteArray, secondSees);
        QFETCH(QByteArray, secondTakes);
        QTemporaryDir folder;
        const std::filesystem::path driver = folder.path().toStdString() + "/gpus";
        for (const auto& [address, uuid] : {std::pair("0000:3b:00.0", "GPU-5fa10000-1111"),
                                            std::pair("0000:af:00.0", "GPU-5fb20000-2222")}) {
            std::filesystem::create_directories(driver / address);
            std::ofstream(driver / address / "information") << "GPU UUID: \t " << uuid << "\n";
        }
        const auto seeing = [&](const QByteArray& visible, const char* holder) {
            qputenv("CUDA_VISIBLE_DEVICES", visible);
            Machine machine = thisMachine(driver);
            machine.cores = 4;
            qunsetenv("CUDA_VISIBLE_DEVICES");
            return queue(folder, {1, 1, holder}, machine);
        };
        SlotQueue first = seeing(firstSees, "run 1"), second = seeing(secondSees, "run 2");
        QVERIFY(*first.tryTake());
        QCOMPARE(*second.tryTake(), !secondTakes.isEmpty());
        QCOMPARE(second.gpus(),
                 secondTakes.isEmpty() ? std::vector<std::string>{} : std::vector{secondTakes.toStdString()});
        if (secondTakes.isEmpty())
            QCOMPARE(second.reason(), std::string("waits for 1 of 1 GPU slots, held by run 1"));
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
        QTest::newRow("blanks") << QByteArray(" 0 ,\t1") << QList<QByteArray>{"0", "1"};
        QTest::newRow("ended by nothing") << QByteArray("0,,1") << QList<QByteArray>{"0"};
        QTest::newRow("one twice") << QByteArray("0,00,1") << QList<QByteArray>{"0", "1"};
    }
    void gpusAreThoseThatCudaSees() {
        QFETCH(QByteArray, visible);
        QFETCH(QList<QByteArray>, gpus);
        qputenv("CUDA_VISIBLE_DEVICES", visible);
        QList<QByteArray> seen;
        for (const Gpu& gpu : thisMachine("/no/driver").gpus)
            seen.push_back(QByteArray::fromStdString(gpu.name));
        qunsetenv("CUDA_VISIBLE_DEVICES");
        QCOMPARE(seen, gpus);
        QVERIFY(thisMachine().cores >= 1);
    }
};

QTEST_APPLESS_MAIN(tst_slots)
#include "tst_slots.moc"
