// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/charts/timeserieschart.h"
#include "widgets/common/errorbanner.h"
#include "widgets/common/statefulview.h"
#include "widgets/panels/runpanel.h"

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace slipway;
using namespace slipway::test;

class tst_RunPanel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Dark); }
    void init() { failOnWarnings(); }

    void factsAndCurvesOfASnapshot() {
        RunPanel panel;
        panel.resize(1000, 700);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        auto* view = panel.findChild<StatefulView*>();
        QCOMPARE(view->state(), StatefulView::State::Empty);
        panel.setRun(snapshot(42, RunState::Running));
        QCOMPARE(view->state(), StatefulView::State::Full);
        QCOMPARE(panel.fact(0), QStringLiteral("620"));
        QCOMPARE(panel.fact(1), QStringLiteral("9.68"));
        QCOMPARE(panel.fact(2), QStringLiteral("211"));
        QCOMPARE(panel.fact(3), QStringLiteral("1:20"));  // 380 steps of 211 ms
        QCOMPARE(panel.fact(4), QStringLiteral("0.9900"));
        QCOMPARE(panel.fact(5), QStringLiteral("–"));
        QCOMPARE(panel.chart(0)->valuesAt(500).size(), std::size_t{1});
        panel.setCompared(snapshot(41, RunState::Succeeded));
        QCOMPARE(panel.chart(0)->valuesAt(500).size(), std::size_t{2});
        panel.setRun(nullptr);
        QCOMPARE(view->state(), StatefulView::State::Empty);
    }

    void anEndedRunHasADurationEvenWithoutProgress() {
        RunPanel panel;
        auto run = std::make_shared<RunSnapshot>(*snapshot(42, RunState::Failed));
        run->progress.reset();
        run->record.started = Timestamp{};
        run->record.ended = Timestamp{} + std::chrono::seconds(75);
        panel.setRun(run);
        QCOMPARE(panel.fact(0), QStringLiteral("–"));
        QCOMPARE(panel.fact(3), QStringLiteral("1:15"));
    }

    void aDurationThatIsNoNumberIsADash() {
        RunPanel panel;
        auto run = std::make_shared<RunSnapshot>(*snapshot(42, RunState::Running));
        run->progress->stepSeconds = std::numeric_limits<double>::infinity();
        panel.setRun(run);
        const auto names = panel.findChildren<QWidget*>();
        QVERIFY(std::any_of(names.begin(), names.end(), [](const QWidget* fact) {
            return fact->accessibleName() == QStringLiteral("Step time: – . mean of the last steps");
        }));
    }

    void aRunWithoutMetricsHasNoCharts() {
        RunPanel panel;
        panel.resize(1000, 700);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        auto run = std::make_shared<RunSnapshot>(*snapshot(42, RunState::Running));
        const auto curves = std::exchange(run->curves, {});
        panel.setRun(run);
        QVERIFY(!panel.chart(0)->isVisible() && !panel.chart(1)->isVisible());
        const auto hasText = [&](const QString& text) {
            const QList<QLabel*> labels = panel.findChildren<QLabel*>();
            return std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) {
                return label->isVisible() && label->text() == text;
            });
        };
        QVERIFY(hasText(QStringLiteral("No metrics yet")));
        run = std::make_shared<RunSnapshot>(*snapshot(42, RunState::Succeeded));
        run->curves = {{"reward", curves.at("loss")}};
        panel.setRun(run);
        QVERIFY(panel.chart(0)->isVisible());
        QCOMPARE(panel.chart(0)->valuesAt(500).size(), std::size_t{1});
        QVERIFY(!panel.chart(1)->isVisible());  // it ended, and told of nothing else
        QVERIFY(!hasText(QStringLiteral("No metrics yet")));
    }

    void offersRunsToCompareWith() {
        RunPanel panel;
        panel.setRun(snapshot(42, RunState::Running));
        QSignalSpy wishes(&panel, &RunPanel::compareTriggered);
        panel.setComparable({summary(42, RunState::Running), summary(41, RunState::Succeeded)});
        QMenu* menu = nullptr;
        for (const QToolButton* button : panel.findChildren<QToolButton*>())
            if (button->text() == QStringLiteral("Add run")) menu = button->menu();
        QVERIFY(menu);
        Q_EMIT menu->aboutToShow();
        QCOMPARE(menu->actions().size(), 3);  // the other run, a line, none
        const QList<QAction*> actions = menu->actions();
        actions.front()->trigger();
        QCOMPARE(wishes.first().constFirst().value<RunId>(), record(41, RunState::Succeeded).id);
        actions.back()->trigger();
        QVERIFY(wishes.last().constFirst().value<RunId>().isEmpty());
        panel.setRun(snapshot(41, RunState::Succeeded));  // the list came first: now the other one is offered
        Q_EMIT menu->aboutToShow();
        QVERIFY(menu->actions().constFirst()->text().startsWith(QStringLiteral("#42")));
    }

    void runsOfOtherJobsAreOfferedAfterItsOwn() {
        RunPanel panel;
        panel.setRun(snapshot(42, RunState::Running));
        RunSummary other = summary(43, RunState::Succeeded);
        other.record.job = "fashion-cnn";
        other.record.jobFolder = "/jobs/fashion-cnn";
        other.metric.clear();
        other.metricValue.reset();
        other.record.started = now() - std::chrono::hours(2);
        RunSummary own = summary(41, RunState::Failed);
        own.record.started = now() - std::chrono::minutes(5);
        panel.setComparable({other, summary(42, RunState::Running), own});
        QMenu* menu = nullptr;
        for (const QToolButton* button : panel.findChildren<QToolButton*>())
            if (button->text() == QStringLiteral("Add run")) menu = button->menu();
        Q_EMIT menu->aboutToShow();
        QStringList texts;
        for (const QAction* action : menu->actions())
            if (!action->isSeparator()) texts.append(action->text());
        QCOMPARE(texts, (QStringList{QStringLiteral("#41 fashion-mlp · Failed · accuracy 0.9218 · 5 min"),
                                     QStringLiteral("#43 fashion-cnn · Succeeded · loss 0.2070 · 2 h"),
                                     QStringLiteral("Compare with none")}));
        auto compared = std::make_shared<RunSnapshot>(*snapshot(43, RunState::Succeeded));
        compared->record = other.record;
        panel.setCompared(compared);
        const auto labels = panel.findChildren<QLabel*>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
            return label->text().startsWith(QStringLiteral("#43 fashion-cnn here, "));
        }));
    }

    void aFailedRunSaysWhy() {
        RunPanel panel;
        panel.resize(1000, 700);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        auto run = std::make_shared<RunSnapshot>(*snapshot(42, RunState::Failed));
        run->record.replicas = 2;
        run->findings = {{"python-module",
                          "Rank 1: The Python module einops is not installed.",
                          "Add einops to the image.",
                          1,
                          {{1, at(20), "No module named 'einops'"}}}};
        panel.setRun(run);
        QVERIFY(panel.finding(0)->isVisible());
        QVERIFY(!panel.finding(1)->isVisible());
        QCOMPARE(
            panel.finding(0)->text(),
            QStringLiteral("Rank 1: The Python module einops is not installed.\nAdd einops to the image."));
        QSignalSpy wishes(&panel, &RunPanel::logTriggered);
        const QList<QPushButton*> buttons = panel.finding(0)->findChildren<QPushButton*>();
        for (QPushButton* button : buttons) {
            if (button->text() == QStringLiteral("Copy")) button->click();
            if (button->text() == QStringLiteral("Open the log")) QTest::mouseClick(button, Qt::LeftButton);
        }
        QCOMPARE(wishes.size(), 1);
        QVERIFY(
            QGuiApplication::clipboard()->text().endsWith(QStringLiteral("\n1 | No module named 'einops'")));
        panel.setRun(snapshot(43, RunState::Running));
        QVERIFY(!panel.finding(0)->isVisible());
    }

    void aRankIsToldWithTheStateItIsIn() {
        RunPanel panel;
        auto run = std::make_shared<RunSnapshot>(*snapshot(42, RunState::Cancelled));
        run->ranks.front().exit = RankExitedEvent{0, 15, "ended by signal 15"};
        run->ranks.front().state = RunState::Cancelled;
        panel.setRun(run);
        const auto widgets = panel.findChildren<QWidget*>();
        QVERIFY(std::any_of(widgets.begin(), widgets.end(), [](const QWidget* one) {
            return one->accessibleName() == QStringLiteral("rank 0: Cancelled, step 620");
        }));
    }

    void anErrorIsShownAboveWhatWasThere() {
        RunPanel panel;
        panel.setRun(snapshot(42, RunState::Running));
        panel.setError(Error{ErrorCode::Io, "events of #42 cannot be read", "", "Check the disk"});
        QCOMPARE(panel.findChild<StatefulView*>()->state(), StatefulView::State::Error);
        panel.setRun(snapshot(42, RunState::Running));
        QCOMPARE(panel.findChild<StatefulView*>()->state(), StatefulView::State::Full);
    }
};

QTEST_MAIN(tst_RunPanel)
#include "tst_runpanel.moc"
