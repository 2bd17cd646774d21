// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/common/errorbanner.h"
#include "widgets/common/segmentedcontrol.h"
#include "widgets/common/statefulview.h"
#include "widgets/pages/comparisonpage.h"
#include "widgets/panels/differencespanel.h"

#include <QApplication>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QSignalSpy>
#include <QSlider>
#include <QTableView>
#include <QTest>
#include <QToolButton>

using namespace slipway;
using namespace slipway::test;

class tst_ComparisonPage : public QObject {
    Q_OBJECT

    struct Shown {
        FakeServices fakes;
        ComparisonPage page{fakes.services};

        Shown() {
            page.resize(1208, 760);
            page.show();
            page.open({RunId("a"), RunId("b")});
        }
        void tell() {
            Q_EMIT fakes.comparison->opened(std::make_shared<const ComparedRuns>(
                ComparedRuns{{record(42, RunState::Succeeded, "lab/research"), record(41, RunState::Failed)},
                             {"loss", "test/accuracy"}}));
        }
        void answer(const CurveQuestion& question) {
            CurveAnswer answer{question, {{{0, 500, 1000}, {2, 1, 0.5}}, {{0, 500}, {2, 1.5}}}, {0, 1000}};
            Q_EMIT fakes.comparison->curvesRead(std::make_shared<const CurveAnswer>(answer));
        }
        std::vector<CurveQuestion> takeQuestions() { return std::exchange(fakes.comparison->questions, {}); }
        bool says(const QString& text) {
            const QList<QLabel*> labels = page.findChildren<QLabel*>();
            return std::any_of(labels.begin(), labels.end(),
                               [&](const QLabel* label) { return label->text().contains(text); });
        }
        QString cell(int row, int column) {
            return page.differences()->table()->model()->index(row, column).data().toString();
        }
    };

private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Dark); }
    void init() { failOnWarnings(); }

    void asksForWhatIsSeenAndDrawsIt() {
        Shown shown;
        QVERIFY(QTest::qWaitForWindowExposed(&shown.page));
        QCOMPARE(shown.page.view()->state(), StatefulView::State::Loading);
        shown.tell();
        QCOMPARE(shown.page.title(), QStringLiteral("Compare #42, #41"));
        QCOMPARE(shown.page.charts().size(), std::size_t{2});
        QTRY_COMPARE(shown.fakes.comparison->questions.size(), std::size_t{2});
        for (const CurveQuestion& question : shown.takeQuestions()) {
            QVERIFY(!question.range && question.points >= 400 && question.points < 4000);
            shown.answer(question);
        }
        ComparisonChart* chart = shown.page.charts().front();
        QCOMPARE(chart->shown().to, 1000.0);
        QTRY_VERIFY(!chart->isRendering());
        QCOMPARE(chart->valuesAt(500), (std::vector<double>{1, 1.5}));
    }

    void allChartsZoomAndAskForThePart() {
        Shown shown;
        QVERIFY(QTest::qWaitForWindowExposed(&shown.page));
        shown.tell();
        QTRY_COMPARE(shown.fakes.comparison->questions.size(), std::size_t{2});
        for (const CurveQuestion& question : shown.takeQuestions()) shown.answer(question);
        ComparisonChart* chart = shown.page.charts().front();
        const int middle = (56 + chart->width() - 76) / 2;
        QTest::mousePress(chart, Qt::LeftButton, {}, QPoint(middle, 60));
        QTest::mouseRelease(chart, Qt::LeftButton, {}, QPoint(chart->width() - 76, 60));
        const auto range = shown.page.charts().back()->range();
        QVERIFY(range && std::abs(range->from - 500) < 10 && std::abs(range->to - 1000) < 10);
        const auto questions = shown.takeQuestions();
        QCOMPARE(questions.size(), std::size_t{2});
        QVERIFY(questions.front().range && questions.front().range->from < 300);
        QTest::mouseDClick(chart, Qt::LeftButton, {}, QPoint(middle, 60));
        QVERIFY(!shown.page.charts().back()->range());
        QCOMPARE(shown.takeQuestions().size(), std::size_t{2});
        QTest::mouseMove(chart, QPoint(middle, 60));
        QTRY_COMPARE(shown.page.charts().back()->hoverTexts().size(), 2);
    }

    void axisScaleAndSmoothingAreAsked() {
        Shown shown;
        QVERIFY(QTest::qWaitForWindowExposed(&shown.page));
        shown.tell();
        QTRY_COMPARE(shown.fakes.comparison->questions.size(), std::size_t{2});
        shown.takeQuestions();
        auto* axis = shown.page.findChildren<SegmentedControl*>().constFirst();
        axis->setFocus();
        QTest::keyClick(axis, Qt::Key_Right);
        QCOMPARE(shown.fakes.comparison->questions.front().axis, CurveAxis::Time);
        shown.takeQuestions();
        QTest::keyClick(axis, Qt::Key_Right);
        QCOMPARE(shown.takeQuestions().front().axis, CurveAxis::Epoch);
        shown.page.findChild<QSlider*>()->setValue(60);
        QCOMPARE(shown.takeQuestions().front().smoothing, 0.6);
    }

    void whatDiffersIsListed() {
        Shown shown;
        shown.tell();
        RunComparison comparison;
        comparison.runs = {record(42, RunState::Succeeded, "lab/research"), record(41, RunState::Failed)};
        comparison.settings = {{"train.optimizer.lr", {"1e-3", std::nullopt}}};
        comparison.metrics = {{"loss", {}, {{100, Parting{5, 1, 1}, Parting{412, 0.5, 0.625}}}}};
        Q_EMIT shown.fakes.comparison->compared(std::make_shared<const RunComparison>(comparison));
        QVERIFY(shown.says(QStringLiteral("Loss parts first at step 412: #42 has 0.5000, #41 has 0.6250.")));
        QCOMPARE(shown.cell(0, 0), QStringLiteral("Run"));
        QCOMPARE(shown.cell(1, 0), QStringLiteral("state"));
        QCOMPARE(shown.cell(1, 2), QStringLiteral("failed"));
        QCOMPARE(shown.cell(3, 0), QStringLiteral("train.optimizer.lr"));
        QCOMPARE(shown.cell(3, 1), QStringLiteral("1e-3"));
        QCOMPARE(shown.cell(3, 2), QStringLiteral("–"));
    }

    void emptyAndErrors() {
        Shown shown;
        Q_EMIT shown.fakes.comparison->failed({ErrorCode::Io, "cannot read it", "", "Look at the disk"});
        QCOMPARE(shown.page.view()->state(), StatefulView::State::Error);
        Q_EMIT shown.page.view()->retryTriggered();
        QCOMPARE(shown.fakes.comparison->asked.size(), std::size_t{2});
        Q_EMIT shown.fakes.comparison->opened(std::make_shared<const ComparedRuns>(
            ComparedRuns{{record(2, RunState::Queued), record(1, RunState::Queued)}, {}}));
        QCOMPARE(shown.page.view()->state(), StatefulView::State::Empty);
    }

    void isExported() {
        Shown shown;
        QVERIFY(QTest::qWaitForWindowExposed(&shown.page));
        shown.tell();
        const auto exportAs = [&](int entry) {
            for (QToolButton* button : shown.page.findChildren<QToolButton*>())
                if (button->accessibleName() == QStringLiteral("Export Loss")) button->click();
            auto* menu = shown.page.findChild<QMenu*>();
            menu->actions().at(entry)->trigger();
            menu->close();
            auto* dialog = shown.page.findChild<QFileDialog*>();
            QString file = dialog->selectedFiles().constFirst();
            Q_EMIT dialog->fileSelected(file);
            dialog->close();
            delete dialog;
            delete menu;
            return file;
        };
        const QString png = exportAs(0);
        QVERIFY(png.endsWith(QStringLiteral("loss.png")));
        QVERIFY(shown.fakes.comparison->files.value(png).startsWith("\x89PNG"));
        QVERIFY(shown.fakes.comparison->files.value(exportAs(1)).contains("<svg"));
        const QString csv = exportAs(2);
        QCOMPARE(shown.fakes.comparison->csvs, QStringList(QStringLiteral("loss>") + csv));
    }

    void coloursAreARunsOwn() {
        const auto colors = [](std::initializer_list<int> numbers) {
            std::vector<RunRecord> runs;
            for (const int number : numbers) runs.push_back(record(number, RunState::Succeeded));
            return seriesColors(runs);
        };
        QCOMPARE(colors({42, 41}), (std::vector<int>{2, 1}));
        QCOMPARE(colors({42, 17, 41}), (std::vector<int>{2, 7, 1}));
        QCOMPARE(colors({51, 41}), (std::vector<int>{2, 1}));  // the older keeps it
        QCOMPARE(colors({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}).size(), std::size_t{11});
    }
};

QTEST_MAIN(tst_ComparisonPage)
#include "tst_comparisonpage.moc"
