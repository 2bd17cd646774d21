// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/lostevents.h"

#include "runfixture.h"

#include <QTest>

using namespace slipway;

class tst_lostevents : public QObject {
    Q_OBJECT
    RunFixture m_fixture;

private Q_SLOTS:
    void whatIsMissingIsTold() {
        const RunFolder folder = m_fixture.makeRun();
        auto writer = EventWriter::open(folder);
        const auto write = [&](std::uint64_t seq, int rank, int attempt) {
            QVERIFY(*writer->append(RunFixture::event(seq, HeartbeatEvent{}, rank, attempt)));
        };
        for (const int seq : {1, 2, 5, 6, 8}) write(std::uint64_t(seq), 0, 1);
        write(3, 1, 1);
        write(1, 0, 2);
        auto lost = *lostEvents(folder);
        std::sort(lost.begin(), lost.end(), [](const LostEvents& a, const LostEvents& b) {
            return std::pair(a.rank, a.first) < std::pair(b.rank, b.first);
        });
        QCOMPARE(lost, (std::vector<LostEvents>{{0, 1, 3, 4}, {0, 1, 7, 7}, {1, 1, 1, 2}}));
        QCOMPARE(lostEventsInWords(lost[0]),
                 std::string("events 3–4 of rank 0 were lost: the cluster dropped them from its log"));
        QCOMPARE(lostEventsInWords(lost[1]),
                 std::string("event 7 of rank 0 was lost: the cluster dropped it from its log"));
    }

    void whatComesLateIsNoLoss() {
        LostEventsWatch watch;
        QVERIFY(!watch.take(RunFixture::event(1, HeartbeatEvent{})));
        QVERIFY(watch.take(RunFixture::event(4, HeartbeatEvent{})));
        QVERIFY(!watch.take(RunFixture::event(2, HeartbeatEvent{})));
        QVERIFY(!watch.take(RunFixture::event(5, HeartbeatEvent{})));
    }
};

QTEST_APPLESS_MAIN(tst_lostevents)
#include "tst_lostevents.moc"
