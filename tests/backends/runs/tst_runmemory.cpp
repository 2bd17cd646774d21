// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/runmemory.h"

#include <QTest>

using namespace slipway;

namespace {

constexpr std::int64_t kMiB = 1 << 20;

Event eventOf(int rank, EventBody body) { return {RunId("r-1"), 1, rank, 1, Timestamp{}, std::move(body)}; }

}  // namespace

class tst_runmemory : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theRankThatHeldTheMostCounts() {
        MemoryPeaks peaks;
        QVERIFY(!peaks.peak());
        peaks.take(eventOf(0, HeartbeatEvent{Bytes{300 * kMiB}, 1, {}}));  // of an agent that told none
        QVERIFY(!peaks.peak());
        peaks.take(eventOf(0, HeartbeatEvent{Bytes{300 * kMiB}, 1, Bytes{400 * kMiB}}));
        QCOMPARE(peaks.peak()->memory.count, 400 * kMiB);
        peaks.take(eventOf(1, RankExitedEvent{0, 0, "", Bytes{812 * kMiB}, true, 3}));
        peaks.take(eventOf(0, RankExitedEvent{0, 0, "", Bytes{500 * kMiB}, false, 3}));
        QCOMPARE(peaks.peak()->memory.count, 812 * kMiB);
        QCOMPARE(peaks.peak()->rank, 1);
        QVERIFY(peaks.peak()->isSampled && !peaks.peak()->gpuMemory);
    }

    void theGpusMemoryIsTheMostOfAll() {
        MemoryPeaks peaks;
        peaks.take(eventOf(0, RankExitedEvent{0, 0, "", Bytes{kMiB}}));
        EnergyEvent energy;
        for (const std::int64_t memory : {3 * kMiB, 5 * kMiB, 4 * kMiB}) {
            energy.gpuMemory = Bytes{memory};
            peaks.take(eventOf(0, energy));
        }
        energy.gpuMemory.reset();
        peaks.take(eventOf(0, energy));
        QCOMPARE(peaks.peak()->gpuMemory->count, 5 * kMiB);
    }

    void words() {
        MemoryPeak peak{Bytes{812 * kMiB}, 3, false, {}};
        QCOMPARE(memoryInWords(peak, Bytes{4096 * kMiB}, 1), std::string("812 MiB of 4.0 GiB asked for"));
        QCOMPARE(memoryInWords(peak, {}, 4), std::string("rank 3 812 MiB"));
        peak.isSampled = true;
        peak.gpuMemory = Bytes{2048 * kMiB};
        QCOMPARE(memoryInWords(peak, {}, 1),
                 std::string("812 MiB, at looks now and then at its processes; GPU 2.0 GiB"));
    }
};

QTEST_APPLESS_MAIN(tst_runmemory)
#include "tst_runmemory.moc"
