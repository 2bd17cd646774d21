// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/common/filterbar.h"
#include "widgets/itemmodels/runstablemodel.h"
#include "widgets/pages/runspage.h"

#include <QApplication>
#include <QClipboard>
#include <QHelpEvent>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QToolTip>

using namespace slipway;
using namespace slipway::test;

class tst_RunsPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Dark); }
    void init() { failOnWarnings(); }

    void whatIsCutIsWholeInTheToolTip() {
        FakeServices fakes;
        RunsPage page(fakes.services);
        page.resize(1200, 600);
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        const std::string place = "a-cluster-with-a-long-name/and-a-name-space/and-a-queue";
        Q_EMIT fakes.runs.runsChanged(
            std::make_shared<const RunList>(RunList{summary(1, RunState::Running, place)}));
        const auto tipOf = [&](int column) {
            QWidget* view = page.table()->viewport();
            const QPoint at = page.table()->visualRect(page.table()->model()->index(0, column)).center();
            QHelpEvent help(QEvent::ToolTip, at, view->mapToGlobal(at));
            QCoreApplication::sendEvent(view, &help);
            return QToolTip::isVisible() ? QToolTip::text() : QString();
        };
        QVERIFY(tipOf(RunsTableModel::Job).isEmpty());
        QVERIFY(tipOf(RunsTableModel::Where).endsWith(QStringLiteral("and-a-queue")));
    }

    void filterOpenAndCopyByKeyboard() {
        FakeServices fakes;
        RunsPage page(fakes.services);
        page.resize(1200, 600);
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        Q_EMIT fakes.runs.runsChanged(std::make_shared<const RunList>(RunList{
            summary(2, RunState::Failed, "here", "out of GPU memory"), summary(1, RunState::Running)}));
        QCOMPARE(page.table()->model()->rowCount(), 2);
        page.filter()->setFocus();
        QTest::keyClicks(page.filter(), QStringLiteral("out of"));
        QCOMPARE(page.table()->model()->rowCount(), 1);
        page.table()->selectRow(0);
        QSignalSpy places(&page, &Page::placeRequested);
        for (QPushButton* button : page.findChildren<QPushButton*>())
            if (button->text() == QStringLiteral("Open")) QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(places.size(), 1);
        QCOMPARE(places.front().front().value<Place>().argument, QStringLiteral("run:fashion-mlp-2-abcde"));
        page.table()->setFocus();
        QTest::keyClick(page.table(), Qt::Key_C, Qt::ControlModifier);
        QVERIFY(
            QGuiApplication::clipboard()->text().startsWith(QStringLiteral("Failed\t#2\tfashion-mlp\there")));
        QTest::keyClick(page.filter(), Qt::Key_Escape);
        QCOMPARE(page.table()->model()->rowCount(), 2);
    }

    void twoRunsAreCompared() {
        FakeServices fakes;
        RunsPage page(fakes.services);
        RunSummary other = summary(3, RunState::Succeeded);
        other.record.job = "fashion-cnn";
        Q_EMIT fakes.runs.runsChanged(std::make_shared<const RunList>(
            RunList{other, summary(2, RunState::Failed), summary(1, RunState::Succeeded)}));
        const QList<QPushButton*> buttons = page.findChildren<QPushButton*>();
        QPushButton* compare = *std::find_if(buttons.begin(), buttons.end(), [](const QPushButton* one) {
            return one->text() == QStringLiteral("Compare");
        });
        const auto choose = [&page](int row) {
            page.table()->selectionModel()->select(page.table()->model()->index(row, 0),
                                                   QItemSelectionModel::Select | QItemSelectionModel::Rows);
        };
        QVERIFY(compare->isHidden());
        choose(2);
        QVERIFY(compare->isHidden());
        choose(0);
        QVERIFY(!compare->isHidden() && compare->isEnabled());
        QSignalSpy places(&page, &Page::placeRequested);
        compare->click();
        QCOMPARE(places.front().front().value<Place>(),
                 (Place{QStringLiteral("workspace"),
                        QStringLiteral("run:fashion-mlp-3-abcde+fashion-mlp-1-abcde")}));
        choose(1);  // a chart has room for one besides
        compare->click();
        QCOMPARE(places.size(), 1);
        QVERIFY(!compare->toolTip().isEmpty());
    }

    void aRunIsResumedOnce() {
        FakeServices fakes;
        RunsPage page(fakes.services);
        const RunSummary run = summary(1, RunState::Interrupted);
        Q_EMIT fakes.runs.runsChanged(std::make_shared<const RunList>(RunList{run}));
        page.table()->selectRow(0);
        const QList<QPushButton*> buttons = page.findChildren<QPushButton*>();
        QPushButton* resume = *std::find_if(buttons.begin(), buttons.end(), [](const QPushButton* one) {
            return one->text() == QStringLiteral("Resume");
        });
        resume->click();
        fakes.runs.resuming.insert(run.record.id);
        Q_EMIT fakes.runs.underWayChanged(run.record.id);
        resume->click();
        QCOMPARE(fakes.runs.resumes.size(), std::size_t{1});
        QVERIFY(!resume->toolTip().isEmpty());
        fakes.runs.resuming.clear();
        Q_EMIT fakes.runs.underWayChanged(run.record.id);
        QVERIFY(resume->isEnabled());
    }
};

QTEST_MAIN(tst_RunsPage)
#include "tst_runspage.moc"
