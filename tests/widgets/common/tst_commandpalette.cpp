// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/common/commandpalette.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QLineEdit>
#include <QTest>

using namespace slipway;
using namespace slipway::test;

class tst_CommandPalette : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void startsOfWordsCountMost() {
        QVERIFY(paletteScore(QStringLiteral("gr"), QStringLiteral("Go to Runs")) >
                paletteScore(QStringLiteral("gr"), QStringLiteral("Average")));
        QCOMPARE(paletteScore(QStringLiteral("xyz"), QStringLiteral("Go to Runs")), 0);
        QVERIFY(paletteScore({}, QStringLiteral("anything")) > 0);
    }

    void runsWhatIsChosenByKeyboard() {
        QWidget window;
        window.resize(900, 600);
        CommandPalette palette(&window);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QString ran;
        palette.open({{QStringLiteral("Go to Workspace"),
                       {},
                       {},
                       "folder",
                       [&] { ran = QStringLiteral("workspace"); }},
                      {QStringLiteral("Go to Runs"), {}, {}, "runs", [&] { ran = QStringLiteral("runs"); }},
                      {QStringLiteral("Go to Clusters"), {}, {}, "clusters", [&] {
                           ran = QStringLiteral("clusters");
                       }}});
        QVERIFY(palette.isVisible());
        QTest::keyClicks(palette.field(), QStringLiteral("go"));
        QTest::keyClick(palette.field(), Qt::Key_Down);
        QTest::keyClick(palette.field(), Qt::Key_Return);
        QCOMPARE(ran, QStringLiteral("runs"));
        QVERIFY(!palette.isVisible());
        palette.open({{QStringLiteral("Quit"), {}, {}, "close", [&] { ran = QStringLiteral("quit"); }}});
        QTest::keyClick(palette.field(), Qt::Key_Escape);
        QVERIFY(!palette.isVisible());
        QCOMPARE(ran, QStringLiteral("runs"));
    }
};

QTEST_MAIN(tst_CommandPalette)
#include "tst_commandpalette.moc"
