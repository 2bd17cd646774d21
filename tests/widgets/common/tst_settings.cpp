// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/common/settings.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QTest>

using namespace slipway;
using namespace slipway::test;

class tst_Settings : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void remembersBetweenStarts() {
        const QStringList workspaces{QStringLiteral("/home/ü/a, b"), QStringLiteral("C:\\x;y")};
        const QByteArray state("\0\xff\n;table", 9);
        QVariantMap file;
        int changes = 0;
        UiState first(file, [&](const QString& key, const QVariant& value) {
            file.insert(key, value);
            ++changes;
        });
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
        first.setTable(QStringLiteral("runs"), state);  // no change
        QCOMPARE(changes, 6);
        UiState again(file);
        for (const UiState* one : {&first, &again}) {
            QCOMPARE(one->theme(), ThemeChoice::Dark);
            QCOMPARE(one->workspaces(), workspaces);
            QCOMPARE(one->windowGeometry(), state);
            QVERIFY(!one->isDockOpen());
            QVERIFY(one->isDrawerOpen());
            QCOMPARE(one->table(QStringLiteral("runs")), state);
            QVERIFY(one->table(QStringLiteral("jobs")).isEmpty());
        }
        again.setWorkspaces({});
        QVERIFY(again.workspaces().isEmpty());
    }

    void valuesThatMakeNoSenseAreAFirstStart() {
        const UiState state({{QStringLiteral("window/theme"), QStringLiteral("purple")},
                             {QStringLiteral("workspace/folders"), QVariant()}});
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
