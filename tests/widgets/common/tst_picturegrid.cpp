// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/common/picturegrid.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QTest>

using namespace slipway;
using namespace slipway::test;
using namespace Qt::StringLiterals;

class tst_PictureGrid : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void picturesStandInRowsWithTheirClasses() {
        PictureGrid grid;
        grid.setPictures({{"cat/1.png", "cat", 2, 1, std::string("\xff\0\0\0\0\xff", 6)},
                          {"owl/1.png", "owl", 1, 1, std::string("\0\xff\0", 3)},
                          {"owl/2.png", "owl", 1, 1, std::string("\0\xff\0", 3)}});
        QCOMPARE(grid.count(), 3);
        QCOMPARE(grid.accessibleName(), u"3 sample(s)"_s);
        grid.resize(130, grid.heightForWidth(130));  // two beside each other
        QCOMPARE(grid.heightForWidth(130), 2 * grid.heightForWidth(1000) + 8);
        const QImage image = grid.grab().toImage();
        // A picture keeps its shape: this one is twice as wide as high, in the middle of its cell.
        QCOMPARE(image.pixelColor(10, 28), QColor(255, 0, 0));
        QCOMPARE(image.pixelColor(45, 28), QColor(0, 0, 255));
        QCOMPARE(image.pixelColor(10, 4), theme::color(Tone::Sunken));
        QCOMPARE(image.pixelColor(90, 28), QColor(0, 255, 0));
        QCOMPARE(grid.textAt({90, 28}), u"owl: owl/1.png"_s);
        QCOMPARE(grid.textAt({60, 28}), QString());
        QCOMPARE(grid.textAt({10, 100}), u"owl: owl/2.png"_s);
    }

    void withoutClassesThereAreNoWords() {
        PictureGrid grid;
        grid.setPictures({{"1.png", "", 1, 1, "abc"}});
        QCOMPARE(grid.heightForWidth(500), 56);
        grid.resize(500, 56);
        QCOMPARE(grid.textAt({5, 5}), u"1.png"_s);
        grid.setPictures({});
        QCOMPARE(grid.heightForWidth(500), 0);
    }
};

QTEST_MAIN(tst_PictureGrid)
#include "tst_picturegrid.moc"
