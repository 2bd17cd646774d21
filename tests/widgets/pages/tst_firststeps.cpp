// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/pages/firststeps.h"

#include <QApplication>
#include <QPushButton>
#include <QTest>
#include <QToolButton>

using namespace slipway;
using namespace slipway::test;
using namespace Qt::StringLiterals;

class tst_FirstSteps : public QObject {
    Q_OBJECT

    static JobFilesPtr jobs(const QString& root) {
        JobFile example;
        example.name = u"fashion-mlp"_s;
        example.root = root;
        example.file = u"/jobs/fashion-mlp/job.yaml"_s;
        example.folder = u"/jobs/fashion-mlp"_s;
        JobFile other = example;
        other.name = u"another"_s;
        return std::make_shared<const JobFiles>(JobFiles{other, example});
    }
    static void list(FakeServices& fakes, std::vector<RunSummary> runs) {
        Q_EMIT fakes.runs.runsChanged(std::make_shared<const RunList>(std::move(runs)));
    }

private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void fourStepsToAModel() {
        FakeServices fakes;
        FirstSteps steps(fakes.services, u"/home/mara/slipway"_s);
        std::vector<Place> places;
        connect(&steps, &FirstSteps::placeRequested, this,
                [&](const Place& place) { places.push_back(place); });
        QVERIFY(steps.isHidden());  // what could be opened is not known yet
        list(fakes, {});
        Q_EMIT fakes.workspace.scanned(jobs({}));
        QVERIFY(!steps.isHidden());
        QCOMPARE(steps.action()->text(), u"Open fashion-mlp"_s);
        QVERIFY(!steps.grab().isNull());
        QTest::mouseClick(steps.action(), Qt::LeftButton);
        QTest::mouseClick(steps.action(), Qt::LeftButton);
        QCOMPARE(fakes.workspace.copies, QStringList{u"fashion-mlp"_s});
        QCOMPARE(fakes.ui.workspaces(), QStringList{u"/home/mara/slipway"_s});
        Q_EMIT fakes.workspace.created(u"/home/mara/slipway/fashion-mlp/job.yaml"_s);
        QCOMPARE(places.back(), (Place{u"workspace"_s, u"job:/home/mara/slipway/fashion-mlp/job.yaml"_s}));
        QCOMPARE(steps.step(), FirstSteps::Step::Train);
        QVERIFY(steps.action()->isHidden());

        Q_EMIT fakes.runs.started(record(1, RunState::Running));
        QCOMPARE(steps.step(), FirstSteps::Step::Watch);
        list(fakes, {summary(1, RunState::Running)});
        QVERIFY2(steps.text().contains(u"62 %"_s), qPrintable(steps.text()));
        list(fakes, {summary(2, RunState::Succeeded), summary(1, RunState::Running)});
        QCOMPARE(steps.step(), FirstSteps::Step::Watch);
        list(fakes, {summary(1, RunState::Succeeded)});
        QCOMPARE(steps.step(), FirstSteps::Step::Look);
        QVERIFY2(steps.text().contains(u"Accuracy 0.9218"_s), qPrintable(steps.text()));
        QTest::mouseClick(steps.action(), Qt::LeftButton);
        QCOMPARE(places.back().argument, u"run:fashion-mlp-1-abcde#evaluation"_s);
        QVERIFY(!fakes.ui.isTourDone());
        QTest::mouseClick(steps.action(), Qt::LeftButton);
        QVERIFY(steps.isHidden());
        QVERIFY(fakes.ui.isTourDone());
        list(fakes, {summary(1, RunState::Succeeded)});
        QVERIFY(steps.isHidden());
    }

    void aRunThatFailsIsTriedAgain() {
        FakeServices fakes;
        FirstSteps steps(fakes.services, {});
        Q_EMIT fakes.workspace.scanned(jobs(u"/jobs"_s));
        list(fakes, {});
        QTest::mouseClick(steps.action(), Qt::LeftButton);  // a copy is there already
        QVERIFY(fakes.workspace.copies.isEmpty());
        QCOMPARE(steps.step(), FirstSteps::Step::Train);
        Q_EMIT fakes.runs.started(record(1, RunState::Running));
        list(fakes, {summary(1, RunState::Failed)});
        QCOMPARE(steps.step(), FirstSteps::Step::Train);
        QVERIFY(steps.text().contains(u"says why"_s));
        Q_EMIT fakes.runs.started(record(2, RunState::Running));
        QCOMPARE(steps.step(), FirstSteps::Step::Watch);
        list(fakes, {summary(2, RunState::Succeeded), summary(1, RunState::Failed)});
        QCOMPARE(steps.step(), FirstSteps::Step::Look);
    }

    void neverForWhoHasTrained() {
        FakeServices fakes;
        FirstSteps steps(fakes.services, {});
        Q_EMIT fakes.workspace.scanned(jobs({}));
        QVERIFY(steps.isHidden());
        list(fakes, {summary(1, RunState::Succeeded)});
        QVERIFY(steps.isHidden());
        QVERIFY(fakes.ui.isTourDone());
        FirstSteps again(fakes.services, {});
        Q_EMIT fakes.workspace.scanned(jobs({}));
        QVERIFY(again.isHidden());
    }

    void isClosedForGood() {
        FakeServices fakes;
        FirstSteps steps(fakes.services, {});
        Q_EMIT fakes.workspace.scanned(jobs({}));
        list(fakes, {});
        QTest::mouseClick(steps.findChild<QToolButton*>(), Qt::LeftButton);
        QVERIFY(steps.isHidden());
        Q_EMIT fakes.workspace.scanned(jobs({}));
        Q_EMIT fakes.runs.started(record(1, RunState::Running));
        QVERIFY(steps.isHidden());
        QVERIFY(fakes.ui.isTourDone());
    }
};

QTEST_MAIN(tst_FirstSteps)
#include "tst_firststeps.moc"
