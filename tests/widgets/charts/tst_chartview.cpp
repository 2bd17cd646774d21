// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/chartview.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QImage>
#include <QPainter>
#include <QTest>

using namespace slipway;

class tst_ChartView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void valuesHaveTheirPlaces() {
        const ChartView view{QRectF(50, 10, 400, 200), {0, 1000}, {-1, 1}};
        QCOMPARE(view.at(0, -1), QPointF(50, 210));
        QCOMPARE(view.at(250, 0), QPointF(150, 110));
        QCOMPARE(view.xAt(450), 1000.0);
        QVERIFY(view == view);
        QVERIFY(!(view == ChartView{view.area, {0, 999}, view.y}));
    }

    void axesAndTextAreDrawnOutsideOfTheCurves() {
        theme::apply(*qApp, ThemeChoice::Light);
        for (const ChartScale scale : {ChartScale::Linear, ChartScale::Log}) {
            QImage image(500, 240, QImage::Format_ARGB32_Premultiplied);
            image.fill(theme::color(Tone::Surface));
            QPainter painter(&image);
            drawChartAxes(painter, {QRectF(50, 10, 400, 200), {0, 1000}, {-1, 1}}, scale,
                          QStringLiteral("step"), 40);
            painter.setFont(theme::font(TextRole::Small));
            drawHaloText(painter, QPointF(460, 100), QStringLiteral("#1"));
            painter.end();
            const auto isTouched = [&](const QRect& part) {
                for (int y = part.top(); y <= part.bottom(); ++y)
                    for (int x = part.left(); x <= part.right(); ++x)
                        if (image.pixelColor(x, y) != theme::color(Tone::Surface)) return true;
                return false;
            };
            QVERIFY(isTouched(QRect(0, 10, 44, 200)));    // values at the left
            QVERIFY(isTouched(QRect(50, 215, 400, 20)));  // and below
            QVERIFY(isTouched(QRect(458, 90, 30, 14)));   // the text
            QVERIFY(!isTouched(QRect(458, 20, 40, 50)));
        }
    }
};

QTEST_MAIN(tst_ChartView)
#include "tst_chartview.moc"
