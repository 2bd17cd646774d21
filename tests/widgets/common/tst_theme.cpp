// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/common/stateglyph.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QFontDatabase>
#include <QFontInfo>
#include <QImage>
#include <QPainter>
#include <QTest>

#include <cmath>
#include <set>

using namespace slipway;
using namespace slipway::test;

namespace {

double luminance(const QColor& color) {
    const auto channel = [](double value) {
        return value <= 0.03928 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * channel(color.redF()) + 0.7152 * channel(color.greenF()) +
           0.0722 * channel(color.blueF());
}

double contrast(const QColor& a, const QColor& b) {
    const double high = std::max(luminance(a), luminance(b));
    const double low = std::min(luminance(a), luminance(b));
    return (high + 0.05) / (low + 0.05);
}

}  // namespace

class tst_Theme : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void textCanBeReadOnEverySurface_data() {
        QTest::addColumn<ThemeChoice>("choice");
        QTest::newRow("light") << ThemeChoice::Light;
        QTest::newRow("dark") << ThemeChoice::Dark;
    }
    void textCanBeReadOnEverySurface() {
        QFETCH(ThemeChoice, choice);
        theme::apply(*qApp, choice);
        QCOMPARE(theme::isDark(), choice == ThemeChoice::Dark);
        for (const Tone text : {Tone::Text, Tone::Muted, Tone::Accent, Tone::Ok, Tone::Warn, Tone::Error,
                                Tone::Waiting, Tone::Info})
            for (const Tone surface :
                 {Tone::Window, Tone::Surface, Tone::Raised, Tone::Selection, Tone::Hover})
                QVERIFY2(
                    contrast(theme::color(text), theme::color(surface)) >= 4.5,
                    qPrintable(theme::toneName(text) + QLatin1String(" on ") + theme::toneName(surface)));
        QVERIFY(contrast(theme::color(Tone::OnAccent), theme::color(Tone::Accent)) >= 4.5);
    }

    void theCurveBehindASmoothedOneIsSeen_data() {
        QTest::addColumn<ThemeChoice>("choice");
        QTest::addColumn<double>("least");
        QTest::newRow("light") << ThemeChoice::Light << 1.4;
        QTest::newRow("dark") << ThemeChoice::Dark << 1.8;  // thin lines on dark need more to look the same
    }
    void theCurveBehindASmoothedOneIsSeen() {
        QFETCH(ThemeChoice, choice);
        QFETCH(double, least);
        theme::apply(*qApp, choice);
        const QColor surface = theme::color(Tone::Surface);
        QImage pixel(1, 1, QImage::Format_RGB32);
        pixel.fill(surface);
        QPainter(&pixel).fillRect(pixel.rect(), theme::paleSeries(0));
        const double seen = contrast(pixel.pixelColor(0, 0), surface);
        QVERIFY2(seen >= least, qPrintable(QString::number(seen)));
        QVERIFY(seen < contrast(theme::series(0), surface));
    }

    // The platform of the tests is no desktop and names no font.
    void whereNoDesktopNamesAFontTheOnesItIsDrawnWithAreUsed() {
        theme::apply(*qApp, ThemeChoice::Light);
        if (!QFontDatabase::hasFamily(QStringLiteral("Inter")) ||
            !QFontDatabase::hasFamily(QStringLiteral("JetBrains Mono")))
            QSKIP("Inter and JetBrains Mono are not installed");
        QCOMPARE(QFontInfo(theme::font(TextRole::Body)).family(), QStringLiteral("Inter"));
        QCOMPARE(QFontInfo(theme::font(TextRole::Page)).family(), QStringLiteral("Inter"));
        QCOMPARE(QFontInfo(theme::font(TextRole::Mono)).family(), QStringLiteral("JetBrains Mono"));
    }

    void everyStateHasItsOwnShape() {
        std::set<Glyph> shapes;
        for (int state = 0; state <= static_cast<int>(RunState::Lost); ++state) {
            const Look look = lookOf(static_cast<RunState>(state));
            QVERIFY(shapes.insert(look.glyph).second);
            QImage image(24, 24, QImage::Format_ARGB32_Premultiplied);
            image.fill(Qt::transparent);
            QPainter painter(&image);
            paintGlyph(painter, QRectF(0, 0, 24, 24), look.glyph, look.tone);
            painter.end();
            QImage blank(24, 24, QImage::Format_ARGB32_Premultiplied);
            blank.fill(Qt::transparent);
            QVERIFY(image != blank);
        }
    }
};

QTEST_MAIN(tst_Theme)
#include "tst_theme.moc"
