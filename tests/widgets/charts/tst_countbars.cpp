// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/charts/countbars.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QTest>

using namespace slipway;
using namespace slipway::test;
using namespace Qt::StringLiterals;

class tst_CountBars : public QObject {
    Q_OBJECT

    // Pixels of a row's bar that are not its ground.
    static int length(const QImage& image, int y) {
        const QRgb color = theme::series(5).rgb();
        int pixels = 0;
        for (int x = 0; x < image.width(); ++x) pixels += image.pixel(x, y) == color ? 1 : 0;
        return pixels;
    }

private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void barsAreAsLongAsThereAreMany() {
        CountBars bars;
        bars.setCounts({{"cat", 4000}, {"dog", 1000}}, 8000);
        QCOMPARE(bars.lines(), (QStringList{u"cat  4,000  50.0 %"_s, u"dog  1,000  12.5 %"_s}));
        QCOMPARE(bars.accessibleDescription(), u"cat  4,000  50.0 %, dog  1,000  12.5 %"_s);
        bars.resize(500, bars.sizeHint().height());
        const QImage image = bars.grab().toImage();
        const int first = length(image, 11);
        const int second = length(image, 33);
        QVERIFY(first > 100);
        QVERIFY2(std::abs(first - 4 * second) < 12,
                 qPrintable(QStringLiteral("%1 %2").arg(first).arg(second)));
    }

    void manyAreCutShort() {
        CountBars bars;
        std::vector<CountedValue> counts;
        counts.reserve(1200);
        for (int i = 0; i < 1200; ++i) counts.push_back({std::to_string(i), 1});
        bars.setCounts(counts, 1200);
        QCOMPARE(bars.lines().size(), qsizetype{21});
        QCOMPARE(bars.lines().value(20), u"and 1,180 more"_s);
        bars.setCounts({}, 0);
        QVERIFY(bars.lines().isEmpty());
        QVERIFY(!bars.grab().toImage().isNull() || bars.height() == 0);
    }
};

QTEST_MAIN(tst_CountBars)
#include "tst_countbars.moc"
