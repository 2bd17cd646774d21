// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/common/emptystate.h"
#include "widgets/common/statefulview.h"
#include "widgets/panels/timelinepanel.h"

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QTest>
#include <QTreeView>

#include <algorithm>

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

    void hasItsFourStates() {
        TimelinePanel panel;
        const auto* view = panel.findChild<StatefulView*>();
        QCOMPARE(view->state(), StatefulView::State::Empty);
        panel.showLoading();
        QCOMPARE(view->state(), StatefulView::State::Loading);
        panel.setError({ErrorCode::Corrupt, "run.json is damaged", "", ""});
        QCOMPARE(view->state(), StatefulView::State::Error);
        QVERIFY(!view->empty()->isVisibleTo(&panel));
        panel.setRun(snapshot(1, RunState::Running));
        QCOMPARE(view->state(), StatefulView::State::Full);
        panel.setError({ErrorCode::Io, "the disk is gone", "", ""});
        QCOMPARE(view->state(), StatefulView::State::Error);
        QVERIFY(panel.findChild<QTreeView*>()->isVisibleTo(&panel));  // what was known stays
        panel.setRun(nullptr);
        QCOMPARE(view->state(), StatefulView::State::Empty);
    }

    void selectedRowsAreCopied() {
        TimelinePanel panel;
        panel.setRun(snapshot(1, RunState::Running));
        panel.show();
        QVERIFY(QTest::qWaitForWindowActive(&panel));
        auto* table = panel.findChild<QTreeView*>();
        table->setFocus();
        QTest::keyClick(table, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(table, Qt::Key_C, Qt::ControlModifier);
        const QStringList rows = QGuiApplication::clipboard()->text().split(QLatin1Char('\n'));
        QCOMPARE(rows.size(), 3);  // the last ends with a line end
        QVERIFY(rows[0].endsWith(QStringLiteral("\tstaging inputs")));
        QCOMPARE(rows[1].count(QLatin1Char('\t')), 4);
        QVERIFY(rows[1].endsWith(QStringLiteral("\tstarted on ws-14")));
    }

    void earlierEntriesAreCounted() {
        TimelinePanel panel;
        auto run = std::make_shared<RunSnapshot>(*snapshot(1, RunState::Running));
        panel.setRun(run);
        const auto says = [&](const QString& text) {
            const auto labels = panel.findChildren<QLabel*>();
            return std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) {
                return label->text().startsWith(text) && label->isVisibleTo(&panel);
            });
        };
        QVERIFY(!says(QStringLiteral("3 ")));
        // As many rows as before, but others.
        run = std::make_shared<RunSnapshot>(*run);
        run->earlierEntries = 3;
        run->timelineBegin = at(0);
        run->timeline = {{at(10), 0, RunState::Running, "checkpoint"},
                         {at(20), 0, RunState::Running, "newest"}};
        panel.setRun(run);
        const QAbstractItemModel* model = panel.findChild<QTreeView*>()->model();
        QCOMPARE(model->index(1, 4).data().toString(), QStringLiteral("newest"));
        QCOMPARE(model->index(1, 1).data().toString(), QStringLiteral("+20 s"));
        QVERIFY(says(QStringLiteral("3 earlier")));
        // Another run that told as many.
        run = std::make_shared<RunSnapshot>(*run);
        run->record = record(2, RunState::Running);
        run->timeline.back().what = "of the other";
        panel.setRun(run);
        QCOMPARE(model->index(1, 4).data().toString(), QStringLiteral("of the other"));
    }
};

QTEST_MAIN(tst_TimelinePanel)
#include "tst_timelinepanel.moc"
