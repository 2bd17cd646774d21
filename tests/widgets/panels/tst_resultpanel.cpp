// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/common/englishplurals.h"
#include "widgets/common/statefulview.h"
#include "widgets/panels/resultpanel.h"

#include <QApplication>
#include <QClipboard>
#include <QDesktopServices>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace slipway;
using namespace slipway::test;

class tst_ResultPanel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void aRemoteResultIsBroughtHome() {
        ResultPanel panel;
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        auto* view = panel.findChild<StatefulView*>();
        panel.setRun(snapshot(1, RunState::Running));
        QCOMPARE(view->state(), StatefulView::State::Empty);
        auto run = std::make_shared<RunSnapshot>(*snapshot(1, RunState::Succeeded));
        run->record.target = TargetId("lab/vision");
        run->results = {{"model.safetensors", Digest("sha256:ab"), Bytes{940000}}};
        panel.setRun(run);
        QCOMPARE(view->state(), StatefulView::State::Full);
        QCOMPARE(panel.rows(), 1);
        QSignalSpy fetches(&panel, &ResultPanel::fetchTriggered);
        QTest::mouseClick(panel.action(), Qt::LeftButton);
        QCOMPARE(fetches.front().front().value<RunId>(), run->record.id);
        panel.setUnderWay(false, true);
        QTest::mouseClick(panel.action(), Qt::LeftButton);
        QCOMPARE(fetches.size(), 1);
        panel.setUnderWay(false, false);
        QVERIFY(panel.action()->isEnabled());
        // Home, as the run folder says: whoever fetched it, in this program or before it started.
        run = std::make_shared<RunSnapshot>(*run);
        run->isHome = true;
        run->verification = Verification::Right;
        panel.setRun(run);
        QVERIFY(!panel.action()->isVisible());
        QCOMPARE(panel.place(), QStringLiteral("/runs/1/result"));
        QVERIFY(button(panel, QStringLiteral("Open folder")));
        QVERIFY(hasLabel(panel, QStringLiteral("The result is home, every digest is right.")));
    }

    void whatWasTouchedIsNotCalledRightAndIsVerified_data() {
        QTest::addColumn<QString>("target");
        QTest::addColumn<Verification>("verification");
        QTest::addColumn<QString>("verdict");
        const QString lab = QStringLiteral("lab/vision"), here = QStringLiteral("here");
        QTest::newRow("changed") << lab << Verification::Changed
                                 << QStringLiteral("The result is home, changed since it was verified.");
        QTest::newRow("never compared")
            << lab << Verification::None << QStringLiteral("The result is home, not verified yet.");
        QTest::newRow("changed here") << here << Verification::Changed
                                      << QStringLiteral("1 file in the result, changed since verified.");
        QTest::newRow("never compared here")
            << here << Verification::None << QStringLiteral("1 file in the result, not verified yet.");
    }
    void whatWasTouchedIsNotCalledRightAndIsVerified() {
        QFETCH(QString, target);
        QFETCH(Verification, verification);
        QFETCH(QString, verdict);
        EnglishPlurals plurals;
        QCoreApplication::installTranslator(&plurals);
        ResultPanel panel;
        auto run = std::make_shared<RunSnapshot>(*snapshot(1, RunState::Succeeded));
        run->record.target = TargetId(target.toStdString());
        run->results = {{"model.safetensors", Digest("sha256:ab"), Bytes{940000}}};
        run->isHome = true;
        run->verification = verification;
        panel.setRun(run);
        QVERIFY(hasLabel(panel, verdict));
        QSignalSpy fetches(&panel, &ResultPanel::fetchTriggered);
        QPushButton* verify = button(panel, QStringLiteral("Verify"));
        QVERIFY(verify && verify->isEnabled());
        verify->click();
        QCOMPARE(fetches.size(), 1);
        panel.setUnderWay(false, true);
        QVERIFY(!verify->isEnabled() || !verify->toolTip().isEmpty());
        panel.setUnderWay(false, false);
        run = std::make_shared<RunSnapshot>(*run);
        run->verification = Verification::Right;
        panel.setRun(run);
        QVERIFY(!button(panel, QStringLiteral("Verify")));
        QVERIFY(!hasLabel(panel, verdict));
    }

    void hasItsFourStates() {
        ResultPanel panel;
        const auto* view = panel.findChild<StatefulView*>();
        QCOMPARE(view->state(), StatefulView::State::Empty);
        panel.showLoading();
        QCOMPARE(view->state(), StatefulView::State::Loading);
        panel.setResumable(true);  // the list of runs may come first
        QCOMPARE(view->state(), StatefulView::State::Loading);
        panel.setError({ErrorCode::Corrupt, "run.json is damaged", "", ""});
        QCOMPARE(view->state(), StatefulView::State::Error);
        panel.setResumable(false);
        QCOMPARE(view->state(), StatefulView::State::Error);
        auto run = std::make_shared<RunSnapshot>(*snapshot(1, RunState::Succeeded));
        run->results = {{"model.safetensors", Digest("sha256:ab"), Bytes{940000}}};
        panel.setRun(run);
        QCOMPARE(view->state(), StatefulView::State::Full);
        panel.showLoading();
        QCOMPARE(view->state(), StatefulView::State::Loading);
    }

    void aRunThatEndedWithoutAResultSaysSo() {
        ResultPanel panel;
        panel.setRun(snapshot(1, RunState::Running));
        QVERIFY(hasLabel(panel, QStringLiteral("No result yet")));
        panel.setRun(snapshot(1, RunState::Failed));
        QVERIFY(hasLabel(panel, QStringLiteral("No result")));
    }

    void aResultThatNobodyHeardOfIsAskedFor_data() {
        QTest::addColumn<int>("state");
        QTest::newRow("its pod went with its node") << int(RunState::Succeeded);
        QTest::newRow("its job was deleted") << int(RunState::Lost);
    }
    void aResultThatNobodyHeardOfIsAskedFor() {
        QFETCH(int, state);
        ResultPanel panel;
        auto run = std::make_shared<RunSnapshot>(*snapshot(1, RunState(state)));
        run->record.target = TargetId("lab/vision");
        run->record.resultReference = "registry/models:1";
        run->mayHaveResult = true;
        panel.setRun(run);
        QVERIFY(hasLabel(
            panel, QStringLiteral("Nobody heard what the run saved; the registry may have its result.")));
        QCOMPARE(panel.place(), QStringLiteral("registry/models:1"));
        QSignalSpy fetches(&panel, &ResultPanel::fetchTriggered);
        button(panel, QStringLiteral("Ask the registry"))->click();
        QCOMPARE(fetches.size(), 1);
        // It came, or there was a checkpoint only.
        auto home = std::make_shared<RunSnapshot>(*run);
        home->isHome = true;
        home->verification = Verification::Right;
        panel.setRun(home);
        QVERIFY(hasLabel(panel, QStringLiteral("No result. The checkpoint is home, its digest is right.")));
        home = std::make_shared<RunSnapshot>(*home);
        home->mayHaveResult = false;
        home->results = {{"model.safetensors", Digest("sha256:ab"), Bytes{940000}}};
        panel.setRun(home);
        QVERIFY(hasLabel(panel, QStringLiteral("The result is home, every digest is right.")));
        QCOMPARE(panel.rows(), 1);
    }

    void aLocalResultIsHereAlready() {
        ResultPanel panel;
        auto run = std::make_shared<RunSnapshot>(*snapshot(1, RunState::Succeeded));
        run->results = {{"model.safetensors", Digest("sha256:ab"), Bytes{940000}}};
        panel.setRun(run);
        QVERIFY(panel.action()->isHidden());
        QVERIFY(!button(panel, QStringLiteral("Resume")));
        QDesktopServices::setUrlHandler(QStringLiteral("file"), this, "take");
        button(panel, QStringLiteral("Open folder"))->click();
        QCOMPARE(m_opened, QUrl::fromLocalFile(QStringLiteral("/runs/1/result")));
        QDesktopServices::unsetUrlHandler(QStringLiteral("file"));
        button(panel, QStringLiteral("Copy path"))->click();
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("/runs/1/result"));
    }

    void aCancelledRunShowsTheCheckpointThatWasKept() {
        ResultPanel panel;
        auto run = std::make_shared<RunSnapshot>(*snapshot(1, RunState::Cancelled));
        run->checkpoint = CheckpointEvent{877, "checkpoints/step-877.safetensors", Bytes{2'800'000}};
        panel.setRun(run);
        panel.setResumable(true);
        QVERIFY(hasLabel(panel, QStringLiteral("No result. The checkpoint of step 877 was kept.")));
        QCOMPARE(panel.rows(), 1);
        QCOMPARE(panel.place(), QStringLiteral("/runs/1/checkpoints"));
        QVERIFY(button(panel, QStringLiteral("Open folder")));
        QVERIFY(panel.action()->isHidden());
        QSignalSpy resumes(&panel, &ResultPanel::resumeTriggered);
        button(panel, QStringLiteral("Resume"))->click();
        QCOMPARE(resumes.front().front().value<RunId>(), run->record.id);
        panel.setUnderWay(true, false);
        button(panel, QStringLiteral("Resume"))->click();
        QCOMPARE(resumes.size(), 1);
    }

    void aCheckpointOfElsewhereIsBroughtHome() {
        ResultPanel panel;
        auto run = std::make_shared<RunSnapshot>(*snapshot(1, RunState::Cancelled));
        run->record.target = TargetId("lab/vision");
        run->record.resultReference = "registry/models:1";  // where a result would have gone
        run->checkpoint = CheckpointEvent{877, "checkpoints/step-877.safetensors", Bytes{2'800'000}};
        run->checkpoint->reference = "registry/models@sha256:ab";
        panel.setRun(run);
        QCOMPARE(panel.findChild<StatefulView*>()->state(), StatefulView::State::Empty);
        panel.setResumable(true);
        QCOMPARE(panel.place(), QStringLiteral("registry/models@sha256:ab"));
        QVERIFY(!button(panel, QStringLiteral("Open folder")));
        QVERIFY(button(panel, QStringLiteral("Copy reference")));
        QSignalSpy fetches(&panel, &ResultPanel::fetchTriggered);
        button(panel, QStringLiteral("Bring the checkpoint home"))->click();
        QCOMPARE(fetches.size(), 1);
        run = std::make_shared<RunSnapshot>(*run);
        run->isHome = true;
        run->verification = Verification::Right;
        panel.setRun(run);
        QVERIFY(hasLabel(panel, QStringLiteral("No result. The checkpoint is home, its digest is right.")));
        QCOMPARE(panel.place(), QStringLiteral("/runs/1/checkpoints"));
        QVERIFY(button(panel, QStringLiteral("Open folder")));
        QVERIFY(panel.action()->isHidden());
    }

public Q_SLOTS:
    void take(const QUrl& url) { m_opened = url; }

private:
    static bool hasLabel(const ResultPanel& panel, const QString& words) {
        const QList<QLabel*> labels = panel.findChildren<QLabel*>();
        return std::any_of(labels.begin(), labels.end(),
                           [&](const QLabel* label) { return label->text() == words; });
    }
    static QPushButton* button(const ResultPanel& panel, const QString& text) {
        for (QPushButton* one : panel.findChildren<QPushButton*>())
            if (one->text() == text && one->isVisibleTo(&panel)) return one;
        return nullptr;
    }

    QUrl m_opened;
};

QTEST_MAIN(tst_ResultPanel)
#include "tst_resultpanel.moc"
