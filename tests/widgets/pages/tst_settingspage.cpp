// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/common/segmentedcontrol.h"
#include "widgets/pages/settingspage.h"

#include <QApplication>
#include <QPushButton>
#include <QTest>

using namespace slipway;
using namespace slipway::test;

class tst_SettingsPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void changesActAtOnceAndAreKept() {
        FakeServices fakes;
        fakes.ui.setWorkspaces({QStringLiteral("/jobs")});
        SettingsPage page(fakes.services);
        page.open({});
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        page.themeChoice()->setFocus();
        QTest::keyClick(page.themeChoice(), Qt::Key_Right);
        QTest::keyClick(page.themeChoice(), Qt::Key_Right);
        QCOMPARE(fakes.themes, (std::vector<ThemeChoice>{ThemeChoice::Light, ThemeChoice::Dark}));
        QCOMPARE(fakes.ui.theme(), ThemeChoice::Dark);
        for (QPushButton* button : page.findChildren<QPushButton*>())
            if (button->text() == QStringLiteral("Remove")) QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(fakes.ui.workspaces().isEmpty());
    }
};

QTEST_MAIN(tst_SettingsPage)
#include "tst_settingspage.moc"
