// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/panels/smokepanel.h"

#include <QApplication>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace slipway;
using namespace slipway::test;

namespace {

QString jobFolder() { return QStringLiteral("/jobs/fashion-mlp"); }

SmokeReport report() {
    SmokeReport report;
    report.steps = 8;
    report.seconds = 4.2;
    report.first = 0.2;
    report.step = SmokeRange{0.0101, 0.0098, 0.012};
    report.samplesPerSecond = 12700;
    report.memory = Bytes{400LL << 20};
    report.memoryEstimate = Bytes{380LL << 20};
    report.checkpoint = 0.012;
    report.checkpointSize = Bytes{2'900'000};
    report.wholeSteps = 1404;
    report.whole = SmokeRange{14.2, 13.9, 17};
    report.limit = SmokeReport::Limit::Compute;
    report.limitWords = "Compute: a step waits 2 % of its time for data";
    report.settings = {{"resources.memory", "512Mi", false}, {"resources.cpu", "2", true}};
    return report;
}

SmokeOutcomePtr outcomeOf(std::optional<SmokeReport> report) {
    auto outcome = std::make_shared<SmokeOutcome>();
    outcome->report = std::move(report);
    return outcome;
}

// A panel in sight, with a job.
class Shown {
public:
    Shown() : panel(service) {
        panel.resize(900, 300);
        panel.setJob(trainJob(), jobFolder());
        panel.show();
    }
    bool isExposed() { return QTest::qWaitForWindowExposed(&panel); }
    void run() {
        QTest::mouseClick(panel.startButton(), Qt::LeftButton);
        Q_EMIT service.progressed({"running", 3, 8});
    }

    FakeSmokeService service;
    SmokePanel panel;
};

#define SHOWS(words) \
    QTRY_VERIFY2(shown.panel.text().contains(QString::fromUtf8(words)), qPrintable(shown.panel.text()))

}  // namespace

class tst_SmokePanel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void aClickRunsTheFirstStepsAndAnotherUsesWhatTheyTell() {
        Shown shown;
        QVERIFY(shown.isExposed());
        SHOWS("A few real steps tell memory, time and what to ask for.");
        shown.run();
        QCOMPARE(shown.service.jobs.size(), std::size_t{1});
        QCOMPARE(shown.service.folders, QStringList{jobFolder()});
        SHOWS("Step 3 of 8");
        QVERIFY(!shown.panel.startButton()->isVisible() && shown.panel.cancelButton()->isVisible());
        Q_EMIT shown.service.finished(outcomeOf(report()));
        SHOWS("8 step(s) in 4.2 s");
        SHOWS("400 MiB");
        SHOWS("reckoned before: 380 MiB (-5 %)");
        SHOWS("9.8 ms to 12 ms, 12.7 k samples/s");
        SHOWS("2.9 MB");
        SHOWS("14 s to 17 s, 1,404 steps");
        SHOWS("What limits it: Compute: a step waits 2 % of its time for data");
        SHOWS("Ask for memory: 512Mi, cpu: 2");
        QVERIFY(!shown.panel.text().contains(QStringLiteral("Not known")));
        const QSignalSpy chosen(&shown.panel, &SmokePanel::settingChosen);
        QTest::mouseClick(shown.panel.useButton(), Qt::LeftButton);
        QCOMPARE(chosen.size(), 1);  // the other is as it was
        QCOMPARE(chosen.front().front().toString(), QStringLiteral("resources.memory=512Mi"));
        // The job has changed by that, which is not what was looked at.
        JobSpec changed = trainJob();
        changed.resources.memory = Bytes{512LL << 20};
        shown.panel.setJob(changed, jobFolder());
        SHOWS("Of the job as it was before its last change");
        QVERIFY(!shown.panel.useButton()->isVisible());
        QCOMPARE(shown.panel.startButton()->text(), QStringLiteral("Run again"));
    }

    void whatIsNotKnownIsSaid() {
        Shown shown;
        QVERIFY(shown.isExposed());
        shown.run();
        SmokeReport bare;
        bare.limitWords = "Not known";
        bare.unknown = {"How long a step takes", "How much GPU memory it holds"};
        Q_EMIT shown.service.finished(outcomeOf(bare));
        SHOWS("Not known: How long a step takes · How much GPU memory it holds");
        QVERIFY(!shown.panel.useButton()->isVisible());
    }

    void aCancelLeavesNothing() {
        Shown shown;
        QVERIFY(shown.isExposed());
        shown.run();
        QTest::mouseClick(shown.panel.cancelButton(), Qt::LeftButton);
        QCOMPARE(shown.service.cancels, 1);
        Q_EMIT shown.service.failed({ErrorCode::Cancelled, "the smoke run was cancelled", "", ""});
        SHOWS("A few real steps");
        QVERIFY(!shown.panel.text().contains(QStringLiteral("cancelled")));
        QVERIFY(shown.panel.startButton()->isVisible());
    }

    void failuresAreExplained() {
        Shown shown;
        QVERIFY(shown.isExposed());
        shown.run();
        SmokeOutcome failed;
        failed.record.status = {RunState::Failed, "exit code 1"};
        failed.findings = {{"oom", "The process ran out of memory", "Lower train.batch", -1, {}}};
        Q_EMIT shown.service.finished(std::make_shared<const SmokeOutcome>(failed));
        SHOWS("The first steps failed: The process ran out of memory");
        SHOWS("Lower train.batch");
        shown.run();
        QVERIFY(!shown.panel.text().contains(QStringLiteral("ran out of memory")));
        Q_EMIT shown.service.failed({ErrorCode::NotFound, "there is no agent", "", "Build it"});
        SHOWS("there is no agent");
    }

    void jobsThatCannotRunHaveNoButton() {
        Shown shown;
        shown.panel.setJob(std::nullopt, jobFolder());
        QVERIFY(!shown.panel.startButton()->isEnabled());
        shown.panel.setJob(trainJob(), jobFolder(), QStringLiteral("the file x is missing"));
        QVERIFY(!shown.panel.startButton()->isEnabled());
        QVERIFY(shown.panel.startButton()->toolTip().contains(QStringLiteral("the file x is missing")));
        shown.panel.setJob(trainJob(), jobFolder());
        QVERIFY(shown.panel.startButton()->isEnabled());
    }

    void anotherJobTakesItsPlace() {
        Shown shown;
        QVERIFY(shown.isExposed());
        shown.run();
        shown.panel.setJob(trainJob(), QStringLiteral("/jobs/other"));
        QCOMPARE(shown.service.cancels, 1);
        Q_EMIT shown.service.finished(outcomeOf(report()));  // of the one before
        SHOWS("A few real steps");
        QVERIFY(!shown.panel.text().contains(QStringLiteral("400 MiB")));
    }
};

QTEST_MAIN(tst_SmokePanel)
#include "tst_smokepanel.moc"
