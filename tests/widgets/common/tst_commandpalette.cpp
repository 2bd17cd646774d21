// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/common/commandpalette.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QLineEdit>
#include <QListView>
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

    void saysThatNothingIsFound() {
        QWidget window;
        window.resize(900, 600);
        CommandPalette palette(&window);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        bool hasQuit = false;
        palette.open({{QStringLiteral("Quit"), {}, {}, "close", [&] { hasQuit = true; }}});
        QTest::keyClicks(palette.field(), QStringLiteral("xyz"));
        QCOMPARE(palette.list()->model()->rowCount(), 1);
        QCOMPARE(palette.list()->model()->index(0, 0).data().toString(),
                 QStringLiteral("Nothing found for “xyz”"));
        QVERIFY(!palette.grab().isNull());
        QTest::keyClick(palette.field(), Qt::Key_Down);
        QTest::keyClick(palette.field(), Qt::Key_Return);
        QVERIFY(!hasQuit && palette.isVisible());
        palette.field()->clear();
        QTest::keyClick(palette.field(), Qt::Key_Return);
        QVERIFY(hasQuit);
    }
};

QTEST_MAIN(tst_CommandPalette)
#include "tst_commandpalette.moc"
