// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/common/statefulview.h"
#include "widgets/forms/jobtexteditor.h"
#include "widgets/pages/jobpage.h"
#include "widgets/panels/jobeditpanel.h"
#include "widgets/panels/logpanel.h"
#include "widgets/panels/resultpanel.h"
#include "widgets/panels/runpanel.h"
#include "widgets/panels/smokepanel.h"
#include "widgets/panels/targetspanel.h"
#include "widgets/panels/timelinepanel.h"

#include <QApplication>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <QTest>

using namespace slipway;
using namespace slipway::test;

namespace {

JobSnapshotPtr job(const QString& text, std::vector<SpecProblem> problems = {}) {
    auto snapshot = std::make_shared<JobSnapshot>();
    snapshot->file = QStringLiteral("/jobs/fashion-mlp/job.yaml");
    snapshot->text = text;
    snapshot->savedText = text;
    if (problems.empty()) snapshot->spec = trainJob();
    snapshot->problems = std::move(problems);
    return snapshot;
}

TargetStatesPtr targets() {
    TargetState here;
    here.info = {TargetId("here"), "This machine", "machine", "", "", "", "2 cores"};
    here.reach = TargetState::Reach::Reachable;
    here.verdict = TargetVerdict{TargetId("here"), Verdict::Now, "fits", {}};
    TargetState lab;
    lab.info = {TargetId("lab/vision/research"),
                "lab / research",
                "kubernetes",
                "lab",
                "vision",
                "research",
                "Kueue"};
    lab.reach = TargetState::Reach::Reachable;
    lab.verdict = TargetVerdict{
        TargetId("lab/vision/research"), Verdict::After, "waits", {{"1 GPU runs now", "resources.gpus=1"}}};
    return std::make_shared<const TargetStates>(TargetStates{here, lab});
}

bool says(const JobPage& page, const QString& text) {
    const auto labels = page.findChildren<QLabel*>();
    return std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) {
        return label->text() == text && label->isVisibleTo(&page);
    });
}

}  // namespace

