// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/common/filterbar.h"
#include "widgets/common/statefulview.h"
#include "widgets/itemmodels/loglistmodel.h"
#include "widgets/panels/logpanel.h"

#include <QApplication>
#include <QCheckBox>
#include <QListView>
#include <QScrollBar>
#include <QTest>

using namespace slipway;
using namespace slipway::test;

namespace {

LogBatch lines(int count) {
    LogBatch result;
    for (int at = 0; at < count; ++at)
        result.push_back({test::at(at), 0, LogLevel::Info, "line " + std::to_string(at)});
    return result;
}

}  // namespace

class tst_LogPanel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void followsUntilScrolledAndFinds() {
        LogListModel model;
        LogPanel panel(&model);
        panel.resize(800, 200);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QCOMPARE(panel.findChild<StatefulView*>()->state(), StatefulView::State::Empty);
        model.append(lines(500));
        QCOMPARE(panel.findChild<StatefulView*>()->state(), StatefulView::State::Full);
        QScrollBar* bar = panel.list()->verticalScrollBar();
        QTRY_COMPARE(bar->value(), bar->maximum());
        auto* follow = panel.findChild<QCheckBox*>();
        QVERIFY(follow->isChecked());
        QTest::keyClick(&panel, Qt::Key_F, Qt::ControlModifier);
        QTest::keyClicks(panel.search(), QStringLiteral("line 123"));
        QCOMPARE(panel.list()->currentIndex().row(), 123);
        QVERIFY(!follow->isChecked());
        model.append(lines(1));
        QVERIFY(bar->value() < bar->maximum());
    }
};

QTEST_MAIN(tst_LogPanel)
#include "tst_logpanel.moc"
