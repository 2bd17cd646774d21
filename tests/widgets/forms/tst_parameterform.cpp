// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/common/theme.h"
#include "widgets/forms/parameterform.h"

#include <QApplication>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>

using namespace slipway;
using namespace slipway::test;

class tst_ParameterForm : public QObject {
    Q_OBJECT

    static std::vector<Parameter> parameters() {
        Parameter steps{.name = "steps", .help = "Optimizer steps"};
        steps.kind = ParameterKind::Integer;
        Parameter columns{.name = "columns", .help = "Names"};
        columns.isNames = true;
        return {{.name = "note", .help = "Words for people"}, steps, columns};
    }

private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void aNarrowFormHasOneColumn() {
        ParameterForm form(QStringLiteral("Job"), QStringLiteral("job"), parameters());
        form.resize(600, 300);
        form.show();
        QVERIFY(QTest::qWaitForWindowExposed(&form));
        const QWidget* note = form.field(QStringLiteral("job.note"));
        const QWidget* steps = form.field(QStringLiteral("job.steps"));
        const auto place = [&](const QWidget* field) { return field->mapTo(&form, QPoint(0, 0)); };
        QTRY_COMPARE(place(note).y(), place(steps).y());
        form.resize(form.minimumSizeHint().width(), 300);
        QTRY_VERIFY(place(steps).y() > place(note).y());
        QVERIFY(place(steps).x() + steps->width() <= form.width());
    }

    void textIsQuotedWhereYamlNeedsIt_data() {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("yaml");
        QTest::newRow("plain") << QStringLiteral("two words") << QStringLiteral("two words");
        QTest::newRow("colon") << QStringLiteral("a: b") << QStringLiteral("'a: b'");
        QTest::newRow("quote") << QStringLiteral("it's") << QStringLiteral("'it''s'");
        QTest::newRow("emptied") << QString() << QString();
    }
    void textIsQuotedWhereYamlNeedsIt() {
        QFETCH(QString, typed);
        QFETCH(QString, yaml);
        ParameterForm form(QStringLiteral("Job"), QStringLiteral("job"), parameters());
        form.setValues({{"job.note", "before"}});
        QSignalSpy edits(&form, &ParameterForm::valueEdited);
        auto* field = qobject_cast<QLineEdit*>(form.field(QStringLiteral("job.note")));
        QVERIFY(field);
        QCOMPARE(field->text(), QStringLiteral("before"));
        field->selectAll();
        QTest::keyClick(field, Qt::Key_Delete);
        QTest::keyClicks(field, typed);
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(edits.size(), 1);
        QCOMPARE(edits.front(), (QVariantList{QStringLiteral("job.note"), yaml}));
    }

    void namesStayTheListThatTheyAre() {
        ParameterForm form(QStringLiteral("Job"), QStringLiteral("job"), parameters());
        form.setValues({{"job.columns", "[a, b]"}});
        QSignalSpy edits(&form, &ParameterForm::valueEdited);
        auto* field = qobject_cast<QLineEdit*>(form.field(QStringLiteral("job.columns")));
        QVERIFY(field);
        field->setCursorPosition(2);
        QTest::keyClicks(field, QStringLiteral("c"));
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(edits.back().back().toString(), QStringLiteral("[ac, b]"));
        field->selectAll();
        QTest::keyClicks(field, QStringLiteral("a, b"));
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(edits.back().back().toString(), QStringLiteral("'a, b'"));
    }

    void aFilterHidesWhatDoesNotMatchAndThenTheSection() {
        ParameterForm form(QStringLiteral("Job"), {}, parameters());
        form.setFilter(QStringLiteral("optimizer"));
        QVERIFY(!form.isHidden());
        QVERIFY(form.field(QStringLiteral("note"))->parentWidget()->isHidden());
        QVERIFY(!form.field(QStringLiteral("steps"))->parentWidget()->isHidden());
        form.setFilter(QStringLiteral("nothing has this"));
        QVERIFY(form.isHidden());
        form.setFilter({});
        QVERIFY(!form.isHidden());
    }

    void aProblemStandsAtItsFieldAndIsReadAloud() {
        ParameterForm form(QStringLiteral("Job"), {}, parameters());
        form.setProblems({{"steps", QStringLiteral("must be at least 1")}});
        QCOMPARE(form.problem(QStringLiteral("steps")), QStringLiteral("must be at least 1"));
        QCOMPARE(form.field(QStringLiteral("steps"))->accessibleDescription(),
                 QStringLiteral("must be at least 1"));
        QVERIFY(form.problem(QStringLiteral("note")).isEmpty());
        form.setProblems({});
        QVERIFY(form.problem(QStringLiteral("steps")).isEmpty());
        QCOMPARE(form.field(QStringLiteral("steps"))->accessibleDescription(),
                 QStringLiteral("Optimizer steps"));
    }
};

QTEST_MAIN(tst_ParameterForm)
#include "tst_parameterform.moc"
