// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/charts/confusionmatrix.h"
#include "widgets/common/emptystate.h"
#include "widgets/common/formats.h"
#include "widgets/common/picturegrid.h"
#include "widgets/common/segmentedcontrol.h"
#include "widgets/common/statefulview.h"
#include "widgets/panels/evaluationpanel.h"

#include <QApplication>
#include <QLabel>
#include <QTest>
#include <QTreeView>

using namespace slipway;
using namespace slipway::test;
using namespace Qt::StringLiterals;

class tst_EvaluationPanel : public QObject {
    Q_OBJECT

    static RunSnapshotPtr evaluated(const EvaluationReport& report) {
        RunSnapshot changed = *snapshot(1, RunState::Succeeded);
        changed.isHome = true;
        changed.evaluation = std::make_shared<const EvaluationReport>(report);
        return std::make_shared<const RunSnapshot>(changed);
    }
    static EvaluationReport classes() {
        return {6,
                {{"accuracy", 0.66666}, {"loss", 1.25}},
                {{"cat", 3, {{"precision", 0.5}, {"recall", std::nullopt}}},
                 {"dog", 3, {{"precision", 1}, {"recall", 0.25}}}},
                {{"day", 6, {{"accuracy", 0.66666}}}},
                {{2, 1}, {1, 2}}};
    }
    static QStringList cells(const EvaluationPanel& panel, int row) {
        const auto* model = panel.scores()->model();
        QStringList texts;
        for (int column = 0; column < model->columnCount(); ++column)
            texts << model->index(row, column).data().toString();
        return texts;
    }
    static bool says(const EvaluationPanel& panel, const QString& text) {
        for (const QLabel* label : panel.findChildren<QLabel*>())
            if (label->text().contains(text)) return true;
        return false;
    }

private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Dark); }
    void init() { failOnWarnings(); }

    void classesAndGroupsHaveRowsAndTheirScoresColumns() {
        EvaluationPanel panel;
        panel.setRun(evaluated(classes()));
        QVERIFY(says(panel, u"Accuracy 0.6667"_s));
        QVERIFY(says(panel, u"Loss 1.25   6 samples"_s));
        const auto* model = panel.scores()->model();
        QStringList titles;
        for (int column = 0; column < model->columnCount(); ++column)
            titles << model->headerData(column, Qt::Horizontal).toString();
        QCOMPARE(titles, (QStringList{u"Name"_s, u"Samples"_s, u"Precision"_s, u"Recall"_s, u"Accuracy"_s}));
        QCOMPARE(cells(panel, 0).value(0), u"By class"_s);
        QCOMPARE(cells(panel, 1), (QStringList{u"cat"_s, u"3"_s, u"0.5"_s, format::dash(), format::dash()}));
        QCOMPARE(cells(panel, 3).value(0), u"By group"_s);
        QCOMPARE(cells(panel, 4),
                 (QStringList{u"day"_s, u"6"_s, format::dash(), format::dash(), u"0.6667"_s}));
        QVERIFY(panel.findChild<ConfusionMatrix*>()->isVisibleTo(&panel));
    }

    void valuesHaveNoClasses() {
        EvaluationPanel panel;
        panel.setRun(evaluated(classes()));
        panel.setRun(evaluated({4, {{"rmse", 0.5}}, {}, {}, {}}));
        QVERIFY(says(panel, u"Rmse 0.5"_s));
        QVERIFY(!panel.findChild<ConfusionMatrix*>()->isVisibleTo(&panel));
        QVERIFY(!panel.scores()->isVisibleTo(&panel));
    }

    void theWorstPicturesAreShown() {
        EvaluationReport report = classes();
        report.worst = {{"4,231", "cat", "dog", 0.981, DescribedPicture{{}, {}, 2, 1, "abcdef"}, {}},
                        {"17", "dog", "cat", 0.5, DescribedPicture{{}, {}, 1, 1, "xyz"}, {}}};
        EvaluationPanel panel;
        panel.setRun(evaluated(classes()));
        QVERIFY(!panel.parts()->isVisibleTo(&panel));
        panel.setRun(evaluated(report));
        panel.resize(900, 500);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QVERIFY(panel.parts()->isVisible());
        QVERIFY(!panel.worstPictures()->isVisible());
        panel.parts()->setFocus();
        QTest::keyClick(panel.parts(), Qt::Key_Right);
        QVERIFY(panel.worstPictures()->isVisible());
        QVERIFY(!panel.worstRows()->isVisible());
        QCOMPARE(panel.worstPictures()->count(), 2);
        QCOMPARE(panel.worstPictures()->textAt({5, 5}), u"cat → dog: 4,231, predicted with 98 %"_s);
        // Another run without any.
        panel.setRun(evaluated(classes()));
        QVERIFY(panel.scores()->isVisible());
    }

    void theWorstRowsAreShown() {
        EvaluationReport report{4, {{"rmse", 0.5}}, {}, {}, {}};
        report.worst = {{"9", "14.5", "2.1", {}, {}, {{"size", "3"}, {"colour", "red"}}}};
        EvaluationPanel panel;
        panel.setRun(evaluated(report));
        panel.parts()->setCurrentIndex(1);
        const auto* model = panel.worstRows()->model();
        QCOMPARE(model->columnCount(), 5);
        QCOMPARE(model->headerData(4, Qt::Horizontal).toString(), u"colour"_s);
        QCOMPARE(model->index(0, 1).data().toString(), u"14.5"_s);
        QCOMPARE(model->index(0, 4).data().toString(), u"red"_s);
        QVERIFY(!panel.worstPictures()->isVisibleTo(&panel));
    }

    void hasItsFourStates() {
        EvaluationPanel panel;
        const auto* view = panel.findChild<StatefulView*>();
        QCOMPARE(view->state(), StatefulView::State::Empty);
        panel.showLoading();
        QCOMPARE(view->state(), StatefulView::State::Loading);
        panel.setError({ErrorCode::Corrupt, "run.json is damaged", "", ""});
        QCOMPARE(view->state(), StatefulView::State::Error);
        panel.setRun(evaluated(classes()));
        QCOMPARE(view->state(), StatefulView::State::Full);
        panel.setRun(snapshot(1, RunState::Running));
        QCOMPARE(view->state(), StatefulView::State::Empty);
        QVERIFY(says(panel, u"No evaluation yet"_s));
        panel.setRun(snapshot(1, RunState::Succeeded));
        QVERIFY(says(panel, u"not on this machine"_s));
    }
};

QTEST_MAIN(tst_EvaluationPanel)
#include "tst_evaluationpanel.moc"
