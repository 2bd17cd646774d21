// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/common/settings.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace slipway;
using namespace slipway::test;

class tst_Settings : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void remembersBetweenStarts() {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("workbench.ini"));
        const QStringList workspaces{QStringLiteral("/home/ü/a, b"), QStringLiteral("C:\\x;y")};
        const QByteArray state("\0\xff\n;table", 9);
        {
            UiState first(file);
            QCOMPARE(first.theme(), ThemeChoice::System);
            QVERIFY(first.workspaces().isEmpty());
            QVERIFY(first.isDockOpen());
            QVERIFY(!first.isDrawerOpen());
            first.setTheme(ThemeChoice::Dark);
            first.setWorkspaces(workspaces);
            first.setWindowGeometry(state);
            first.setDockOpen(false);
            first.setDrawerOpen(true);
            first.setTable(QStringLiteral("runs"), state);
        }
        UiState again(file);
        QCOMPARE(again.theme(), ThemeChoice::Dark);
        QCOMPARE(again.workspaces(), workspaces);
        QCOMPARE(again.windowGeometry(), state);
        QVERIFY(!again.isDockOpen());
        QVERIFY(again.isDrawerOpen());
        QCOMPARE(again.table(QStringLiteral("runs")), state);
        QVERIFY(again.table(QStringLiteral("jobs")).isEmpty());
        again.setWorkspaces({});
        QVERIFY(again.workspaces().isEmpty());
    }

    void aDamagedFileIsAFirstStart() {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("workbench.ini"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("[window]\ntheme=purple\ndock=\nno setting\n");
        file.close();
        const UiState state(path);
        QCOMPARE(state.theme(), ThemeChoice::System);
        QVERIFY(state.workspaces().isEmpty());
    }

    void themesHaveNames() {
        for (const auto choice : {ThemeChoice::System, ThemeChoice::Light, ThemeChoice::Dark})
            QCOMPARE(parseThemeChoice(themeChoiceName(choice)), choice);
    }
};

QTEST_MAIN(tst_Settings)
#include "tst_settings.moc"
