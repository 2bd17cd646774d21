// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/common/stateglyph.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QImage>
#include <QPainter>
#include <QTest>

#include <set>
#include <vector>

using namespace slipway;
using namespace slipway::test;

namespace {

QImage painted(Glyph glyph, Tone tone, const QRectF& rect) {
    QImage image(64, 64, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    const QPen pen = painter.pen();
    paintGlyph(painter, rect, glyph, tone);
    if (painter.pen() != pen || !painter.transform().isIdentity()) qFatal("the painter was changed");
    return image;
}

}  // namespace

class tst_StateGlyph : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void noTwoShapesAreAlike() {
        std::vector<QImage> seen;
        for (int glyph = 0; glyph <= static_cast<int>(Glyph::Dash); ++glyph) {
            const QImage image = painted(static_cast<Glyph>(glyph), Tone::Text, QRectF(0, 0, 24, 24));
            for (const auto& other : seen) QVERIFY2(image != other, qPrintable(QString::number(glyph)));
            seen.push_back(image);
        }
    }

    void staysInItsPlaceAndLeavesThePainterAsItWas() {
        for (int glyph = 0; glyph <= static_cast<int>(Glyph::Dash); ++glyph) {
            const QImage image = painted(static_cast<Glyph>(glyph), Tone::Text, QRectF(20, 20, 24, 24));
            for (int x = 0; x < 64; ++x)
                for (int y = 0; y < 64; ++y)
                    if (!QRect(20, 20, 24, 24).contains(x, y))
                        QVERIFY2(qAlpha(image.pixel(x, y)) == 0, qPrintable(QString::number(glyph)));
        }
    }

    void takesTheTone() {
        QCOMPARE(painted(Glyph::Disc, Tone::Error, QRectF(0, 0, 24, 24)).pixelColor(12, 12),
                 theme::color(Tone::Error));
    }

    void verdictsHaveTheirOwnShapesAndStatesTheirTint() {
        std::set<Glyph> shapes;
        for (const auto verdict : {Verdict::Now, Verdict::After, Verdict::Never, Verdict::Unknown}) {
            shapes.insert(lookOf(verdict).glyph);
            QCOMPARE(lookOf(verdict).tint, tintOf(lookOf(verdict).tone));
        }
        QCOMPARE(shapes.size(), std::size_t{4});
        QCOMPARE(lookOf(RunState::Failed).tint, Tone::ErrorTint);
        QCOMPARE(lookOf(RunState::Succeeded).tint, Tone::OkTint);
    }

    void aLabelShowsItsNewLook() {
        GlyphLabel label(Glyph::Tick, Tone::Ok);
        const QImage before = label.grab().toImage();
        label.setLook(Glyph::Cross, Tone::Error);
        QVERIFY(label.grab().toImage() != before);
    }
};

QTEST_MAIN(tst_StateGlyph)
#include "tst_stateglyph.moc"
