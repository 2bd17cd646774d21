// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/common/statefulview.h"
#include "widgets/panels/timelinepanel.h"

#include <QApplication>
#include <QTest>
#include <QTreeView>

using namespace slipway;
using namespace slipway::test;

class tst_TimelinePanel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Dark); }
    void init() { failOnWarnings(); }

    void oneRowAnEvent() {
        TimelinePanel panel;
        QCOMPARE(panel.findChild<StatefulView*>()->state(), StatefulView::State::Empty);
        panel.setRun(snapshot(1, RunState::Running));
        QCOMPARE(panel.rows(), 2);
        const QAbstractItemModel* model = panel.findChild<QTreeView*>()->model();
        QCOMPARE(model->index(1, 1).data().toString(), QStringLiteral("+2.0 s"));
        QCOMPARE(model->index(1, 4).data().toString(), QStringLiteral("started on ws-14"));
        panel.setRun(nullptr);
        QCOMPARE(panel.rows(), 0);
    }
};

QTEST_MAIN(tst_TimelinePanel)
#include "tst_timelinepanel.moc"
