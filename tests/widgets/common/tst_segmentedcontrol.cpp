// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/common/segmentedcontrol.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QSignalSpy>
#include <QTest>

using namespace slipway;
using namespace slipway::test;

namespace {

QStringList three() { return {QStringLiteral("Form"), QStringLiteral("Both"), QStringLiteral("Text")}; }

}  // namespace

class tst_SegmentedControl : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void keysMoveAndStopAtTheEnds() {
        SegmentedControl control(QStringLiteral("Scale"));
        control.setChoices(three());
        QSignalSpy moved(&control, &SegmentedControl::currentIndexChanged);
        QTest::keyClick(&control, Qt::Key_Left);
        QCOMPARE(moved.size(), 0);
        for (int press = 0; press < 3; ++press) QTest::keyClick(&control, Qt::Key_Right);
        QCOMPARE(control.currentIndex(), 2);
        QCOMPARE(moved.size(), 2);
        control.setCurrentIndex(7);
        QCOMPARE(control.currentIndex(), 2);
    }

    void aClickChooses() {
        SegmentedControl control(QStringLiteral("Scale"));
        control.setChoices(three());
        control.resize(control.sizeHint());
        const QPoint last(control.width() - 5, control.height() / 2);
        QTest::mouseClick(&control, Qt::RightButton, {}, last);
        QCOMPARE(control.currentIndex(), 0);
        const QImage before = control.grab().toImage();
        QTest::mouseClick(&control, Qt::LeftButton, {}, last);
        QCOMPARE(control.currentIndex(), 2);
        QVERIFY(control.grab().toImage() != before);
        QTest::mouseClick(&control, Qt::LeftButton, {}, QPoint(5, 5));
        QCOMPARE(control.currentIndex(), 0);
    }

    void saysWhichIsChosenFromTheStart() {
        SegmentedControl control(QStringLiteral("Scale"));
        QCOMPARE(control.accessibleName(), QStringLiteral("Scale"));
        control.setChoices(three());
        QCOMPARE(control.accessibleDescription(), three().at(0));
        control.setCurrentIndex(1);
        QCOMPARE(control.accessibleDescription(), three().at(1));
    }
};

QTEST_MAIN(tst_SegmentedControl)
#include "tst_segmentedcontrol.moc"
