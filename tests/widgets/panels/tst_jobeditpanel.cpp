// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/common/filterbar.h"
#include "widgets/common/segmentedcontrol.h"
#include "widgets/common/statefulview.h"
#include "widgets/forms/jobform.h"
#include "widgets/forms/jobtexteditor.h"
#include "widgets/panels/jobeditpanel.h"

#include <QApplication>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>

#include <memory>

using namespace slipway;
using namespace slipway::test;

namespace {

JobSnapshotPtr snapshotOf(const QString& text, const char* batch = "64") {
    auto job = std::make_shared<JobSnapshot>();
    job->text = text;
    job->savedText = QStringLiteral("train:\n  batch: 64\n");
    job->fields = {{"train", {7, 18, 2, 3}, ""}, {"train.batch", {16, 18, 2, 10}, batch}};
    job->savedFields = job->fields;
    return job;
}

// The panel of a job that has been read, in an active window.
struct Shown {
    FakeJobService job;
    JobEditPanel panel{job};
    std::unique_ptr<QWidget> bar{panel.viewChoice()};

    Shown() {
        panel.resize(1000, 600);
        panel.show();
        if (!QTest::qWaitForWindowActive(&panel)) qFatal("the panel does not get active");
        change(QStringLiteral("train:\n  batch: 64\n"));
        Q_EMIT job.snapshotChanged(snapshotOf(QStringLiteral("train:\n  batch: 64\n")));
    }
    void change(const QString& text) { Q_EMIT job.textReplaced(text); }
    QLineEdit* batch() const {
        return qobject_cast<QLineEdit*>(panel.form()->field(QStringLiteral("train.batch")));
    }
};

}  // namespace

