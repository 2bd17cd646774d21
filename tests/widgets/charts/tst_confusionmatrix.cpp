// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/confusionmatrix.h"

#include "tests/support/failonwarnings.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QTest>

using namespace slipway;
using namespace slipway::test;
using namespace Qt::StringLiterals;

class tst_ConfusionMatrix : public QObject {
    Q_OBJECT

    // The tool tips of a line of points across or down the widget, without repeats.
    static QStringList textsAlong(const ConfusionMatrix& matrix, bool isAcross, int at) {
        QStringList texts;
        for (int i = 0; i < (isAcross ? matrix.width() : matrix.height()); ++i) {
            const QString text = matrix.textAt(isAcross ? QPoint(i, at) : QPoint(at, i));
            if (!text.isEmpty() && !texts.contains(text)) texts << text;
        }
        return texts;
    }

private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void everyCellSaysItself() {
        ConfusionMatrix matrix;
        matrix.setCounts({u"cat"_s, u"dog"_s}, {{2, 1}, {0, 1234}});
        matrix.resize(matrix.sizeHint());
        QStringList all;
        for (int y = 0; y < matrix.height(); ++y)
            for (const QString& text : textsAlong(matrix, true, y))
                if (!all.contains(text)) all << text;
        QCOMPARE(all,
                 (QStringList{u"cat recognised: 2 of 3 (66.7 %)"_s, u"cat taken for dog: 1 of 3 (33.3 %)"_s,
                              u"dog taken for cat: 0 of 1,234 (0.0 %)"_s,
                              u"dog recognised: 1,234 of 1,234 (100.0 %)"_s}));
        QVERIFY(matrix.textAt({0, 0}).isEmpty());
    }

    void aClassWithoutSamplesSaysSo() {
        ConfusionMatrix matrix;
        matrix.setCounts({u"a"_s}, {{0}});
        matrix.resize(matrix.sizeHint());
        QCOMPARE(textsAlong(matrix, true, matrix.height() - 30), QStringList{u"a recognised: no samples"_s});
    }

    // What is right and what is wrong differ in colour, and more is stronger.
    void sharesAreSeen() {
        ConfusionMatrix matrix;
        matrix.setCounts({u"a"_s, u"b"_s}, {{9, 1}, {5, 5}});
        matrix.resize(matrix.sizeHint());
        const QImage image = matrix.grab().toImage();
        const auto colorOf = [&](const QString& text) {
            for (int y = 0; y < matrix.height(); ++y)
                for (int x = 0; x < matrix.width(); ++x)
                    if (matrix.textAt({x, y}).startsWith(text)) return image.pixelColor(x + 2, y + 2);
            return QColor();
        };
        QVERIFY(colorOf(u"a recognised"_s) != colorOf(u"b recognised"_s));
        QVERIFY(colorOf(u"a taken"_s) != colorOf(u"b taken"_s));
        QVERIFY(colorOf(u"b taken"_s) != colorOf(u"b recognised"_s));
    }

    void threeHundredClassesStillFit() {
        ConfusionMatrix matrix;
        QStringList names;
        for (int i = 0; i < 300; ++i) names << QString::number(i);
        matrix.setCounts(names, std::vector(300, std::vector<std::int64_t>(300, 1)));
        matrix.resize(matrix.minimumSizeHint());
        QStringList corner;
        for (int x = 0; x < 60; ++x)
            for (int y = 0; y < 60; ++y) corner << matrix.textAt({matrix.width() - x, matrix.height() - y});
        QVERIFY(corner.contains(u"299 recognised: 1 of 300 (0.3 %)"_s));
        matrix.grab();
    }
};

QTEST_MAIN(tst_ConfusionMatrix)
#include "tst_confusionmatrix.moc"
