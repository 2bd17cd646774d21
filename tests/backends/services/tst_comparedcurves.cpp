// SPDX-License-Identifier: Apache-2.0
#include "backends/services/comparedcurves.h"

#include "backends/runs/runstore.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <fstream>
#include <sstream>

using namespace slipway;

class tst_comparedcurves : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::filesystem::path home() const { return m_folder.path().toStdString(); }

    // Points at `every` step, half a second each, 100 steps an epoch.
    RunId makeRun(int points, int every, double level) const {
        JobSpec job;
        job.name = "curves";
        job.work = ProgramSpec{{"true"}};
        const RunFolder folder = *RunStore::open(home())->create(job, home(), TargetId("here"));
        EventWriter writer = *EventWriter::open(folder);
        const Timestamp begin = *parseTimestamp("2026-09-01T10:00:00Z");
        std::uint64_t seq = 0;
        const auto tell = [&](int step, EventBody body) {
            static_cast<void>(
                *writer.append({folder.record()->id, 1, 0, ++seq,
                                begin + std::chrono::milliseconds(500 * step), std::move(body)}));
        };
        tell(0, ProgressEvent{});
        for (int i = 1; i <= points; ++i) tell(i * every, MetricEvent{i * every, {{"loss", level / i}}});
        tell(points * every, ProgressEvent{points * every, 0, points * every / 100.0, 0, 0});
        return folder.record()->id;
    }

    static CurveQuestion question(CurveAxis axis = CurveAxis::Step, std::optional<CurveRange> range = {},
                                  std::size_t points = 1000, double smoothing = 0) {
        return {"loss", axis, range, points, smoothing};
    }

private Q_SLOTS:
    void readsEachRunOnEachAxis() {
        const std::vector<RunId> ids{makeRun(100, 1, 2), makeRun(50, 4, 3)};
        auto curves = ComparedCurves::open(home(), ids, {});
        QVERIFY(curves);
        QCOMPARE(curves->metrics(), std::vector<std::string>{"loss"});
        QCOMPARE(curves->records()[1].id, ids[1]);
        const auto steps = curves->read(question(), {});
        QCOMPARE(steps->curves[0].x.size(), std::size_t{100});
        QCOMPARE(steps->curves[1].x.back(), 200.0);
        QCOMPARE(steps->curves[1].y.back(), 3.0 / 50);
        QCOMPARE(steps->extent, (CurveRange{0, 200}));
        const auto times = curves->read(question(CurveAxis::Time, CurveRange{10, 20}), {});
        QCOMPARE(times->curves[0].x.front(), 9.5);  // one on each side
        QCOMPARE(times->curves[0].x.back(), 20.5);
        QCOMPARE(times->extent, (CurveRange{0, 100}));
        const auto epochs = curves->read(question(CurveAxis::Epoch, CurveRange{0.5, 1.5}), {});
        QCOMPARE(epochs->curves[0].x.front(), 0.49);
        QCOMPARE(epochs->curves[0].x.back(), 1.0);
        QCOMPARE(epochs->curves[1].x.back(), 1.52);
        QVERIFY(curves->read({"none", CurveAxis::Step, {}, 100, 0}, {})->curves[0].x.empty());
    }

    void manyPointsAreThinnedToTheirExtremes() {
        const std::vector<RunId> ids{makeRun(20000, 1, 2)};
        auto curves = ComparedCurves::open(home(), ids, {});
        const auto answer = curves->read(question(CurveAxis::Step, {}, 200), {});
        QVERIFY(answer->curves[0].x.size() <= 204);
        QCOMPARE(answer->curves[0].y.front(), 2.0);
        QCOMPARE(answer->curves[0].y.back(), 2.0 / 20000);
    }

    // By hand: weight 0.5 of 4, 2, 8 is 2/0.5, (1·4/4 + 2·2/4)/0.75 …
    void smoothsAsTensorBoard() {
        std::vector<CurvePoint> points{{1, 0, 4}, {2, 0, 2}, {3, 0, std::nan("")}, {4, 0, 8}};
        smooth(points, 0.5, 1);
        QCOMPARE(points[0].value, 4.0);
        QCOMPARE(points[1].value, (0.25 * 4 + 0.5 * 2) / 0.75);
        QVERIFY(std::isnan(points[2].value));
        QCOMPARE(points[3].value, (0.125 * 4 + 0.25 * 2 + 0.5 * 8) / 0.875);
        std::vector<CurvePoint> apart{{1, 0, 4}, {3, 0, 2}};
        smooth(apart, 0.5, 2);
        QCOMPARE(apart[1].value, (0.25 * 0.75 * 4 + 0.75 * 2) / (1 - 0.0625));
    }

    // What is seen of a smoothed curve does not depend on where one has zoomed.
    void aPartIsSmoothedFromTheBeginning() {
        const std::vector<RunId> ids{makeRun(1000, 1, 2)};
        auto curves = ComparedCurves::open(home(), ids, {});
        const auto all = curves->read(question(CurveAxis::Step, {}, 5000, 0.9), {});
        const auto part = curves->read(question(CurveAxis::Step, CurveRange{500, 600}, 5000, 0.9), {});
        QCOMPARE(part->curves[0].x.front(), 499.0);
        QCOMPARE(part->curves[0].x.size(), std::size_t{103});
        QCOMPARE(part->curves[0].y[1], all->curves[0].y[499]);
    }

    void everyPointIsInTheCsv() {
        const std::vector<RunId> ids{makeRun(3, 1, 2), makeRun(1, 7, 1)};
        const auto curves = ComparedCurves::open(home(), ids, {});
        const std::filesystem::path file = home() / "loss.csv";
        QVERIFY(curves->writeCsv("loss", file, {}));
        std::ostringstream text;
        text << std::ifstream(file).rdbuf();
        const auto number = [&](std::size_t run) { return std::to_string(curves->records()[run].number); };
        QCOMPARE(text.str(), "run,step,seconds,value\n" + number(0) + ",1,0.5,2\n" + number(0) + ",2,1,1\n" +
                                 number(0) + ",3,1.5,0.66666666666666663\n" + number(1) + ",7,3.5,1\n");
        QVERIFY(!curves->writeCsv("loss", home() / "no" / "such.csv", {}));
    }

    void whatIsGoneIsTold() {
        const auto none = ComparedCurves::open(home(), {RunId("none")}, {});
        QVERIFY(!none && none.error().code == ErrorCode::NotFound);
        std::stop_source stop;
        stop.request_stop();
        const auto stopped = ComparedCurves::open(home(), {makeRun(1, 1, 1)}, stop.get_token());
        QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);
    }
};

QTEST_APPLESS_MAIN(tst_comparedcurves)
#include "tst_comparedcurves.moc"
