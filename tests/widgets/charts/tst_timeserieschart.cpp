// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/charts/timeserieschart.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include <algorithm>

using namespace slipway;
using namespace slipway::test;

namespace {

ChartSeries series(int points, const QString& name = QStringLiteral("#1 here")) {
    ChartSeries one;
    one.name = name;
    for (int at = 0; at < points; ++at) {
        one.x.push_back(at);
        one.y.push_back(1.0 / (1 + at * 0.01));
    }
    return one;
}

QWidget* surfaceOf(TimeSeriesChart& chart) { return chart.childAt(chart.width() / 2, chart.height() / 2); }

}  // namespace

class tst_TimeSeriesChart : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void aMillionPointsRedrawWithinAFrame() {
        TimeSeriesChart chart(QStringLiteral("Loss"));
        chart.resize(600, 300);
        chart.setSmoothing(0.6);
        chart.show();
        QVERIFY(QTest::qWaitForWindowExposed(&chart));
        chart.setSeries({series(1'000'000)});
        QVERIFY(chart.drawnPoints() <= 2 * 1200);
        std::vector<qint64> times;
        for (int at = 0; at < 9; ++at) {
            QElapsedTimer clock;
            clock.start();
            chart.setRange(ChartRange{at * 10'000.0, 900'000.0 + at * 10'000});
            QCoreApplication::processEvents();  // the queued redraw
            times.push_back(clock.elapsed());
        }
        std::sort(times.begin(), times.end());
        qInfo("median redraw of 1,000,000 points: %lld ms", static_cast<long long>(times[4]));
        // The bar is 16 ms on a machine of its own; here it only must not depend on the points.
        QVERIFY2(times[4] < 200, qPrintable(QString::number(times[4])));
    }

    void wheelZoomsDragPansDoubleClickResets() {
        TimeSeriesChart chart(QStringLiteral("Loss"));
        chart.resize(600, 300);
        chart.setSeries({series(1000)});
        chart.show();
        QVERIFY(QTest::qWaitForWindowExposed(&chart));
        QWidget* surface = surfaceOf(chart);
        const QPoint middle = surface->rect().center();
        QWheelEvent wheel(middle, surface->mapToGlobal(middle), {}, {0, 240}, Qt::NoButton, Qt::NoModifier,
                          Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(surface, &wheel);
        QVERIFY(chart.range());
        const ChartRange zoomed = *chart.range();
        QVERIFY(zoomed.to - zoomed.from < 999);
        QTest::mousePress(surface, Qt::LeftButton, {}, middle);
        QTest::mouseMove(surface, middle + QPoint(60, 0));
        QTest::mouseRelease(surface, Qt::LeftButton, {}, middle + QPoint(60, 0));
        QVERIFY(chart.range()->from < zoomed.from);
        QTest::mouseDClick(surface, Qt::LeftButton, {}, middle);
        QVERIFY(!chart.range());
        QTest::keyClick(&chart, Qt::Key_Plus);
        QVERIFY(chart.range());
    }

    void aSmoothedLineEndsWithTheMeasuredValue() {
        TimeSeriesChart chart(QStringLiteral("Loss"));
        chart.setSmoothing(0.9);
        chart.setSeries(
            {ChartSeries{QStringLiteral("#7 here"), {0, 1, 2}, {2.0, 1.0, 0.2546}, 0, true, false}});
        QCOMPARE(chart.endLabels(), QStringList{QStringLiteral("#7 0.2546")});
        QVERIFY(chart.valuesAt(2).front() > 0.5);
    }

    void theDotOfACurrentLineSitsOnTheMeasuredValue() {
        TimeSeriesChart chart(QStringLiteral("Loss"));
        chart.resize(600, 300);
        chart.setSmoothing(0.9);
        chart.setSeries({ChartSeries{QStringLiteral("#7 here"), {0, 1, 2}, {1.0, 1.0, 0.0}, 0, true, false}});
        chart.show();
        QVERIFY(QTest::qWaitForWindowExposed(&chart));
        const auto lowestOfDot = [&chart] {
            constexpr int kEndOfAxis = 600 - 78;
            const QImage image = chart.grab().toImage();
            for (int y = image.height() - 1; y >= 0; --y)
                if (image.pixelColor(kEndOfAxis + 2, y) == theme::series(0)) return y;
            return -1;
        };
        QTRY_VERIFY(lowestOfDot() > 0);
        QVERIFY2(lowestOfDot() > 240, qPrintable(QString::number(lowestOfDot())));
    }

    void emptyAndLogAreDrawn() {
        TimeSeriesChart chart(QStringLiteral("Loss"));
        chart.resize(300, 200);
        chart.setScale(ChartScale::Log);
        QVERIFY(!chart.grab().isNull());
        chart.setSeries({ChartSeries{QStringLiteral("#1 here"), {0, 1}, {0.0, -1.0}, 0, true, false}});
        QVERIFY(!chart.grab().isNull());
        QCOMPARE(chart.drawnPoints(), 0);  // no logarithm
    }
};

QTEST_MAIN(tst_TimeSeriesChart)
#include "tst_timeserieschart.moc"
