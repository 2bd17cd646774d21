// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/thincurve.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace slipway;

namespace {

CurvePoint point(std::int64_t step, double value) { return {step, static_cast<double>(step) / 10, value}; }

bool isInOrder(const std::vector<CurvePoint>& points) {
    return std::is_sorted(points.begin(), points.end(),
                          [](const CurvePoint& a, const CurvePoint& b) { return a.step <= b.step; });
}

}  // namespace

class tst_ThinCurve : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void allAreKeptWhileTheyAreFew() {
        ThinCurve curve;
        for (std::int64_t step = 0; step < 15000; ++step) curve.add(point(step, std::sin(double(step))));
        QCOMPARE(curve.every(), std::size_t{1});
        QCOMPARE(curve.points().size(), std::size_t{15000});
        QCOMPARE(curve.points()[7777].value, std::sin(7777.0));
    }

    void manyAreBoundedAndPeaksStay() {
        ThinCurve curve;
        constexpr std::int64_t kTold = 2'000'000;
        std::size_t most = 0;
        for (std::int64_t step = 1; step <= kTold; ++step) {
            double value = std::sin(static_cast<double>(step));
            if (step == 123'456) value = 50;
            if (step == 1'234'567) value = -50;
            curve.add(point(step, value));
            most = std::max(most, curve.points().size());
            QCOMPARE(curve.points().back().step, step);
        }
        QVERIFY(most <= ThinCurve::kMaxPoints);
        QVERIFY(curve.points().size() >= ThinCurve::kMaxPoints / 4);
        QCOMPARE(curve.points().front().step, std::int64_t{1});
        QVERIFY(isInOrder(curve.points()));
        const auto has = [&](std::int64_t step, double value) {
            return std::any_of(curve.points().begin(), curve.points().end(),
                               [&](const CurvePoint& one) { return one.step == step && one.value == value; });
        };
        QVERIFY(has(123'456, 50) && has(1'234'567, -50));
    }

    void whatIsNoNumberStays() {
        ThinCurve curve;
        for (std::int64_t step = 1; step <= 100'000; ++step)
            curve.add(point(step, step == 5001 ? std::numeric_limits<double>::quiet_NaN() : 1.0));
        QCOMPARE(std::count_if(curve.points().begin(), curve.points().end(),
                               [](const CurvePoint& one) { return std::isnan(one.value); }),
                 std::ptrdiff_t{1});
    }

    void anAttemptGoesOnFromAnEarlierStep() {
        ThinCurve curve;
        for (std::int64_t step = 1; step <= 100'000; ++step) curve.add(point(step, 1));
        for (std::int64_t step = 50'001; step <= 100'000; ++step) curve.add(point(step, 2), 2);
        QVERIFY(isInOrder(curve.points()));
        QCOMPARE(curve.points().back().step, std::int64_t{100'000});
        for (const CurvePoint& one : curve.points()) QCOMPARE(one.value, one.step > 50'000 ? 2.0 : 1.0);
        curve.add(point(40'000, 9), 2);  // told late: left out
        QCOMPARE(curve.points().back().step, 100'000);
        curve.add(point(0, 3), 3);
        QCOMPARE(curve.points().size(), std::size_t{1});
        QCOMPARE(curve.every(), std::size_t{1});
    }
};

QTEST_APPLESS_MAIN(tst_ThinCurve)
#include "tst_thincurve.moc"
