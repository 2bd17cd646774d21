// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/common/theme.h"
#include "widgets/forms/jobtexteditor.h"

#include <QApplication>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QTextBlock>

using namespace slipway;
using namespace slipway::test;

class tst_JobTextEditor : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void replacingKeepsPlaceAndUndo() {
        JobTextEditor editor;
        editor.setPlainText(QStringLiteral("name: a\ntrain:\n  batch: 64\n"));
        QTextCursor cursor = editor.textCursor();
        cursor.setPosition(3);
        editor.setTextCursor(cursor);
        editor.replaceText(QStringLiteral("name: a\ntrain:\n  batch: 128\n"));
        QCOMPARE(editor.textCursor().position(), 3);
        editor.undo();
        QCOMPARE(editor.toPlainText(), QStringLiteral("name: a\ntrain:\n  batch: 64\n"));
    }

    void aReplacementIsAStepOfItsOwn() {
        JobTextEditor editor;
        editor.setPlainText(QStringLiteral("batch: "));
        editor.moveCursor(QTextCursor::End);
        QTest::keyClicks(&editor, QStringLiteral("1"));
        editor.replaceText(QStringLiteral("batch: 12"));
        editor.moveCursor(QTextCursor::End);
        QTest::keyClicks(&editor, QStringLiteral("34"));
        const QStringList before{QStringLiteral("batch: 12"), QStringLiteral("batch: 1"),
                                 QStringLiteral("batch: ")};
        for (const QString& text : before) {
            editor.undo();
            QCOMPARE(editor.toPlainText(), text);
        }
        editor.redo();
        editor.redo();
        QCOMPARE(editor.toPlainText(), QStringLiteral("batch: 12"));
    }

    void marksChangedLines() {
        JobTextEditor editor;
        editor.setBaseline(QStringLiteral("a\nb\nc"));
        editor.setPlainText(QStringLiteral("a\nx\nb\nd"));
        QCOMPARE(editor.changedLines(), 2);
        editor.setPlainText(QStringLiteral("a\nb\nc"));
        QCOMPARE(editor.changedLines(), 0);
    }

    void offersTheFixByKeyboardToo() {
        JobTextEditor editor;
        editor.resize(600, 300);
        editor.setPlainText(QStringLiteral("first: 1\nlerning_rate: 1\nlast: 1\n"));
        editor.show();
        QVERIFY(QTest::qWaitForWindowExposed(&editor));
        editor.setProblems(
            {{9, 21, QStringLiteral("no such field"), QStringLiteral("Change to lr"), QStringLiteral("lr")}});
        QSignalSpy fixes(&editor, &JobTextEditor::fixTriggered);
        auto* button = editor.findChild<QPushButton*>();
        QVERIFY(button && button->isVisible());
        button->setFocus();
        QTest::keyClick(button, Qt::Key_Space);
        QCOMPARE(fixes.size(), 1);
        editor.setProblems({});
        QCOMPARE(editor.problemCount(), 0);
    }

    void aLongProblemIsWrappedAndLeavesTheLinesBelowFree() {
        JobTextEditor editor;
        editor.setPlainText(QStringLiteral("first: 1\nsecond: 2\n"));
        const QString message = QStringLiteral(
            "memory takes an amount of at least 16Mi. Allowed: an amount with a unit, as 512Mi or 16Gi");
        editor.resize(1200, 300);
        editor.show();
        QVERIFY(QTest::qWaitForWindowExposed(&editor));
        editor.setProblems({{0, 5, message, QStringLiteral("Change to 2Gi"), QStringLiteral("2Gi")}});
        QLabel* words = nullptr;
        for (QLabel* label : editor.findChildren<QLabel*>())
            if (label->text() == message) words = label;
        QVERIFY(words);
        const auto fits = [&] {
            QCoreApplication::sendPostedEvents();
            QTextCursor below(editor.document()->findBlockByNumber(1));
            return words->height() >= words->heightForWidth(words->width()) &&
                   words->parentWidget()->geometry().bottom() < editor.cursorRect(below).top();
        };
        QTRY_VERIFY(fits());
        const int wide = words->height();
        editor.resize(380, 300);
        QTRY_VERIFY(fits());
        QVERIFY(words->height() > wide || words->heightForWidth(words->width()) > wide);
    }

    void goesFromProblemToProblemAndAround() {
        JobTextEditor editor;
        editor.setPlainText(QStringLiteral("first: 1\nsecond: 2\nthird: 3\n"));
        editor.setProblems({{0, 5, QStringLiteral("a"), {}, {}},
                            {9, 15, QStringLiteral("b"), {}, {}},
                            {19, 24, QStringLiteral("c"), {}, {}}});
        const auto placeAfter = [&](int step) {
            editor.goToProblem(step);
            return editor.textCursor().position();
        };
        QCOMPARE(placeAfter(1), 9);
        QCOMPARE(placeAfter(1), 19);
        QCOMPARE(placeAfter(1), 0);
        QCOMPARE(placeAfter(-1), 19);
        QCOMPARE(placeAfter(-1), 9);
        QCOMPARE(placeAfter(-1), 0);
    }
};

QTEST_MAIN(tst_JobTextEditor)
#include "tst_jobtexteditor.moc"
