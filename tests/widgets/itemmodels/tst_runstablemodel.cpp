// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/itemmodels/runstablemodel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace slipway;
using namespace slipway::test;

class tst_RunsTableModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void showsWhatARunTold() {
        RunsTableModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRuns({summary(42, RunState::Running, "lab/vision/research")}, at(4325));
        const auto cell = [&](int column) { return model.index(0, column).data().toString(); };
        QCOMPARE(cell(RunsTableModel::State), QStringLiteral("Running"));
        QCOMPARE(cell(RunsTableModel::Run), QStringLiteral("#42"));
        QCOMPARE(cell(RunsTableModel::Where), QStringLiteral("lab / vision / research"));
        QCOMPARE(cell(RunsTableModel::Progress), QStringLiteral("62 %"));
        QCOMPARE(cell(RunsTableModel::Loss), QStringLiteral("0.2070"));
        QCOMPARE(cell(RunsTableModel::Duration), QStringLiteral("2:00"));
        QCOMPARE(cell(RunsTableModel::Started), QStringLiteral("2 min"));
        QCOMPARE(model.index(0, RunsTableModel::Progress).data(RunsTableModel::ShareRole).toDouble(), 0.62);
    }

    void whyARunFailedStandsBeforeHowItEnded() {
        RunsTableModel model;
        RunSummary run = summary(42, RunState::Failed, "here", "exit code 1");
        run.cause = "The Python module torch is not installed.";
        model.setRuns({run, summary(41, RunState::Failed, "here", "exit code 2")}, at(4325));
        const auto of = [&](int row, int role) {
            return model.index(row, RunsTableModel::Progress).data(role).toString();
        };
        QCOMPARE(of(0, RunsTableModel::DetailRole),
                 QStringLiteral("The Python module torch is not installed."));
        QCOMPARE(of(0, Qt::ToolTipRole),
                 QStringLiteral("The Python module torch is not installed.\nexit code 1"));
        QCOMPARE(of(1, RunsTableModel::DetailRole), QStringLiteral("exit code 2"));
        QCOMPARE(of(1, Qt::ToolTipRole), QStringLiteral("exit code 2"));
    }

    void smallAndShortAreNotZero() {
        RunsTableModel model;
        RunSummary run = summary(1, RunState::Succeeded);
        run.loss = 7e-12;
        run.record.ended = *run.record.started + std::chrono::milliseconds(155);
        model.setRuns({run}, at(200));
        QCOMPARE(model.index(0, RunsTableModel::Loss).data().toString(), QStringLiteral("7.00e-12"));
        QCOMPARE(model.index(0, RunsTableModel::Duration).data().toString(), QStringLiteral("155 ms"));
    }

    void unknownIsADashNeverZero() {
        RunsTableModel model;
        RunSummary run;
        run.record = record(1, RunState::Queued);
        run.record.started.reset();
        model.setRuns({run}, at(200));
        for (const int column :
             {RunsTableModel::Loss, RunsTableModel::Metric, RunsTableModel::Rate, RunsTableModel::Duration})
            QCOMPARE(model.index(0, column).data().toString(), QStringLiteral("–"));
    }

    void newRunsComeOnTopWithoutAReset() {
        RunsTableModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRuns({summary(1, RunState::Running)}, at(200));
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        QSignalSpy inserts(&model, &QAbstractItemModel::rowsInserted);
        model.setRuns({summary(2, RunState::Queued), summary(1, RunState::Succeeded)}, at(300));
        QCOMPARE(resets.size(), 0);
        QCOMPARE(inserts.size(), 1);
        QCOMPARE(model.at(0)->record.number, 2);
        QCOMPARE(model.index(1, 0).data().toString(), QStringLiteral("Succeeded"));
        model.setRuns({summary(2, RunState::Queued)}, at(300));
        QCOMPARE(resets.size(), 1);
        QCOMPARE(model.rowCount(), 1);
    }

    void settingsAndMetricsAreColumns() {
        RunsTableModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        RunSummary run = summary(1, RunState::Succeeded);
        RunDetails details;
        details.settings = {{"train.optimizer.lr", "3e-4"}};
        details.metrics = {{"test/accuracy", {0.9, 0.1, 0.925}}};
        run.details = std::make_shared<const RunDetails>(details);
        model.setRuns({summary(2, RunState::Queued), run}, at(200));
        model.setExtraColumns({QStringLiteral("optimizer.lr"), QStringLiteral("best.accuracy")});
        const int first = RunsTableModel::ColumnCount;
        QCOMPARE(model.columnCount(), first + 2);
        QCOMPARE(model.headerData(first, Qt::Horizontal, Qt::DisplayRole).toString(),
                 QStringLiteral("optimizer.lr"));
        QCOMPARE(model.index(1, first).data().toString(), QStringLiteral("3e-4"));
        QCOMPARE(model.index(1, first + 1).data().toString(), QStringLiteral("0.9250"));
        QCOMPARE(model.index(0, first).data().toString(), QStringLiteral("–"));
        RunsFilterModel rows;
        rows.setSourceModel(&model);
        rows.sort(first, Qt::DescendingOrder);
        QCOMPARE(rows.index(0, RunsTableModel::Run).data().toString(), QStringLiteral("#1"));
        model.setExtraColumns({QStringLiteral("best.accuracy")});
        QCOMPARE(model.index(1, first).data().toString(), QStringLiteral("0.9250"));
    }

    void marksAreEdited() {
        RunsTableModel model;
        RunSummary run = summary(1, RunState::Succeeded);
        run.record.marks = {{"old", "kept"}, "first\nsecond", ""};
        model.setRuns({run}, at(200));
        QCOMPARE(model.index(0, RunsTableModel::Tags).data().toString(), QStringLiteral("old, kept"));
        QCOMPARE(model.index(0, RunsTableModel::Note).data().toString(), QStringLiteral("first"));
        QSignalSpy edits(&model, &RunsTableModel::marksEdited);
        QVERIFY(
            model.setData(model.index(0, RunsTableModel::Tags), QStringLiteral("kept new"), Qt::EditRole));
        const auto change = edits.front().at(1).value<MarkChange>();
        QCOMPARE(change.addedTags, (std::vector<std::string>{"kept", "new"}));
        QCOMPARE(change.removedTags, (std::vector<std::string>{"old"}));
        QVERIFY(!change.note && !change.group);
        QVERIFY(model.setData(model.index(0, RunsTableModel::Group), QStringLiteral("sweep"), Qt::EditRole));
        QCOMPARE(edits.back().at(1).value<MarkChange>().group, std::optional<std::string>("sweep"));
        QVERIFY(!model.setData(model.index(0, RunsTableModel::Job), QStringLiteral("x"), Qt::EditRole));
        QCOMPARE(edits.size(), 2);
    }

    void filtersByWordsAndGroup() {
        RunsTableModel model;
        RunsFilterModel filter;
        QAbstractItemModelTester tester(&filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
        filter.setSourceModel(&model);
        RunSummary cancelled = summary(4, RunState::Cancelled);
        cancelled.isResumable = true;  // it kept a checkpoint
        model.setRuns({cancelled, summary(3, RunState::Failed, "here", "out of GPU memory"),
                       summary(2, RunState::Interrupted), summary(1, RunState::Running, "lab/vision")},
                      at(400));
        QVERIFY(filter.setFilter(QStringLiteral("gpu failed")));
        QCOMPARE(filter.rowCount(), 1);
        QVERIFY(!filter.setFilter(QStringLiteral("state = fail")));
        QCOMPARE(filter.rowCount(), 1);
        QVERIFY(filter.setFilter({}));
        filter.setGroup(RunsFilterModel::Group::Active);
        QCOMPARE(filter.rowCount(), 1);
        filter.setGroup(RunsFilterModel::Group::Resumable);
        QCOMPARE(filter.rowCount(), 2);
        QCOMPARE(filter.index(0, RunsTableModel::Run).data().toString(), QStringLiteral("#4"));
        QCOMPARE(filter.index(1, RunsTableModel::Run).data().toString(), QStringLiteral("#2"));
    }
};

QTEST_GUILESS_MAIN(tst_RunsTableModel)
#include "tst_runstablemodel.moc"
