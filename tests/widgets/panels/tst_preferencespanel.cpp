// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/common/errorbanner.h"
#include "widgets/panels/preferencespanel.h"

#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QTest>

using namespace slipway;
using namespace slipway::test;
using namespace Qt::StringLiterals;

namespace {

ParameterValues withBudget(double gib) {
    ParameterValues values = defaultPreferences();
    values["disk_budget"] = gib;
    return values;
}

}  // namespace

class tst_PreferencesPanel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void everySettingHasAField() {
        FakePreferenceService service;
        const PreferencesPanel panel(service);
        for (const std::string& name : preferenceNames())
            QVERIFY2(panel.field(QString::fromStdString(name)) != nullptr, name.c_str());
    }

    void aFieldThatIsLeftIsKept() {
        FakePreferenceService service;
        PreferencesPanel panel(service);
        panel.load();
        QCOMPARE(service.loads, 1);
        QCOMPARE(service.measures, 1);
        Q_EMIT service.loaded(withBudget(50));
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QLineEdit* budget = panel.field(u"disk_budget"_s);
        QCOMPARE(budget->text(), u"50"_s);
        budget->setFocus();
        QTest::keyClick(budget, Qt::Key_Return);
        QVERIFY(service.changes.isEmpty());
        budget->selectAll();
        QTest::keyClicks(budget, u"80 "_s);
        QTest::keyClick(budget, Qt::Key_Tab);
        QCOMPARE(service.changes, QStringList{u"disk_budget=80"_s});
    }

    void whatIsRefusedSaysWhatIsAllowed() {
        FakePreferenceService service;
        const PreferencesPanel panel(service);
        Q_EMIT service.refused(u"energy_price"_s,
                               {ErrorCode::InvalidArgument, "`energy_price` takes a number", "", ""});
        QCOMPARE(panel.problem(u"energy_price"_s), u"`energy_price` takes a number"_s);
        QVERIFY(panel.banner()->text().isEmpty());
        // Another setting that is kept leaves it as it is; the next try does not.
        Q_EMIT service.loaded(withBudget(9));
        QVERIFY(!panel.problem(u"energy_price"_s).isEmpty());
        panel.field(u"energy_price"_s)->setText(u"0.3"_s);
        Q_EMIT panel.field(u"energy_price"_s)->editingFinished();
        QCOMPARE(service.changes, QStringList{u"energy_price=0.3"_s});
        QVERIFY(panel.problem(u"energy_price"_s).isEmpty());
        Q_EMIT service.refused(u"energy_price"_s, {ErrorCode::Io, "the disk is full", "", ""});
        QVERIFY(panel.banner()->text().contains(u"the disk is full"_s));
    }

    void howMuchOfTheBudgetIsTakenIsTold() {
        FakePreferenceService service;
        const PreferencesPanel panel(service);
        Q_EMIT service.measured(Bytes{3LL << 30});
        QCOMPARE(panel.disk()->text(), u"runs take 3.0 GiB"_s);
        Q_EMIT service.loaded(withBudget(4));
        QCOMPARE(panel.disk()->text(), u"runs take 3.0 / 4.0 GiB"_s);
        Q_EMIT service.loaded(withBudget(2));
        QVERIFY(panel.disk()->text().contains(u"--to-budget"_s));
    }

    // 0 is not a price, but none.
    void whatIsNotSetIsEmpty() {
        FakePreferenceService service;
        const PreferencesPanel panel(service);
        Q_EMIT service.loaded(withBudget(0));
        QVERIFY(panel.field(u"disk_budget"_s)->text().isEmpty());
        QCOMPARE(panel.field(u"currency"_s)->text(), u"EUR"_s);
    }

    void aFileThatCannotBeReadIsTold() {
        FakePreferenceService service;
        const PreferencesPanel panel(service);
        Q_EMIT service.failed({ErrorCode::InvalidArgument, "settings.yaml:1:1: `x` is no setting", "", ""});
        QVERIFY(panel.banner()->text().contains(u"no setting"_s));
        Q_EMIT panel.banner()->actionTriggered();
        QCOMPARE(service.loads, 1);
    }
};

QTEST_MAIN(tst_PreferencesPanel)
#include "tst_preferencespanel.moc"