class tst_JobPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void thePrimaryButtonTrainsHere() {
        FakeServices fakes;
        JobPage page(fakes.services);
        page.openFile(QStringLiteral("/jobs/fashion-mlp/job.yaml"));
        QCOMPARE(fakes.job->loaded, QStringList{QStringLiteral("/jobs/fashion-mlp/job.yaml")});
        QVERIFY(!page.primary()->isEnabled());
        Q_EMIT fakes.job->snapshotChanged(job(QStringLiteral("name: fashion-mlp\n")));
        Q_EMIT fakes.targets.targetsChanged(targets());
        QCOMPARE(page.primary()->text(), QStringLiteral("Train here"));
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        QTest::mouseClick(page.primary(), Qt::LeftButton);
        QCOMPARE(fakes.runs.starts.size(), std::size_t{1});
        QCOMPARE(fakes.runs.starts.front().target, TargetId("here"));
        QCOMPARE(fakes.runs.starts.front().jobFolder, QStringLiteral("/jobs/fashion-mlp"));
        QVERIFY(!page.primary()->isEnabled());  // one click, one run
        RunRecord started = record(7, RunState::Running);
        Q_EMIT fakes.runs.started(started);
        QCOMPARE(page.tabs()->currentIndex(), static_cast<int>(JobPage::RunTab));
        QCOMPARE(fakes.feeds.front()->followed.back(), started.id);
        Q_EMIT fakes.feeds.front()->snapshotChanged(snapshot(7, RunState::Running));
        QCOMPARE(page.runPanel()->fact(0), QStringLiteral("620"));
    }

    void anotherTargetChangesTheVerb() {
        FakeServices fakes;
        JobPage page(fakes.services);
        page.openFile(QStringLiteral("/jobs/fashion-mlp/job.yaml"));
        Q_EMIT fakes.job->snapshotChanged(job(QStringLiteral("name: fashion-mlp\n")));
        Q_EMIT fakes.targets.targetsChanged(targets());
        page.targetsPanel()->setCurrent(TargetId("lab/vision/research"));
        QCOMPARE(page.primary()->text(), QStringLiteral("Submit to research"));
        Q_EMIT page.targetsPanel()->suggestionChosen(QStringLiteral("resources.gpus=1"));
        QCOMPARE(fakes.job->values, QStringList{QStringLiteral("resources.gpus=1")});
        page.primary()->click();
        QCOMPARE(fakes.runs.starts.front().target, TargetId("lab/vision/research"));
    }

    void aSmokeRunOfTheEditedJobFillsItsForm() {
        FakeServices fakes;
        JobPage page(fakes.services);
        page.resize(1000, 700);
        page.openFile(QStringLiteral("/jobs/fashion-mlp/job.yaml"));
        Q_EMIT fakes.job->snapshotChanged(job(QStringLiteral("name: fashion-mlp\n")));
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        auto* smoke = page.findChild<SmokePanel*>();
        QVERIFY(smoke);
        QTest::mouseClick(smoke->startButton(), Qt::LeftButton);
        QCOMPARE(fakes.smoke->folders, QStringList{QStringLiteral("/jobs/fashion-mlp")});
        SmokeOutcome outcome;
        outcome.report = SmokeReport{};
        outcome.report->settings = {{"resources.memory", "768Mi", false}, {"resources.cpu", "1", false}};
        Q_EMIT fakes.smoke->finished(std::make_shared<const SmokeOutcome>(outcome));
        QTest::mouseClick(smoke->useButton(), Qt::LeftButton);
        QCOMPARE(fakes.job->values,
                 (QStringList{QStringLiteral("resources.memory=768Mi"), QStringLiteral("resources.cpu=1")}));
        QCOMPARE(fakes.job->saves, 0);
    }

    void aProblemIsFixedByItsButton() {
        FakeServices fakes;
        JobPage page(fakes.services);
        page.resize(1000, 700);
        page.openFile(QStringLiteral("/jobs/fashion-mlp/job.yaml"));
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        SpecProblem problem;
        problem.path = "train.optimizer.lerning_rate";
        problem.range = {6, 18, 2, 1};
        problem.message = "`lerning_rate` is no field of adam";
        problem.nearest = "lr";
        Q_EMIT fakes.job->snapshotChanged(job(QStringLiteral("a: 1\n\nlerning_rate: 1\n"), {problem}));
        QCOMPARE(page.primary()->text(), QStringLiteral("Fix problem"));
        QVERIFY(page.primary()->isEnabled());
        QCOMPARE(page.editPanel()->editor()->problemCount(), 1);
        QPushButton* fix = nullptr;
        for (QPushButton* button : page.editPanel()->editor()->findChildren<QPushButton*>())
            if (button->text() == QStringLiteral("Change to lr")) fix = button;
        QVERIFY(fix);
        QTest::mouseClick(fix, Qt::LeftButton);
        QCOMPARE(page.editPanel()->editor()->toPlainText(), QStringLiteral("a: 1\n\nlr: 1\n"));
        QCOMPARE(fakes.job->texts.back(), QStringLiteral("a: 1\n\nlr: 1\n"));
    }

    void f8GoesToTheNextProblemFromAnywhere() {
        FakeServices fakes;
        JobPage page(fakes.services);
        page.resize(1000, 700);
        page.openFile(QStringLiteral("/jobs/fashion-mlp/job.yaml"));
        page.show();
        QVERIFY(QTest::qWaitForWindowActive(&page));
        const auto problem = [](std::size_t begin, std::size_t end, int line) {
            SpecProblem one;
            one.path = "train.epochs";
            one.range = {begin, end, line, 1};
            one.message = "no such field";
            return one;
        };
        const QString text = QStringLiteral("a: 1\nb: 2\nc: 3\n");
        Q_EMIT fakes.job->snapshotChanged(job(text, {problem(5, 6, 2), problem(10, 11, 3)}));
        page.tabs()->setCurrentIndex(JobPage::LogsTab);
        page.tabs()->setFocus();
        QTest::keyClick(page.tabs(), Qt::Key_F8);
        QCOMPARE(page.tabs()->currentIndex(), static_cast<int>(JobPage::JobTab));
        JobTextEditor* editor = page.editPanel()->editor();
        QCOMPARE(editor->textCursor().position(), 5);
        QVERIFY(editor->hasFocus());
        QTest::keyClick(editor, Qt::Key_F8);
        QCOMPARE(editor->textCursor().position(), 10);
        QTest::keyClick(editor, Qt::Key_F8, Qt::ShiftModifier);
        QCOMPARE(editor->textCursor().position(), 5);
        Q_EMIT fakes.job->snapshotChanged(job(text));
        page.tabs()->setCurrentIndex(JobPage::LogsTab);
        QTest::keyClick(page.tabs(), Qt::Key_F8);
        QCOMPARE(page.tabs()->currentIndex(), static_cast<int>(JobPage::LogsTab));
    }

    void cancelAndResumeAreForTheirStates() {
        FakeServices fakes;
        JobPage page(fakes.services);
        page.openFile(QStringLiteral("/jobs/fashion-mlp/job.yaml"));
        const auto button = [&](const QString& text) {
            for (QPushButton* one : page.findChildren<QPushButton*>())
                if (one->text() == text && !one->isHidden()) return one;
            return static_cast<QPushButton*>(nullptr);
        };
        Q_EMIT fakes.runs.runsChanged(
            std::make_shared<const RunList>(RunList{summary(3, RunState::Running)}));
        QVERIFY(button(QStringLiteral("Cancel")));
        QVERIFY(!button(QStringLiteral("Resume")));
        button(QStringLiteral("Cancel"))->click();
        QCOMPARE(fakes.runs.cancels.size(), std::size_t{1});
        Q_EMIT fakes.runs.runsChanged(
            std::make_shared<const RunList>(RunList{summary(3, RunState::Interrupted)}));
        QVERIFY(!button(QStringLiteral("Cancel")));
        QVERIFY(button(QStringLiteral("Resume")));
        button(QStringLiteral("Resume"))->click();
        QCOMPARE(fakes.runs.resumes.size(), std::size_t{1});
        RunSummary cancelled = summary(3, RunState::Cancelled);
        Q_EMIT fakes.runs.runsChanged(std::make_shared<const RunList>(RunList{cancelled}));
        QVERIFY(!button(QStringLiteral("Resume")));
        cancelled.isResumable = true;  // a checkpoint was kept
        Q_EMIT fakes.runs.runsChanged(std::make_shared<const RunList>(RunList{cancelled}));
        QVERIFY(button(QStringLiteral("Resume")));
        // The Result page says so, too, and resumes.
        Q_EMIT fakes.feeds.front()->snapshotChanged(snapshot(3, RunState::Cancelled));
        auto* result = page.findChild<ResultPanel*>();
        for (QPushButton* one : result->findChildren<QPushButton*>())
            if (one->text() == QStringLiteral("Resume") && one->isVisibleTo(result)) one->click();
        QCOMPARE(fakes.runs.resumes.size(), std::size_t{2});
        fakes.runs.resuming.insert(cancelled.record.id);
        Q_EMIT fakes.runs.underWayChanged(cancelled.record.id);
        for (QPushButton* one : page.findChildren<QPushButton*>())
            if (one->text() == QStringLiteral("Resume")) one->click();
        QCOMPARE(fakes.runs.resumes.size(), std::size_t{2});
    }

    void aRunIsOpenedByItsNumber() {
        FakeServices fakes;
        JobPage page(fakes.services);
        page.openRun(RunId("7"));
        QCOMPARE(fakes.feeds.front()->followed.back(), RunId("7"));
        Q_EMIT fakes.feeds.front()->snapshotChanged(snapshot(7, RunState::Running));
        QCOMPARE(page.tabs()->tabText(JobPage::RunTab), QStringLiteral("Run #7"));
        QCOMPARE(fakes.job->loaded, QStringList{QStringLiteral("/jobs/fashion-mlp/job.yaml")});
        // Coming back to it, as Back does, finds it as it was.
        QVERIFY(page.logSummary().contains(QStringLiteral("#7")));
        page.openRun(RunId("7"));
        QCOMPARE(fakes.feeds.front()->followed.size(), std::size_t{1});
        QVERIFY(page.logSummary().contains(QStringLiteral("#7")));
    }

    void everyPanelOfARunTellsThatItIsReadAndWhyItIsNot() {
        FakeServices fakes;
        JobPage page(fakes.services);
        FakeRunFeed* feed = fakes.feeds.front();
        const auto panels = [&] {
            std::vector<StatefulView*> views;
            for (QWidget* panel :
                 {static_cast<QWidget*>(page.runPanel()), static_cast<QWidget*>(page.drawer()),
                  static_cast<QWidget*>(page.findChild<TimelinePanel*>()),
                  static_cast<QWidget*>(page.findChild<ResultPanel*>())})
                views.push_back(panel->findChild<StatefulView*>());
            for (LogPanel* log : page.findChildren<LogPanel*>())
                if (log != page.drawer()) views.push_back(log->findChild<StatefulView*>());
            return views;
        }();
        QCOMPARE(panels.size(), std::size_t{5});
        const auto areAll = [&](StatefulView::State state) {
            return std::all_of(panels.begin(), panels.end(),
                               [&](const StatefulView* view) { return view->state() == state; });
        };
        QVERIFY(areAll(StatefulView::State::Empty));
        page.openRun(RunId("7"));
        Q_EMIT feed->logRestarted();
        QVERIFY(areAll(StatefulView::State::Loading));
        Q_EMIT feed->failed(Error{ErrorCode::NotFound, "no run is called \"7\"", "", ""});
        QVERIFY(areAll(StatefulView::State::Error));
        page.openRun(RunId("8"));
        QVERIFY(areAll(StatefulView::State::Loading));
        Q_EMIT feed->linesAppended({{at(1), 0, LogLevel::Info, "hello"}});
        auto run = std::make_shared<RunSnapshot>(*snapshot(8, RunState::Succeeded));
        run->results = {{"model.safetensors", Digest("sha256:ab"), Bytes{940000}}};
        Q_EMIT feed->snapshotChanged(run);
        QVERIFY(areAll(StatefulView::State::Full));
    }

    void whyAFetchFailedIsGoneOnceOneSucceeds() {
        FakeServices fakes;
        JobPage page(fakes.services);
        page.openRun(RunId("fashion-mlp-7-abcde"));
        Q_EMIT fakes.feeds.front()->snapshotChanged(snapshot(7, RunState::Succeeded));
        const QString words = QStringLiteral("model.txt is not what the run saved");
        Q_EMIT fakes.runs.failed(record(7, RunState::Succeeded).id,
                                 Error{ErrorCode::Corrupt, words.toStdString(), "", ""});
        QVERIFY(says(page, words));
        Q_EMIT fakes.runs.fetched(record(6, RunState::Succeeded).id);
        QVERIFY(says(page, words));
        Q_EMIT fakes.runs.fetched(record(7, RunState::Succeeded).id);
        QVERIFY(!says(page, words));
    }

    void aRunOfAnotherJobBringsItsOwnFile() {
        FakeServices fakes;
        JobPage page(fakes.services);
        page.openFile(QStringLiteral("/jobs/other/job.yaml"));
        Q_EMIT fakes.targets.targetsChanged(targets());
        Q_EMIT fakes.job->textReplaced(QStringLiteral("name: other\n"));
        Q_EMIT fakes.job->snapshotChanged(job(QStringLiteral("name: other\n")));
        QVERIFY(page.primary()->isEnabled());
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        page.openRun(RunId("7"));
        Q_EMIT fakes.feeds.front()->snapshotChanged(snapshot(7, RunState::Succeeded));
        QCOMPARE(fakes.job->loaded.back(), QStringLiteral("/jobs/fashion-mlp/job.yaml"));
        QCOMPARE(page.jobName(), QStringLiteral("fashion-mlp"));
        QVERIFY(!page.primary()->isEnabled());
        Q_EMIT page.runPanel()->startTriggered();
        QVERIFY(fakes.runs.starts.empty());
        QVERIFY(!fakes.targets.judged.back());
        // Its file is gone: the error is told, and no text of the other job.
        Q_EMIT fakes.job->failed(Error{ErrorCode::NotFound, "cannot open job.yaml", "", ""});
        page.tabs()->setCurrentIndex(JobPage::JobTab);
        QVERIFY(!page.editPanel()->editor()->isVisible());
        QVERIFY(!page.primary()->isEnabled());
        // Once it is there again, opening it reads it, and Undo stays within its text.
        page.openFile(QStringLiteral("/jobs/fashion-mlp/job.yaml"));
        QCOMPARE(fakes.job->loaded.size(), 3);
        Q_EMIT fakes.job->textReplaced(QStringLiteral("name: fashion-mlp\n"));
        Q_EMIT fakes.job->snapshotChanged(job(QStringLiteral("name: fashion-mlp\n")));
        QVERIFY(page.editPanel()->editor()->isVisible());
        page.editPanel()->editor()->undo();
        QCOMPARE(page.editPanel()->editor()->toPlainText(), QStringLiteral("name: fashion-mlp\n"));
        QVERIFY(page.primary()->isEnabled());
    }

    void aRunOfAnotherFileOfTheFolderOpensThatFile() {
        FakeServices fakes;
        JobPage page(fakes.services);
        page.openRun(RunId("7"));
        RunSnapshot run = *snapshot(7, RunState::Succeeded);
        run.record.jobFileName = "large.yaml";
        Q_EMIT fakes.feeds.front()->snapshotChanged(std::make_shared<const RunSnapshot>(run));
        QCOMPARE(fakes.job->loaded.back(), QStringLiteral("/jobs/fashion-mlp/large.yaml"));
        Q_EMIT fakes.job->snapshotChanged(job(QStringLiteral("name: large\n")));
        Q_EMIT page.runPanel()->startTriggered();
        QCOMPARE(fakes.runs.starts.size(), std::size_t{1});
        QCOMPARE(fakes.runs.starts.front().jobFileName, QStringLiteral("large.yaml"));
    }

    void anOpenedRunKeepsTheNameItsJobHadThen() {
        FakeServices fakes;
        JobPage page(fakes.services);
        QSignalSpy names(&page, &JobPage::nameChanged);
        page.openRun(RunId("7"));
        auto run = std::make_shared<RunSnapshot>(*snapshot(7, RunState::Cancelled));
        run->record.job = "hup";
        Q_EMIT fakes.feeds.front()->snapshotChanged(run);
        Q_EMIT fakes.job->snapshotChanged(job(QStringLiteral("name: fashion-mlp\n")));
        QCOMPARE(page.jobName(), QStringLiteral("hup"));
        QVERIFY(says(page, QStringLiteral("hup")));
        QCOMPARE(names.last().constFirst().toString(), QStringLiteral("hup"));
        page.openFile(QStringLiteral("/jobs/other/job.yaml"));
        page.openFile(QStringLiteral("/jobs/fashion-mlp/job.yaml"));
        Q_EMIT fakes.job->snapshotChanged(job(QStringLiteral("name: fashion-mlp\n")));
        QCOMPARE(page.jobName(), QStringLiteral("fashion-mlp"));
    }

    void theLogsSummaryFollowsTheRun() {
        FakeServices fakes;
        JobPage page(fakes.services);
        page.openRun(RunId("7"));
        QSignalSpy changes(&page, &JobPage::logSummaryChanged);
        Q_EMIT fakes.feeds.front()->snapshotChanged(snapshot(7, RunState::Running));
        QVERIFY(!changes.isEmpty());
    }

    void aFailedStartIsToldWithItsNextStep() {
        FakeServices fakes;
        JobPage page(fakes.services);
        page.openFile(QStringLiteral("/jobs/fashion-mlp/job.yaml"));
        Q_EMIT fakes.job->snapshotChanged(job(QStringLiteral("name: fashion-mlp\n")));
        Q_EMIT fakes.targets.targetsChanged(targets());
        page.primary()->click();
        Q_EMIT fakes.runs.startFailed(
            QStringLiteral("/jobs/fashion-mlp"),
            Error{ErrorCode::Unavailable, "lab does not answer", "", "Check the VPN"});
        QVERIFY(says(page, QStringLiteral("Check the VPN")));
        QVERIFY(page.primary()->isEnabled());
    }

    void whyARunCannotBeFollowedIsToldWhileItLasts() {
        FakeServices fakes;
        JobPage page(fakes.services);
        page.openFile(QStringLiteral("/jobs/fashion-mlp/job.yaml"));
        RunSummary run = summary(3, RunState::Queued);
        run.trouble = Error{ErrorCode::PermissionDenied, "you may not list pods", "", "Ask for the role"};
        Q_EMIT fakes.runs.runsChanged(std::make_shared<const RunList>(RunList{run}));
        const QString words =
            QStringLiteral("What is shown is the last known state of the run: you may not list pods");
        QVERIFY(says(page, words));
        QVERIFY(says(page, QStringLiteral("Ask for the role")));
        QVERIFY(says(page, QStringLiteral("last known state")));
        run.trouble.reset();
        Q_EMIT fakes.runs.runsChanged(std::make_shared<const RunList>(RunList{run}));
        QVERIFY(!says(page, words));
        QVERIFY(!says(page, QStringLiteral("last known state")));
    }

    void aStartGoesOnWhileAnotherJobIsShown() {
        FakeServices fakes;
        JobPage page(fakes.services);
        const auto open = [&](const QString& folder) {
            page.openFile(folder + QStringLiteral("/job.yaml"));
            Q_EMIT fakes.job->snapshotChanged(job(QStringLiteral("name: fashion-mlp\n")));
        };
        const QString mlp = QStringLiteral("/jobs/fashion-mlp");
        const QString other = QStringLiteral("/jobs/other");
        open(mlp);
        Q_EMIT fakes.targets.targetsChanged(targets());
        page.primary()->click();
        open(other);
        QCOMPARE(page.primary()->text(), QStringLiteral("Train here"));
        QVERIFY(page.primary()->isEnabled());
        page.primary()->click();
        QCOMPARE(fakes.runs.starts.size(), std::size_t{2});
        open(mlp);
        QCOMPARE(page.primary()->text(), QStringLiteral("Starting"));
        Q_EMIT fakes.runs.startFailed(other, Error{ErrorCode::Unavailable, "away", "", "Wait"});
        open(other);
        QVERIFY(says(page, QStringLiteral("Wait")));
        page.primary()->click();
        Q_EMIT fakes.runs.started(record(6, RunState::Preparing));  // of the first one
        QCOMPARE(page.primary()->text(), QStringLiteral("Starting"));
        QVERIFY(fakes.feeds.front()->followed.empty());
        open(mlp);
        QVERIFY(page.primary()->isEnabled());
        page.primary()->click();
        open(other);
        Q_EMIT fakes.runs.startFailed(mlp, Error{ErrorCode::Unavailable, "lab is away", "", "Check the VPN"});
        QVERIFY(!says(page, QStringLiteral("Check the VPN")));
        QCOMPARE(page.primary()->text(), QStringLiteral("Starting"));
        QVERIFY(fakes.feeds.front()->followed.empty());
        open(mlp);
        QVERIFY(says(page, QStringLiteral("Check the VPN")));
        QVERIFY(page.primary()->isEnabled());
        page.primary()->click();
        QVERIFY(!says(page, QStringLiteral("Check the VPN")));
    }
};

QTEST_MAIN(tst_JobPage)
#include "tst_jobpage.moc"
