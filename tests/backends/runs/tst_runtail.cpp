// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/runtail.h"

#include "runfixture.h"

#include <QTest>

using namespace slipway;

class tst_runtail : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theLastCounts() {
        const RunFixture fixture;
        const RunFolder folder = fixture.makeRun();
        QVERIFY(runTail(folder, 0).empty());
        {
            EventWriter writer = *EventWriter::open(folder);
            std::uint64_t seq = 0;
            for (int step = 1; step <= 3000; ++step)
                QVERIFY(writer.append(RunFixture::event(++seq, MetricEvent{step, {{"loss", 1.0 / step}}})));
            QVERIFY(writer.append(
                RunFixture::event(++seq, MetricEvent{3000, {{"test/accuracy", 0.9}, {"test/loss", 0.4}}})));
            QVERIFY(writer.append(RunFixture::event(++seq, ProgressEvent{3000, 4000, 1.5, 120, 0.1})));
        }
        const std::vector<Event> tail = runTail(folder, 0);
        QVERIFY(!tail.empty() && tail.size() < 3000);
        QCOMPARE(tail.back().seq, std::uint64_t{3002});
        RunSummary summary;
        summarizeTail(tail, summary);
        QCOMPARE(summary.step, std::int64_t{3000});
        QCOMPARE(summary.steps, std::int64_t{4000});
        QCOMPARE(summary.samplesPerSecond, 120.0);
        QCOMPARE(*summary.loss, 1.0 / 3000);
        QCOMPARE(summary.metric, std::string("accuracy"));
        QCOMPARE(*summary.metricValue, 0.9);
    }
};

QTEST_APPLESS_MAIN(tst_runtail)
#include "tst_runtail.moc"
