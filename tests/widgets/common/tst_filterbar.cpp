// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/common/filterbar.h"
#include "widgets/common/theme.h"

#include <QAction>
#include <QApplication>
#include <QKeyEvent>
#include <QSignalSpy>
#include <QTest>

using namespace slipway;
using namespace slipway::test;

class tst_FilterBar : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void tellsWhatIsTypedAndEscapeClears() {
        FilterBar bar(QStringLiteral("Filter runs"));
        QCOMPARE(bar.accessibleName(), QStringLiteral("Filter runs"));
        QSignalSpy told(&bar, &FilterBar::filterChanged);
        QTest::keyClicks(&bar, QStringLiteral("ab"));
        QCOMPARE(told.size(), 2);
        QCOMPARE(told.back().front().toString(), QStringLiteral("ab"));
        QTest::keyClick(&bar, Qt::Key_Escape);
        QCOMPARE(bar.text(), QString());
        QCOMPARE(told.back().front().toString(), QString());
    }

    // What is around it closes by Escape, once there is nothing to clear.
    void escapeOfAnEmptyFilterIsNotItsOwn() {
        FilterBar bar(QStringLiteral("Filter runs"));
        for (const bool isFilled : {true, false}) {
            bar.setText(isFilled ? QStringLiteral("a") : QString());
            QKeyEvent escape(QEvent::KeyPress, Qt::Key_Escape, Qt::NoModifier);
            QCoreApplication::sendEvent(&bar, &escape);
            QCOMPARE(escape.isAccepted(), isFilled);
        }
    }

    void theCrossIsThereWhileThereIsSomethingToClear() {
        FilterBar bar(QStringLiteral("Filter runs"));
        const QList<QAction*> actions = bar.actions();
        QAction* cross = actions.back();
        QVERIFY(!cross->isVisible());
        bar.setText(QStringLiteral("a"));
        QVERIFY(cross->isVisible());
        cross->trigger();
        QCOMPARE(bar.text(), QString());
        QVERIFY(!cross->isVisible());
    }
};

QTEST_MAIN(tst_FilterBar)
#include "tst_filterbar.moc"
