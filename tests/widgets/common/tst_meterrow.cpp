// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/common/meterrow.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QTest>

using namespace slipway;

class tst_MeterRow : public QObject {
    Q_OBJECT

    static int pixels(const QImage& image, const QColor& color) {
        int count = 0;
        for (int x = 0; x < image.width(); ++x)
            for (int y = 0; y < image.height(); ++y)
                if (image.pixelColor(x, y) == color) ++count;
        return count;
    }

private Q_SLOTS:
    void init() { test::failOnWarnings(); }

    void theBarIsAsLongAsItsShare_data() {
        QTest::addColumn<ThemeChoice>("choice");
        QTest::newRow("light") << ThemeChoice::Light;
        QTest::newRow("dark") << ThemeChoice::Dark;
    }
    void theBarIsAsLongAsItsShare() {
        QFETCH(ThemeChoice, choice);
        theme::apply(*qApp, choice);
        MeterRow row;
        row.resize(MeterRow::indent() + 400, row.height());
        const auto barOf = [&row](std::optional<double> share, bool isWarning, const QColor& color) {
            row.set(QStringLiteral("GPU 0"), {},
                    {{QStringLiteral("Memory"), QStringLiteral("–"), share, {}, isWarning}});
            return pixels(row.grab().toImage().convertToFormat(QImage::Format_RGB32), color);
        };
        const int half = barOf(0.5, false, theme::series(5)), whole = barOf(7, false, theme::series(5));
        QVERIFY2(whole > 1200 && std::abs(whole - 2 * half) < 24,
                 qPrintable(QStringLiteral("%1, %2").arg(half).arg(whole)));
        QCOMPARE(barOf({}, false, theme::series(5)), 0);
        QCOMPARE(barOf(0.5, true, theme::series(5)), 0);
        QVERIFY(barOf(0.5, true, theme::color(Tone::Warn)) > 500);
    }

    void aScreenReaderHearsAll() {
        MeterRow row;
        row.set(QStringLiteral("GPU 0"), QStringLiteral("A2000"),
                {{QStringLiteral("Utilization"),
                  QStringLiteral("–"),
                  {},
                  QStringLiteral("Not measurable"),
                  false},
                 {QStringLiteral("Power"), QStringLiteral("31 W"), 0.4, {}, false}});
        QCOMPARE(row.accessibleName(), QStringLiteral("GPU 0"));
        QCOMPARE(row.accessibleDescription(),
                 QStringLiteral("A2000, Utilization – (Not measurable), Power 31 W"));
    }
};

QTEST_MAIN(tst_MeterRow)
#include "tst_meterrow.moc"
