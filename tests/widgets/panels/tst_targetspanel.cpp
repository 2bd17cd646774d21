// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/common/englishplurals.h"
#include "widgets/itemmodels/targetlistmodel.h"
#include "widgets/panels/targetspanel.h"

#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace slipway;
using namespace slipway::test;

namespace {

TargetState target(const std::string& id, const std::string& kind, std::optional<Verdict> verdict) {
    TargetState state;
    state.info = {TargetId(id),
                  id,
                  kind,
                  kind == "machine" ? "" : "lab",
                  "vision",
                  kind == "machine" ? "" : "research",
                  ""};
    state.reach = TargetState::Reach::Reachable;
    if (verdict)
        state.verdict = TargetVerdict{
            TargetId(id), *verdict, "asks for 2 GPUs; has 1", {{"1 GPU runs now", "resources.gpus=1"}}};
    return state;
}

TargetStatesPtr states(std::optional<Verdict> here, std::optional<Verdict> lab) {
    return std::make_shared<const TargetStates>(
        TargetStates{target("here", "machine", here), target("lab/vision/research", "kubernetes", lab)});
}

}  // namespace

class tst_TargetsPanel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void theBestIsOnTopWhenAllHaveAnswered() {
        TargetsPanel panel;
        panel.setJob(trainJob(), 0);
        panel.setTargets(states(Verdict::Never, std::nullopt));
        QCOMPARE(panel.model()->at(0)->info.id, TargetId("here"));  // nothing jumps while one is asked
        panel.setTargets(states(Verdict::Never, Verdict::Now));
        QCOMPARE(panel.model()->at(0)->info.id, TargetId("lab/vision/research"));
    }

    void aNeverCannotBeStartedAndSaysWhy() {
        TargetsPanel panel;
        panel.setJob(trainJob(), 0);
        panel.setTargets(states(Verdict::Never, Verdict::Now));
        panel.setCurrent(TargetId("here"));
        QVERIFY(!panel.action()->isEnabled());
        QCOMPARE(panel.hindrance(), QStringLiteral("asks for 2 GPUs; has 1"));
        panel.setCurrent(TargetId("lab/vision/research"));
        QVERIFY(panel.action()->isEnabled());
        QCOMPARE(panel.action()->text(), QStringLiteral("Submit to research"));
        panel.setJob(std::nullopt, 2);
        QVERIFY(!panel.action()->isEnabled());
    }

    void whatIsMissingHereIsNoHindranceElsewhere() {
        TargetsPanel panel;
        panel.setTargets(states(Verdict::Now, Verdict::After));
        panel.setJob(trainJob(), 0, "program.command: torchrun is not there");
        QCOMPARE(panel.model()->at(0)->info.id, TargetId("lab/vision/research"));
        panel.setCurrent(TargetId("lab/vision/research"));
        QVERIFY(panel.action()->isEnabled());
        panel.setCurrent(TargetId("here"));
        QVERIFY(!panel.action()->isEnabled());
        QCOMPARE(panel.hindrance(), QStringLiteral("program.command: torchrun is not there"));
        panel.setJob(trainJob(), 0);
        QVERIFY(panel.action()->isEnabled());
    }

    void aJobWithProblemsIsNotAskedAndSaysWhy() {
        EnglishPlurals plurals;
        QCoreApplication::installTranslator(&plurals);
        TargetsPanel panel;
        const auto says = [&](const QString& words) {
            const QList<QLabel*> labels = panel.findChildren<QLabel*>();
            return std::count_if(labels.begin(), labels.end(), [&](const QLabel* label) {
                return label->text() == words && label->isVisibleTo(&panel);
            });
        };
        panel.setTargets(states(std::nullopt, std::nullopt));
        QCOMPARE(says(QStringLiteral("Not asked yet")), 2);
        panel.setJob(std::nullopt, 6);
        QCOMPARE(says(QStringLiteral("Fix 6 problems first")), 3);  // under the button, too
        panel.setJob(std::nullopt, 1);
        QCOMPARE(says(QStringLiteral("Fix 1 problem first")), 3);
        panel.setJob(trainJob(), 0);
        QCOMPARE(says(QStringLiteral("Asking")), 2);
    }

    void buttonsSendTheirWish() {
        TargetsPanel panel;
        panel.resize(296, 700);
        panel.setJob(trainJob(), 0);
        panel.setTargets(states(Verdict::Now, Verdict::Never));
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QSignalSpy wishes(&panel, &TargetsPanel::suggestionChosen);
        QSignalSpy starts(&panel, &TargetsPanel::actionTriggered);
        for (QPushButton* button : panel.findChildren<QPushButton*>())
            if (button->text() == QStringLiteral("1 GPU runs now") && button->isVisible())
                QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(!wishes.isEmpty());
        QCOMPARE(wishes.front().front().toString(), QStringLiteral("resources.gpus=1"));
        panel.action()->setFocus();
        QTest::keyClick(panel.action(), Qt::Key_Space);
        QCOMPARE(starts.size(), 1);
        QTest::keyClick(&panel, Qt::Key_Down);
        QCOMPARE(panel.current(), TargetId("lab/vision/research"));
    }

    // The registry is known before the click, or asked for.
    void saysWhereTheImageGoes() {
        TargetsPanel panel;
        panel.setJob(trainJob(), 0);
        TargetStates all{target("here", "machine", Verdict::Now),
                         target("lab/vision/research", "kubernetes", Verdict::Now),
                         target("prod/vision/batch", "kubernetes", Verdict::Now)};
        all[1].registry = "";
        all[2].info.context = "prod";
        all[2].registry = "r.example/prod";
        panel.setTargets(std::make_shared<const TargetStates>(all));
        auto* field = panel.findChild<QLineEdit*>();
        const auto says = [&](const QString& words) {
            const QList<QLabel*> labels = panel.findChildren<QLabel*>();
            return std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) {
                return label->text().contains(words) && label->isVisibleTo(&panel);
            });
        };
        QVERIFY(field->isHidden() && panel.action()->isEnabled());
        panel.setCurrent(TargetId("lab/vision/research"));
        QVERIFY(!field->isHidden());
        QVERIFY(!panel.action()->isEnabled());
        QVERIFY(panel.hindrance().startsWith(QStringLiteral("Name a registry")));
        QVERIFY(says(panel.hindrance()));
        QSignalSpy changes(&panel, &TargetsPanel::registryChanged);
        QSignalSpy submissions(&panel, &TargetsPanel::actionTriggered);
        QTest::keyClick(field, Qt::Key_Return);  // no registry, no submission
        QCOMPARE(submissions.size(), 0);
        QTest::keyClicks(field, QStringLiteral("r.example/lab"));
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(submissions.size(), 1);
        QVERIFY(!changes.isEmpty());
        QVERIFY(panel.action()->isEnabled());
        QCOMPARE(panel.registry(), QStringLiteral("r.example/lab"));
        QVERIFY(says(QStringLiteral("to r.example/lab/fashion-mlp")));
        panel.setCurrent(TargetId("prod/vision/batch"));
        QCOMPARE(panel.registry(), QString());  // what is typed for one cluster is not meant for another
        QVERIFY(panel.action()->isEnabled());
        QCOMPARE(field->placeholderText(), QStringLiteral("r.example/prod"));
        QVERIFY(says(QStringLiteral("to r.example/prod/fashion-mlp")));
        panel.setCurrent(TargetId("lab/vision/research"));
        QCOMPARE(panel.registry(), QStringLiteral("r.example/lab"));
        panel.setCurrent(TargetId("here"));
        QCOMPARE(panel.registry(), QString());
        QVERIFY(field->isHidden() && !says(QStringLiteral("Pushes")));
    }

    void anErrorOffersAnotherTry() {
        TargetsPanel panel;
        panel.show();
        QSignalSpy retries(&panel, &TargetsPanel::refreshTriggered);
        panel.setError(Error{ErrorCode::Corrupt, "kubeconfig, line 3: no mapping", "", "Correct the file"});
        for (QPushButton* button : panel.findChildren<QPushButton*>())
            if (button->text() == QStringLiteral("Look again") && button->isVisible())
                QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(retries.size(), 1);
    }
};

QTEST_MAIN(tst_TargetsPanel)
#include "tst_targetspanel.moc"
