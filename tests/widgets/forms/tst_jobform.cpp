// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/common/theme.h"
#include "widgets/forms/jobform.h"

#include <QApplication>
#include <QComboBox>
#include <QLineEdit>
#include <QPointer>
#include <QSignalSpy>
#include <QTest>

using namespace slipway;
using namespace slipway::test;

namespace {

WrittenValues mlp() {
    return {{"train", ""},
            {"train.network.type", "mlp"},
            {"train.data.type", "idx"},
            {"train.optimizer.type", "adam"},
            {"train.batch", "64"}};
}

}  // namespace

class tst_JobForm : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void fieldsFollowTheTables() {
        JobForm form;
        form.setValues(mlp());
        auto* batch = qobject_cast<QLineEdit*>(form.field(QStringLiteral("train.batch")));
        QVERIFY(batch);
        QCOMPARE(batch->text(), QStringLiteral("64"));
        auto* lr = qobject_cast<QLineEdit*>(form.field(QStringLiteral("train.optimizer.lr")));
        QVERIFY(lr);
        QVERIFY(lr->text().isEmpty());
        QCOMPARE(lr->placeholderText(), QStringLiteral("0.001"));
        QVERIFY(!form.field(QStringLiteral("train.optimizer.momentum")));
        WrittenValues sgd = mlp();
        sgd["train.optimizer.type"] = "sgd";
        form.setValues(sgd);
        QVERIFY(form.field(QStringLiteral("train.optimizer.momentum")));
    }

    void editingTellsPathAndYaml() {
        JobForm form;
        form.setValues(mlp());
        form.show();
        QVERIFY(QTest::qWaitForWindowExposed(&form));
        QSignalSpy edits(&form, &JobForm::valueEdited);
        auto* batch = qobject_cast<QLineEdit*>(form.field(QStringLiteral("train.batch")));
        batch->setFocus();
        batch->selectAll();
        QTest::keyClicks(batch, QStringLiteral("128"));
        QTest::keyClick(batch, Qt::Key_Return);
        QCOMPARE(edits.size(), 1);
        QCOMPARE(edits.front(), (QVariantList{QStringLiteral("train.batch"), QStringLiteral("128")}));
        batch->selectAll();
        QTest::keyClick(batch, Qt::Key_Delete);
        QTest::keyClick(batch, Qt::Key_Return);
        QCOMPARE(edits.back(), (QVariantList{QStringLiteral("train.batch"), QString()}));
        auto* type = qobject_cast<QComboBox*>(form.field(QStringLiteral("train.optimizer.type")));
        type->setFocus();
        QTest::keyClick(type, Qt::Key_Down);
        QCOMPARE(edits.back(), (QVariantList{QStringLiteral("train.optimizer.type"), QStringLiteral("sgd")}));
    }

    void aRebuiltFormKeepsTheFocusAtItsSetting() {
        JobForm form;
        form.setValues(mlp());
        form.show();
        QVERIFY(QTest::qWaitForWindowActive(&form));
        const QString path = QStringLiteral("train.optimizer.type");
        QPointer<QWidget> type = form.field(path);
        type->setFocus();
        WrittenValues sgd = mlp();
        sgd["train.optimizer.type"] = "sgd";
        form.setValues(sgd);
        QVERIFY(form.field(path) != type);
        QVERIFY(form.field(path)->hasFocus());
    }

    void whatIsTypedIsTakenOver() {
        JobForm form;
        form.setValues(mlp());
        form.show();
        QVERIFY(QTest::qWaitForWindowActive(&form));
        QSignalSpy edits(&form, &JobForm::valueEdited);
        auto* batch = qobject_cast<QLineEdit*>(form.field(QStringLiteral("train.batch")));
        batch->setFocus();
        QTest::keyClicks(batch, QStringLiteral("0"));
        QVERIFY(form.isTyping());
        form.takeOver();
        form.takeOver();
        QVERIFY(!form.isTyping());
        QCOMPARE(edits.size(), 1);
        QCOMPARE(edits.front(), (QVariantList{QStringLiteral("train.batch"), QStringLiteral("640")}));
    }

    void aValueThatComesLeavesTheCaret() {
        JobForm form;
        form.setValues(mlp());
        form.show();
        QVERIFY(QTest::qWaitForWindowActive(&form));
        auto* batch = qobject_cast<QLineEdit*>(form.field(QStringLiteral("train.batch")));
        batch->setFocus();
        batch->setCursorPosition(1);
        WrittenValues other = mlp();
        other["train.batch"] = "128";
        form.setValues(other);
        QCOMPARE(batch->text(), QStringLiteral("128"));
        QCOMPARE(batch->cursorPosition(), 1);
    }

    void problemsStandAtTheirField() {
        JobForm form;
        form.setValues(mlp());
        form.setProblems({{"train.batch", QStringLiteral("a whole number from 1")}});
        QCOMPARE(form.problem(QStringLiteral("train.batch")), QStringLiteral("a whole number from 1"));
        form.setProblems({});
        QVERIFY(form.problem(QStringLiteral("train.batch")).isEmpty());
    }

    void findsASetting() {
        JobForm form;
        form.setValues(mlp());
        form.setFilter(QStringLiteral("learning"));
        QVERIFY(!form.field(QStringLiteral("train.optimizer.lr"))->parentWidget()->isHidden());
        QVERIFY(form.field(QStringLiteral("train.batch"))->parentWidget()->isHidden());
    }
};

QTEST_MAIN(tst_JobForm)
#include "tst_jobform.moc"
