// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/charts/comparisonchart.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include <cmath>

using namespace slipway;
using namespace slipway::test;

namespace {

ComparisonLine line(const QString& name, int points, double level, int color = 0) {
    ComparisonLine line;
    line.name = name;
    line.color = color;
    for (int i = 0; i <= points; ++i) {
        line.x.push_back(i * 1000.0 / points);
        line.y.push_back(level + std::sin(i / 10.0) / 10);
    }
    return line;
}

}  // namespace

class tst_ComparisonChart : public QObject {
    Q_OBJECT
    static void prepare(ComparisonChart& chart) {
        chart.resize(500, 260);
        chart.setXUnit(QStringLiteral("step"));
        chart.setExtent({0, 1000});
        chart.setLines({line(QStringLiteral("#2"), 100, 1), line(QStringLiteral("#1"), 50, 2, 1)});
        chart.show();
        QVERIFY(QTest::qWaitForWindowExposed(&chart));
    }
    static void draw(ComparisonChart& chart) {
        while (chart.renderSome(50)) continue;
    }
    static int pixelsOf(const QImage& image, int color) {
        int count = 0;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                if (image.pixelColor(x, y).rgb() == theme::series(color).rgb()) ++count;
        return count;
    }

private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void allLinesAreDrawn() {
        ComparisonChart chart(QStringLiteral("Loss"));
        QSignalSpy needed(&chart, &ComparisonChart::renderNeeded);
        prepare(chart);
        QVERIFY(!needed.isEmpty());
        QCOMPARE(pixelsOf(chart.grab().toImage(), 0), 0);
        draw(chart);
        QVERIFY(!chart.isRendering());
        const QImage drawn = chart.grab().toImage();
        QVERIFY(pixelsOf(drawn, 0) > 50 && pixelsOf(drawn, 1) > 50);
    }

    void aThousandAreDrawnInSlices() {
        ComparisonChart chart(QStringLiteral("Loss"));
        prepare(chart);
        std::vector<ComparisonLine> lines;
        lines.reserve(1000);
        for (int i = 0; i < 1000; ++i) lines.push_back(line(QString::number(i), 60, i, i));
        chart.setLines(std::move(lines));
        int slices = 1;
        while (chart.renderSome(0.5)) ++slices;
        QVERIFY2(slices > 3, qPrintable(QString::number(slices)));
        QVERIFY(!chart.isRendering());
    }

    void hoverTellsEveryRun() {
        ComparisonChart chart(QStringLiteral("Loss"));
        prepare(chart);
        QSignalSpy moves(&chart, &ComparisonChart::crosshairMoved);
        QTest::mouseMove(&chart, QPoint(200, 100));
        QTRY_VERIFY(!moves.isEmpty());
        const QStringList texts = chart.hoverTexts();
        QCOMPARE(texts.size(), 2);
        QVERIFY(texts.front().startsWith(QStringLiteral("#2 ")));
        QCOMPARE(chart.valuesAt(500).size(), std::size_t{2});
        QCOMPARE(chart.valuesAt(500)[1], 2 + std::sin(2.5) / 10);
        QVERIFY(std::isnan(chart.valuesAt(1001)[0]));
        QEvent leave(QEvent::Leave);
        QCoreApplication::sendEvent(&chart, &leave);
        QVERIFY(chart.hoverTexts().isEmpty());
    }

    void dragZoomsAndDoubleClickShowsAll() {
        ComparisonChart chart(QStringLiteral("Loss"));
        prepare(chart);
        QSignalSpy ranges(&chart, &ComparisonChart::rangeChanged);
        QTest::mousePress(&chart, Qt::LeftButton, {}, QPoint(148, 100));
        QTest::mouseMove(&chart, QPoint(200, 100));
        QTest::mouseRelease(&chart, Qt::LeftButton, {}, QPoint(240, 100));
        QCOMPARE(ranges.size(), 1);
        // The curves lie between 56 and 500 - 76 pixels.
        QVERIFY(chart.range());
        QVERIFY(std::abs(chart.range()->from - 250) < 1e-6 && std::abs(chart.range()->to - 500) < 1e-6);
        QTest::mouseClick(&chart, Qt::LeftButton, {}, QPoint(300, 100));
        QCOMPARE(ranges.size(), 1);
        QTest::mouseDClick(&chart, Qt::LeftButton, {}, QPoint(300, 100));
        QVERIFY(!chart.range());
    }

    void panAndKeys() {
        ComparisonChart chart(QStringLiteral("Loss"));
        prepare(chart);
        chart.setRange(ChartRange{200, 400});
        QTest::mousePress(&chart, Qt::LeftButton, Qt::ShiftModifier, QPoint(240, 100));
        QTest::mouseMove(&chart, QPoint(240 - 184, 100));  // half of what is seen
        QTest::mouseRelease(&chart, Qt::LeftButton, Qt::ShiftModifier, QPoint(56, 100));
        QVERIFY(chart.range() && std::abs(chart.range()->from - 300) < 2);
        QTest::keyClick(&chart, Qt::Key_Plus);
        QVERIFY(std::abs(chart.range()->to - chart.range()->from - 160) < 1);
        QTest::keyClick(&chart, Qt::Key_Left);
        QVERIFY(chart.range()->from < 310);
        QTest::keyClick(&chart, Qt::Key_0);
        QVERIFY(!chart.range());
        chart.setRange(ChartRange{-500, 5000});
        QVERIFY(!chart.range());
    }

    void logLeavesOutWhatItCannotShow() {
        ComparisonChart chart(QStringLiteral("Loss"));
        prepare(chart);
        ComparisonLine odd = line(QStringLiteral("#3"), 4, 1);
        odd.y = {1, -1, std::nan(""), 10, 0};
        chart.setLines({odd});
        chart.setScale(ChartScale::Log);
        draw(chart);
        QVERIFY(!chart.grab().isNull());
    }

    void isExported() {
        ComparisonChart chart(QStringLiteral("Loss"));
        prepare(chart);
        chart.setMark(412, QStringLiteral("parts at step 412"));
        const QImage picture = QImage::fromData(chart.png(), "PNG");
        QCOMPARE(picture.size(), chart.size() * 2);
        QVERIFY(pixelsOf(picture, 0) > 50);
        const QByteArray svg = chart.svg();
        QVERIFY(svg.contains("<svg") && svg.contains(theme::series(1).name().toUtf8()));
    }
};

QTEST_MAIN(tst_ComparisonChart)
#include "tst_comparisonchart.moc"
