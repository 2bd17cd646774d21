// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/curvepyramid.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>

using namespace slipway;

namespace {

using Points = std::vector<CurvePoint>;

// Quiet but for one peak and one hole.
CurvePoint point(std::int64_t step) {
    const double value = step == 123'457 ? 50 : step == 234'567 ? -50 : std::sin(static_cast<double>(step));
    return {step, static_cast<double>(step) / 8, value};
}
bool has(const Points& points, std::int64_t step) {
    const auto found = std::ranges::find(points, step, &CurvePoint::step);
    return found != points.end() && found->value == point(step).value &&
           found->seconds == point(step).seconds;
}
bool isInOrder(const Points& points) {
    return std::ranges::adjacent_find(points, std::greater_equal{}, &CurvePoint::step) == points.end();
}

}  // namespace

class tst_curvepyramid : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    static constexpr std::int64_t kMany = 300'000;

    CurvePyramid make(const std::string& metric, std::int64_t from, std::int64_t to) const {
        CurvePyramid curve(m_folder.path().toStdString(), metric);
        for (std::int64_t step = from; step <= to; ++step)
            if (!curve.append(point(step))) qFatal("cannot append");
        return curve;
    }

private Q_SLOTS:
    void allOfAShortCurveIsGiven() {
        const CurvePyramid curve = make("short", 1, 1000);
        const auto points = curve.points({}, 1000);
        QVERIFY(points);
        QCOMPARE(points->size(), std::size_t{1000});
        for (std::int64_t step = 1; step <= 1000; ++step) QCOMPARE((*points)[size_t(step - 1)].step, step);
        QVERIFY(CurvePyramid(m_folder.path().toStdString(), "none").points({}, 10)->empty());
    }

    void aPartHasItsNeighbours_data() {
        QTest::addColumn<qint64>("from");
        QTest::addColumn<qint64>("to");
        QTest::addColumn<QList<qint64>>("steps");
        QTest::newRow("within") << qint64{20} << qint64{22} << QList<qint64>{19, 20, 21, 22, 23};
        QTest::newRow("between two") << qint64{101} << qint64{102} << QList<qint64>{100, 200};
        QTest::newRow("before all") << qint64{-9} << qint64{-5} << QList<qint64>{1};
        QTest::newRow("behind all") << qint64{900} << qint64{950} << QList<qint64>{200};
    }
    void aPartHasItsNeighbours() {
        QFETCH(qint64, from);
        QFETCH(qint64, to);
        QFETCH(QList<qint64>, steps);
        CurvePyramid curve = make("part", 1, 100);
        QVERIFY(curve.append(point(200)));
        const auto points = curve.points({from, to}, 100);
        QVERIFY(points);
        QList<qint64> found;
        for (const CurvePoint& one : *points) found << one.step;
        QCOMPARE(found, steps);
    }

    void peaksStayAtEveryZoom() {
        const CurvePyramid curve = make("long", 1, kMany);
        for (const std::size_t limit :
             {std::size_t{4}, std::size_t{100}, std::size_t{1000}, std::size_t{20'000}}) {
            const auto points = curve.points({}, limit);
            QVERIFY(points);
            QVERIFY2(points->size() <= limit + 2 && points->size() >= limit / 2,
                     QByteArray::number(qint64(points->size())));
            QVERIFY(isInOrder(*points));
            QVERIFY(has(*points, 1) && has(*points, kMany));
            if (limit > 4) QVERIFY(has(*points, 123'457) && has(*points, 234'567));
        }
        // Closer and closer, until each point is seen.
        for (std::int64_t width = 100'000; width >= 10; width /= 10) {
            const StepRange range{123'457 - width / 2, 123'457 + width / 2};
            const auto points = curve.points(range, 200);
            QVERIFY(points);
            QVERIFY(points->size() <= 202);
            QVERIFY(isInOrder(*points));
            QVERIFY(has(*points, range.from - 1) && has(*points, range.to + 1) && has(*points, 123'457));
            if (width <= 100) QCOMPARE(points->size(), std::size_t(width + 3));
        }
    }

    // A higher one outside is in the same group of 64.
    void aPeakAtTheEdgeOfAPart() {
        CurvePyramid curve(m_folder.path().toStdString(), "edges");
        for (std::int64_t step = 1; step <= 100'000; ++step) {
            const double value = step == 50'001 || step == 90'000   ? 9
                                 : step == 50'010 || step == 89'990 ? 5
                                                                    : 0;
            QVERIFY(curve.append({step, 0, value}));
        }
        const auto points = curve.points({50'005, 89'995}, 100);
        QVERIFY(points);
        QVERIFY(points->size() <= 102);
        for (const std::int64_t step : {50'010, 89'990})
            QVERIFY(std::ranges::find(*points, step, &CurvePoint::step) != points->end());
    }

    void theNewestIsSeenWhereverItLies() {
        CurvePyramid curve(m_folder.path().toStdString(), "growing");
        for (std::int64_t step = 1; step <= 10'000; ++step) {
            QVERIFY(curve.append({step, 0, step % 997 == 0 ? 1.0 : 0.0}));
            if (step % 97 != 0 && step % 64 != 0) continue;
            const auto points = curve.points({}, 16);
            QVERIFY(points);
            QCOMPARE(points->back().step, step);
            QCOMPARE(points->front().step, std::int64_t{1});
        }
    }

    void isLoadedAsItWasSaved() {
        CurvePyramid whole = make("saved", 1, 10'000);
        QVERIFY(whole.save());
        auto loaded = CurvePyramid::load(m_folder.path().toStdString(), "saved", whole.size(), *whole.last());
        QVERIFY(loaded);
        for (std::int64_t step = 10'001; step <= 20'000; ++step) {
            QVERIFY(whole.append(point(step)));
            QVERIFY(loaded->append(point(step)));
        }
        for (const std::size_t limit : {std::size_t{50}, std::size_t{100'000}}) {
            const auto a = whole.points({}, limit), b = loaded->points({}, limit);
            QVERIFY(std::ranges::equal(*a, *b, [](const CurvePoint& x, const CurvePoint& y) {
                return x.step == y.step && x.value == y.value && x.seconds == y.seconds;
            }));
        }
    }

    void anotherEndIsToldOf() {
        CurvePyramid curve = make("end", 1, 100);
        QVERIFY(curve.save());
        const auto folder = m_folder.path().toStdString();
        QVERIFY(CurvePyramid::load(folder, "end", 100, point(100)));
        QVERIFY(CurvePyramid::load(folder, "end", 99, point(99)));
        QCOMPARE(CurvePyramid::load(folder, "end", 99, point(100)).error().code, ErrorCode::Corrupt);
        QCOMPARE(CurvePyramid::load(folder, "end", 101, point(101)).error().code, ErrorCode::Corrupt);
        std::filesystem::resize_file(m_folder.filePath(QStringLiteral("end~1.curve")).toStdString(), 0);
        QCOMPARE(CurvePyramid::load(folder, "end", 100, point(100)).error().code, ErrorCode::Corrupt);
    }

    void stepsThatAreDroppedLeaveNothing() {
        CurvePyramid curve(m_folder.path().toStdString(), "dropped");
        for (std::int64_t step = 1; step <= 50'000; ++step) QVERIFY(curve.append({step, 0, 9}));
        QVERIFY(curve.save());
        QVERIFY(curve.dropFrom(20'001));
        QCOMPARE(curve.size(), std::size_t{20'000});
        QCOMPARE(curve.last()->step, std::int64_t{20'000});
        for (std::int64_t step = 20'001; step <= 60'000; ++step) QVERIFY(curve.append({step, 0, 1}));
        for (const std::size_t limit : {std::size_t{30}, std::size_t{3000}, std::size_t{100'000}}) {
            const auto points = curve.points({}, limit);
            QVERIFY(isInOrder(*points));
            for (const CurvePoint& one : *points) QCOMPARE(one.value, one.step > 20'000 ? 1.0 : 9.0);
        }
        QVERIFY(curve.dropFrom(-5));
        QCOMPARE(curve.size(), std::size_t{0});
        QVERIFY(!curve.last());
        QVERIFY(curve.points({}, 10)->empty());
    }

    void whatIsNoNumberStays() {
        CurvePyramid curve(m_folder.path().toStdString(), "nan");
        for (std::int64_t step = 1; step <= 100'000; ++step)
            QVERIFY(curve.append({step, 0, step == 5001 ? std::nan("") : 1.0}));
        const auto points = curve.points({}, 100);
        QCOMPARE(std::ranges::count_if(*points, [](const CurvePoint& one) { return std::isnan(one.value); }),
                 1);
    }

    void namesMakeFileNames_data() {
        QTest::addColumn<QByteArray>("metric");
        QTest::addColumn<QByteArray>("file");
        QTest::newRow("plain") << QByteArray("loss") << QByteArray("loss.curve");
        QTest::newRow("slash") << QByteArray("test/f1") << QByteArray("test%2Ff1.curve");
        QTest::newRow("dots") << QByteArray("..") << QByteArray("%2E..curve");
        QTest::newRow("percent") << QByteArray("a%b") << QByteArray("a%25b.curve");
        QTest::newRow("tilde") << QByteArray("loss~4") << QByteArray("loss%7E4.curve");
        QTest::newRow("accent") << QByteArray("\xC3\xA9") << QByteArray("%C3%A9.curve");
    }
    void namesMakeFileNames() {
        QFETCH(QByteArray, metric);
        QFETCH(QByteArray, file);
        QCOMPARE(QByteArray::fromStdString(curveFileName(metric.toStdString())), file);
        QCOMPARE(curveFileName("loss", 2), std::string("loss~2.curve"));
    }
};

QTEST_APPLESS_MAIN(tst_curvepyramid)
#include "tst_curvepyramid.moc"
