// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/minmaxpyramid.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace slipway;

class tst_MinMaxPyramid : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keepsExtremesOfAMillionPoints() {
        std::vector<double> x(1'000'000);
        std::vector<double> y(x.size());
        for (std::size_t at = 0; at < x.size(); ++at) {
            x[at] = static_cast<double>(at);
            y[at] = std::sin(static_cast<double>(at) / 1000);
        }
        y[123'457] = 50;
        y[777'777] = -50;
        MinMaxPyramid pyramid;
        pyramid.assign(x, y);
        const auto points = pyramid.visible(0, 1e6, 2000);
        QVERIFY(points.x.size() <= 2000);
        QCOMPARE(*std::max_element(points.y.begin(), points.y.end()), 50.0);
        QCOMPARE(*std::min_element(points.y.begin(), points.y.end()), -50.0);
        QVERIFY(std::is_sorted(points.x.begin(), points.x.end()));
    }

    void closeUpGivesThePointsThemselves() {
        MinMaxPyramid pyramid;
        std::vector<double> x(10'000);
        for (std::size_t at = 0; at < x.size(); ++at) x[at] = static_cast<double>(at);
        pyramid.assign(x, x);
        const auto points = pyramid.visible(100, 200, 1000);
        QCOMPARE(points.x.front(), 99.0);  // one on each side, so that the line leaves the chart
        QCOMPARE(points.x.back(), 201.0);
        QCOMPARE(points.x.size(), std::size_t{103});
    }

    void nearest_data() {
        QTest::addColumn<double>("x");
        QTest::addColumn<int>("index");
        QTest::newRow("before") << -5.0 << 0;
        QTest::newRow("closer below") << 14.0 << 1;
        QTest::newRow("closer above") << 16.0 << 2;
        QTest::newRow("after") << 99.0 << 2;
    }
    void nearest() {
        QFETCH(double, x);
        QFETCH(int, index);
        MinMaxPyramid pyramid;
        pyramid.assign({0, 10, 20}, {1, 2, 3});
        QCOMPARE(static_cast<int>(pyramid.nearest(x)), index);
    }

    void smoothingStartsUnbiased() {
        const std::vector<double> same(10, 3.0);
        for (const double value : smoothed(same, 0.9)) QVERIFY(std::abs(value - 3.0) < 1e-9);
        QCOMPARE(smoothed({1, 2, 3}, 0.0), (std::vector<double>{1, 2, 3}));
        const std::vector<double> steps = smoothed({0, 10}, 0.5);
        QVERIFY(std::abs(steps[1] - 20.0 / 3) < 1e-9);
    }

    void emptyIsEmpty() {
        MinMaxPyramid pyramid;
        QVERIFY(pyramid.isEmpty());
        QVERIFY(pyramid.visible(0, 1, 10).x.empty());
    }
};

QTEST_APPLESS_MAIN(tst_MinMaxPyramid)
#include "tst_minmaxpyramid.moc"
