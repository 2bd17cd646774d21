// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/common/filterbar.h"
#include "widgets/itemmodels/runstablemodel.h"
#include "widgets/pages/runspage.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QHelpEvent>
#include <QLabel>
#include <QLineEdit>
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

    void chosenRunsAreCompared() {
        FakeServices fakes;
        RunsPage page(fakes.services);
        page.resize(1200, 600);
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        Q_EMIT fakes.runs.runsChanged(std::make_shared<const RunList>(RunList{
            summary(3, RunState::Succeeded), summary(2, RunState::Failed), summary(1, RunState::Succeeded)}));
        const auto choose = [&page](int row) {
            page.table()->selectionModel()->select(page.table()->model()->index(row, 0),
                                                   QItemSelectionModel::Select | QItemSelectionModel::Rows);
        };
        const auto button = [&page](const QString& text) -> QPushButton* {
            for (QPushButton* one : page.findChildren<QPushButton*>())
                if (one->text() == text && one->isVisible()) return one;
            return nullptr;
        };
        QSignalSpy places(&page, &Page::placeRequested);
        choose(2);
        QVERIFY(!button(QStringLiteral("Compare 1")));
        choose(0);
        QVERIFY(button(QStringLiteral("Compare 2")));
        QTest::mouseClick(button(QStringLiteral("Compare 2")), Qt::LeftButton);
        QCOMPARE(places.takeFirst().constFirst().value<Place>(),
                 (Place{QStringLiteral("runs"),
                        QStringLiteral("compare:fashion-mlp-3-abcde+fashion-mlp-1-abcde")}));
        choose(1);
        page.table()->setFocus();
        QTest::keyClick(page.table(), Qt::Key_Return);
        QCOMPARE(places.takeFirst().constFirst().value<Place>().argument,
                 QStringLiteral("compare:fashion-mlp-3-abcde+fashion-mlp-2-abcde+fashion-mlp-1-abcde"));
        page.open(QStringLiteral("compare:fashion-mlp-3-abcde+fashion-mlp-1-abcde"));
        QCOMPARE(fakes.comparison->asked.size(), std::size_t{1});
        QCOMPARE(fakes.comparison->asked.front().size(), std::size_t{2});
        QCOMPARE(page.crumbs().size(), std::size_t{2});
        page.open({});
        QCOMPARE(page.crumbs().size(), std::size_t{1});
    }

    void marksAreEditedByKeyboard() {
        FakeServices fakes;
        RunsPage page(fakes.services);
        page.resize(1200, 600);
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        const RunList runs{summary(2, RunState::Failed), summary(1, RunState::Succeeded)};
        Q_EMIT fakes.runs.runsChanged(std::make_shared<const RunList>(runs));
        page.activateWindow();
        page.table()->setFocus();
        page.table()->selectRow(0);
        page.table()->selectionModel()->select(page.table()->model()->index(1, 0),
                                               QItemSelectionModel::Select | QItemSelectionModel::Rows);
        const auto type = [&](Qt::Key key, const QString& text) {
            QTest::keyClick(page.table(), key);
            auto* editor = page.table()->findChild<QLineEdit*>();
            if (!editor) return false;
            QTest::keyClicks(editor, text.left(3));
            Q_EMIT fakes.runs.runsChanged(
                std::make_shared<const RunList>(runs));  // one a second while runs are under way
            QTest::keyClicks(editor, text.mid(3));
            QTest::keyClick(editor, Qt::Key_Return);
            return true;
        };
        QVERIFY(type(Qt::Key_T, QStringLiteral("baseline, lr")));
        QTRY_COMPARE(fakes.runs.marks.size(), std::size_t{1});
        QCOMPARE(fakes.runs.marks.front().first.size(), std::size_t{2});
        QCOMPARE(fakes.runs.marks.front().second.addedTags, (std::vector<std::string>{"baseline", "lr"}));
        QVERIFY(page.table()->isColumnHidden(RunsTableModel::Note));
        QTRY_VERIFY(!page.table()->findChild<QLineEdit*>());
        QVERIFY(type(Qt::Key_N, QStringLiteral("try again")));
        QVERIFY(!page.table()->isColumnHidden(RunsTableModel::Note));
        QTRY_COMPARE(fakes.runs.marks.size(), std::size_t{2});
        QCOMPARE(fakes.runs.marks.back().second.note, std::optional<std::string>("try again"));
    }

    void theFilterSaysWhatIsWrongAndKeepsTheRows() {
        FakeServices fakes;
        RunsPage page(fakes.services);
        Q_EMIT fakes.runs.runsChanged(std::make_shared<const RunList>(
            RunList{summary(2, RunState::Failed), summary(1, RunState::Succeeded)}));
        const auto says = [&page](const QString& text) {
            const QList<QLabel*> labels = page.findChildren<QLabel*>();
            return std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) {
                return label->text().contains(text) && label->isVisibleTo(&page);
            });
        };
        page.filter()->setText(QStringLiteral("state = failed"));
        QCOMPARE(page.table()->model()->rowCount(), 1);
        page.filter()->setText(QStringLiteral("state = failed and los"));
        QCOMPARE(page.table()->model()->rowCount(), 0);
        page.filter()->setText(QStringLiteral("state = failed and los <"));
        QVERIFY(says(QStringLiteral("column 20: no run has \"los\"; did you mean loss?")));
        page.filter()->setText(QStringLiteral("state = failed and loss < 1"));
        QVERIFY(!says(QStringLiteral("column")));
        QCOMPARE(page.table()->model()->rowCount(), 1);
        QVERIFY(!says(QStringLiteral("No run passes the filter.")));
        page.filter()->setText(QStringLiteral("loss > 99"));
        QCOMPARE(page.table()->model()->rowCount(), 0);
        QVERIFY(says(QStringLiteral("No run passes the filter.")));
    }

    void columnsAndPlacesAreAsTheUserWants() {
        FakeServices fakes;
        RunSummary run = summary(1, RunState::Succeeded, "prod-cluster/vision-research/interactive");
        RunDetails details;
        details.settings = {{"train.optimizer.lr", "3e-4"}};
        run.details = std::make_shared<const RunDetails>(details);
        {
            RunsPage page(fakes.services);
            page.resize(1208, 700);  // the page in a window of 1280×800
            page.show();
            QVERIFY(QTest::qWaitForWindowExposed(&page));
            Q_EMIT fakes.runs.runsChanged(std::make_shared<const RunList>(RunList{run}));
            const QString place = page.table()->model()->index(0, RunsTableModel::Where).data().toString();
            const QFontMetrics metrics(theme::font(TextRole::Body));
            QVERIFY(page.table()->columnWidth(RunsTableModel::Where) >=
                    metrics.horizontalAdvance(place) + 38);
            QMetaObject::invokeMethod(page.table()->horizontalHeader(), "customContextMenuRequested",
                                      Q_ARG(QPoint, QPoint(5, 5)));
            QAction* chosen = nullptr;
            for (QAction* action : page.findChildren<QAction*>())
                if (action->text() == QStringLiteral("train.optimizer.lr")) chosen = action;
            QVERIFY(chosen);
            chosen->trigger();
            QCOMPARE(page.table()->model()->index(0, RunsTableModel::ColumnCount).data().toString(),
                     QStringLiteral("3e-4"));
        }
        RunsPage again(fakes.services);
        Q_EMIT fakes.runs.runsChanged(std::make_shared<const RunList>(RunList{run}));
        QCOMPARE(again.table()->model()->columnCount(), RunsTableModel::ColumnCount + 1);
        QCOMPARE(again.table()->model()->index(0, RunsTableModel::ColumnCount).data().toString(),
                 QStringLiteral("3e-4"));
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
