// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/common/tasksstrip.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QLabel>
#include <QProgressBar>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

#include <utility>
#include <vector>

using namespace slipway;
using namespace slipway::test;

namespace {

TaskRow task(const char* id, const char* title) {
    TaskRow row;
    row.id = QLatin1String(id);
    row.title = QLatin1String(title);
    return row;
}

QString titleOf(const TasksStrip& strip) { return strip.findChild<QLabel*>()->text(); }

}  // namespace

class tst_TasksStrip : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void showsTheNewestAndCountsTheOthers() {
        TasksStrip strip;
        QVERIFY(!strip.isVisible());
        strip.update(task("1", "Pushing a"));
        QVERIFY(strip.isVisible());
        QCOMPARE(titleOf(strip), QStringLiteral("Pushing a"));
        strip.update(task("2", "Pushing %2"));
        QCOMPARE(titleOf(strip), QStringLiteral("Pushing %2 and 1 more"));
        strip.update(task("1", "Still pushing a"));  // no new one
        QCOMPARE(strip.count(), 2);
        QCOMPARE(titleOf(strip), QStringLiteral("Pushing %2 and 1 more"));
        TaskRow older = task("0", "Reading");
        strip.update(older);
        strip.update(task("2", "Pushing %2"));
        strip.update(task("3", "Packing"));
        older.isDone = true;
        strip.update(older);  // not the newest
        QCOMPARE(titleOf(strip), QStringLiteral("Packing and 2 more"));
        TaskRow newest = task("3", "");
        newest.isDone = true;
        strip.update(newest);
        TaskRow done = task("2", "");
        done.isDone = true;
        strip.update(done);
        QCOMPARE(titleOf(strip), QStringLiteral("Still pushing a"));
        strip.update(done);  // told twice
        done.id = QStringLiteral("1");
        strip.update(done);
        QVERIFY(!strip.isVisible());
        QCOMPARE(strip.count(), 0);
    }

    void progressIsKnownOrNot() {
        TasksStrip strip;
        auto* bar = strip.findChild<QProgressBar*>();
        TaskRow row = task("1", "Pushing");
        strip.update(row);
        QCOMPARE(bar->maximum(), 0);  // moves without an end
        for (const auto& [share, value] :
             std::vector<std::pair<double, int>>{{0.0, 0}, {0.5, 500}, {1.5, 1000}}) {
            row.share = share;
            strip.update(row);
            QCOMPARE(bar->maximum(), 1000);
            QCOMPARE(bar->value(), value);
        }
    }

    void cancelsTheOneThatIsShown() {
        TasksStrip strip;
        QSignalSpy cancelled(&strip, &TasksStrip::cancelTriggered);
        strip.update(task("1", "Pushing a"));
        strip.update(task("2", "Pushing b"));
        auto* button = strip.findChild<QToolButton*>();
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(cancelled.size(), 1);
        QCOMPARE(cancelled[0][0].toString(), QStringLiteral("2"));
        TaskRow fixed = task("3", "Saving");
        fixed.canCancel = false;
        strip.update(fixed);
        QVERIFY(!button->isVisible());
    }
};

QTEST_MAIN(tst_TasksStrip)
#include "tst_tasksstrip.moc"
