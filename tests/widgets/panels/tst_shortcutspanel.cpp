// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/panels/shortcutspanel.h"

#include <QApplication>
#include <QKeySequenceEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace slipway;
using namespace slipway::test;
using namespace Qt::StringLiterals;

class tst_ShortcutsPanel : public QObject {
    Q_OBJECT

    static void press(const ShortcutsPanel& panel, Shortcut shortcut, const QKeySequence& keys) {
        panel.field(shortcut)->setKeySequence(keys);
        Q_EMIT panel.field(shortcut)->editingFinished();
    }

private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void aStrokeIsTakenAndGivenBack() {
        UiState ui;
        ShortcutsPanel panel(ui);
        const QSignalSpy changes(&panel, &ShortcutsPanel::changed);
        QCOMPARE(panel.field(Shortcut::Palette)->keySequence(), QKeySequence(u"Ctrl+K"_s));
        press(panel, Shortcut::Palette, QKeySequence(u"Ctrl+Shift+P, Ctrl+X"_s));
        QCOMPARE(ui.shortcut(Shortcut::Palette), QKeySequence(u"Ctrl+Shift+P"_s));
        QCOMPARE(panel.field(Shortcut::Palette)->keySequence(), QKeySequence(u"Ctrl+Shift+P"_s));
        QCOMPARE(changes.size(), qsizetype{1});
        for (QPushButton* button : panel.findChildren<QPushButton*>())
            if (!button->isHidden()) button->click();
        QCOMPARE(ui.shortcut(Shortcut::Palette), QKeySequence(u"Ctrl+K"_s));
        QCOMPARE(changes.size(), qsizetype{2});
    }

    void itIsRemembered() {
        QVariantMap kept;
        UiState ui({}, [&](const QString& key, const QVariant& value) { kept.insert(key, value); });
        ui.setShortcut(Shortcut::Drawer, QKeySequence(u"F4"_s));
        QCOMPARE(UiState(kept).shortcut(Shortcut::Drawer), QKeySequence(u"F4"_s));
        QCOMPARE(UiState(kept).shortcut(Shortcut::Dock), QKeySequence(u"Ctrl+B"_s));
    }

    void whatIsTakenOrTypesIsRefused_data() {
        QTest::addColumn<QString>("keys");
        QTest::addColumn<QString>("why");
        QTest::newRow("another's") << u"Ctrl+J"_s << u"taken: Log"_s;
        QTest::newRow("a letter") << u"A"_s << u"types"_s;
        QTest::newRow("a capital") << u"Shift+A"_s << u"types"_s;
        QTest::newRow("a page") << u"Ctrl+3"_s << u"opens a page"_s;
        QTest::newRow("save") << u"Ctrl+S"_s << u"saves"_s;
        QTest::newRow("undo") << u"Ctrl+Z"_s << u"back"_s;
        QTest::newRow("find") << u"Ctrl+F"_s << u"searches"_s;
        QTest::newRow("problem") << u"F8"_s << u"problem"_s;
    }
    void whatIsTakenOrTypesIsRefused() {
        QFETCH(QString, keys);
        QFETCH(QString, why);
        UiState ui;
        const ShortcutsPanel panel(ui);
        press(panel, Shortcut::Palette, QKeySequence(keys));
        QCOMPARE(ui.shortcut(Shortcut::Palette), QKeySequence(u"Ctrl+K"_s));
        QCOMPARE(panel.field(Shortcut::Palette)->keySequence(), QKeySequence(u"Ctrl+K"_s));
        QVERIFY2(panel.problem(Shortcut::Palette).contains(why),
                 qPrintable(panel.problem(Shortcut::Palette)));
    }

    void nothingPressedChangesNothing() {
        UiState ui;
        const ShortcutsPanel panel(ui);
        press(panel, Shortcut::Quit, {});
        QCOMPARE(ui.shortcut(Shortcut::Quit), QKeySequence(u"Ctrl+Q"_s));
        QCOMPARE(panel.field(Shortcut::Quit)->keySequence(), QKeySequence(u"Ctrl+Q"_s));
        QVERIFY(panel.problem(Shortcut::Quit).isEmpty());
    }
};

QTEST_MAIN(tst_ShortcutsPanel)
#include "tst_shortcutspanel.moc"
