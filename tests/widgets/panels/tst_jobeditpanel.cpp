// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/common/segmentedcontrol.h"
#include "widgets/common/statefulview.h"
#include "widgets/forms/jobform.h"
#include "widgets/forms/jobtexteditor.h"
#include "widgets/panels/jobeditpanel.h"

#include <QApplication>
#include <QLineEdit>
#include <QTest>

#include <memory>

using namespace slipway;
using namespace slipway::test;

namespace {

JobSnapshotPtr snapshotOf(const QString& text) {
    auto job = std::make_shared<JobSnapshot>();
    job->text = text;
    job->savedText = QStringLiteral("train:\n  batch: 64\n");
    job->fields = {{"train", {7, 18, 2, 3}, ""}, {"train.batch", {16, 18, 2, 10}, "64"}};
    job->savedFields = job->fields;
    return job;
}

}  // namespace

class tst_JobEditPanel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

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