class tst_JobEditPanel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void aNewerFileIsAskedAbout() {
        Shown shown;
        QVERIFY(!shown.panel.diskQuestion()->isVisible());
        auto newer = std::make_shared<JobSnapshot>(*snapshotOf(QStringLiteral("train:\n  batch: 8\n"), "8"));
        newer->disk = DiskChange::Newer;
        Q_EMIT shown.job.snapshotChanged(newer);
        QVERIFY(shown.panel.diskQuestion()->isVisible());
        const auto buttons = shown.panel.diskQuestion()->findChildren<QPushButton*>();
        QCOMPARE(buttons.size(), qsizetype{2});
        for (QPushButton* button : buttons) QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(shown.job.diskTaken, 1);
        QCOMPARE(shown.job.editsKept, 1);
        Q_EMIT shown.job.snapshotChanged(snapshotOf(QStringLiteral("train:\n  batch: 64\n")));
        QVERIFY(!shown.panel.diskQuestion()->isVisible());
    }

    void formAndTextAreOneDocument() {
        FakeJobService job;
        JobEditPanel panel(job);
        const std::unique_ptr<QWidget> bar(panel.viewChoice());
        panel.resize(1000, 600);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        Q_EMIT job.snapshotChanged(snapshotOf(QStringLiteral("train:\n  batch: 64\n")));
        auto* batch = qobject_cast<QLineEdit*>(panel.form()->field(QStringLiteral("train.batch")));
        QVERIFY(batch);
        QCOMPARE(batch->text(), QStringLiteral("64"));
        batch->setFocus();
        QTRY_COMPARE(panel.editor()->textCursor().blockNumber(), 1);  // its line is lit
        batch->selectAll();
        QTest::keyClicks(batch, QStringLiteral("128"));
        QTest::keyClick(batch, Qt::Key_Return);
        QCOMPARE(job.values, QStringList{QStringLiteral("train.batch=128")});
        Q_EMIT job.textReplaced(QStringLiteral("train:\n  batch: 128\n"));
        QCOMPARE(panel.editor()->toPlainText(), QStringLiteral("train:\n  batch: 128\n"));
        QCOMPARE(panel.editor()->changedLines(), 1);
        panel.editor()->setFocus();
        panel.editor()->moveCursor(QTextCursor::End);
        QTest::keyClicks(panel.editor(), QStringLiteral("x"));
        QCOMPARE(job.texts.back(), QStringLiteral("train:\n  batch: 128\nx"));
    }

    void undoIsOneHistoryOfFormAndText() {
        Shown shown;
        QLineEdit* batch = shown.batch();
        batch->setFocus();
        QVERIFY(!shown.panel.canUndo());
        shown.change(QStringLiteral("train:\n  batch: 128\n"));  // by the form
        shown.panel.editor()->setFocus();
        shown.panel.editor()->moveCursor(QTextCursor::End);
        QTest::keyClicks(shown.panel.editor(), QStringLiteral("# x"));
        batch->setFocus();
        QVERIFY(shown.panel.canUndo() && !shown.panel.canRedo());
        QTest::keyClick(batch, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(shown.job.texts.back(), QStringLiteral("train:\n  batch: 128\n"));
        QTest::keyClick(batch, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(shown.job.texts.back(), QStringLiteral("train:\n  batch: 64\n"));
        QVERIFY(!shown.panel.canUndo() && shown.panel.canRedo());
        QTest::keyClick(batch, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(shown.job.texts.back(), QStringLiteral("train:\n  batch: 128\n"));
        QVERIFY(batch->hasFocus());
        shown.panel.editor()->setFocus();
        QTest::keyClick(shown.panel.editor(), Qt::Key_Y, Qt::ControlModifier);
        QCOMPARE(shown.job.texts.back(), QStringLiteral("train:\n  batch: 128\n# x"));
        QTest::keyClick(shown.panel.editor(), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(shown.job.texts.back(), QStringLiteral("train:\n  batch: 128\n"));
    }

    void whatIsTypedIsAnEditThatUndoWaitsFor() {
        Shown shown;
        QLineEdit* batch = shown.batch();
        shown.change(QStringLiteral("train:\n  batch: 32\n"));
        Q_EMIT shown.job.snapshotChanged(snapshotOf(QStringLiteral("train:\n  batch: 32\n"), "32"));
        batch->setFocus();
        batch->selectAll();
        QTest::keyClicks(batch, QStringLiteral("128"));
        shown.job.isBusy = true;  // until the edit is in the text
        QTest::keyClick(batch, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(shown.job.values, QStringList{QStringLiteral("train.batch=128")});
        QCOMPARE(shown.panel.editor()->toPlainText(), QStringLiteral("train:\n  batch: 32\n"));
        shown.job.isBusy = false;
        Q_EMIT shown.job.textReplaced(QStringLiteral("train:\n  batch: 128\n"));
        QCOMPARE(shown.panel.editor()->toPlainText(), QStringLiteral("train:\n  batch: 32\n"));
        Q_EMIT shown.job.snapshotChanged(snapshotOf(QStringLiteral("train:\n  batch: 32\n"), "32"));
        QCOMPARE(batch->text(), QStringLiteral("32"));
        QTest::keyClick(batch, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(shown.panel.editor()->toPlainText(), QStringLiteral("train:\n  batch: 128\n"));
    }

    void anEditThatIsRefusedIsTakenBackInItsField() {
        Shown shown;
        QLineEdit* batch = shown.batch();
        shown.change(QStringLiteral("train:\n  batch: 64\n# x\n"));
        batch->setFocus();
        batch->selectAll();
        QTest::keyClicks(batch, QStringLiteral("["));
        shown.job.isBusy = true;
        QTest::keyClick(batch, Qt::Key_Z, Qt::ControlModifier);
        shown.job.isBusy = false;
        Q_EMIT shown.job.failed(
            Error{ErrorCode::InvalidArgument, "no value of train.batch", "", "Write one"});
        QCOMPARE(batch->text(), QStringLiteral("64"));
        QCOMPARE(shown.panel.editor()->toPlainText(), QStringLiteral("train:\n  batch: 64\n# x\n"));
        QVERIFY(shown.panel.findChild<StatefulView*>()->state() == StatefulView::State::Full);
    }

    void theFieldThatAStepChangesGetsTheFocus() {
        Shown shown;
        shown.change(QStringLiteral("train:\n  batch: 128\n"));
        Q_EMIT shown.job.snapshotChanged(snapshotOf(QStringLiteral("train:\n  batch: 128\n"), "128"));
        QWidget* seed = shown.panel.form()->field(QStringLiteral("seed"));
        seed->setFocus();
        QTest::keyClick(seed, Qt::Key_Z, Qt::ControlModifier);
        Q_EMIT shown.job.snapshotChanged(snapshotOf(QStringLiteral("train:\n  batch: 64\n")));
        QVERIFY(shown.batch()->hasFocus());
        QCOMPARE(shown.panel.editor()->textCursor().blockNumber(), 1);
    }

    void theSearchFieldHasAHistoryOfItsOwn() {
        Shown shown;
        shown.change(QStringLiteral("train:\n  batch: 128\n"));
        auto* search = shown.panel.findChild<FilterBar*>();
        search->setFocus();
        QTest::keyClicks(search, QStringLiteral("bat"));
        QTest::keyClick(search, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(search->text(), QString());
        QCOMPARE(shown.panel.editor()->toPlainText(), QStringLiteral("train:\n  batch: 128\n"));
    }

    void anotherJobBeginsAnotherHistory() {
        Shown shown;
        shown.change(QStringLiteral("train:\n  batch: 128\n"));
        QVERIFY(shown.panel.canUndo());
        shown.panel.showLoading();
        shown.change(QStringLiteral("name: other\n"));
        Q_EMIT shown.job.snapshotChanged(snapshotOf(QStringLiteral("name: other\n")));
        QVERIFY(!shown.panel.canUndo() && !shown.panel.canRedo());
        shown.panel.undo();
        QCOMPARE(shown.panel.editor()->toPlainText(), QStringLiteral("name: other\n"));
    }

    void formOrTextAlone() {
        FakeJobService job;
        JobEditPanel panel(job);
        const std::unique_ptr<QWidget> bar(panel.viewChoice());
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QCOMPARE(panel.findChild<StatefulView*>()->state(), StatefulView::State::Loading);
        Q_EMIT job.snapshotChanged(snapshotOf(QStringLiteral("train:\n")));
        panel.viewChoice()->setCurrentIndex(0);
        QVERIFY(!panel.editor()->isVisible());
        panel.viewChoice()->setCurrentIndex(2);
        QVERIFY(panel.editor()->isVisible());
        QVERIFY(!panel.form()->isVisible());
    }

    void aFileThatCannotBeReadIsAnError() {
        FakeJobService job;
        JobEditPanel panel(job);
        const std::unique_ptr<QWidget> bar(panel.viewChoice());
        Q_EMIT job.failed(Error{ErrorCode::PermissionDenied, "cannot open job.yaml", "", "Change its mode"});
        QCOMPARE(panel.findChild<StatefulView*>()->state(), StatefulView::State::Error);
    }
};

QTEST_MAIN(tst_JobEditPanel)
#include "tst_jobeditpanel.moc"
