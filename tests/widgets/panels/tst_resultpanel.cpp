// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/common/statefulview.h"
#include "widgets/panels/resultpanel.h"

#include <QApplication>
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
        panel.setFetched(run->record.id);
        QVERIFY(!panel.action()->isVisible());
    }

    void aRunThatEndedWithoutAResultSaysSo() {
        ResultPanel panel;
        const auto says = [&](const QString& words) {
            const QList<QLabel*> labels = panel.findChildren<QLabel*>();
            return std::any_of(labels.begin(), labels.end(),
                               [&](const QLabel* label) { return label->text() == words; });
        };
        panel.setRun(snapshot(1, RunState::Running));
        QVERIFY(says(QStringLiteral("No result yet")));
        panel.setRun(snapshot(1, RunState::Failed));
        QVERIFY(says(QStringLiteral("No result")));
    }

    void aLocalResultIsHereAlready() {
        ResultPanel panel;
        auto run = std::make_shared<RunSnapshot>(*snapshot(1, RunState::Succeeded));
        run->results = {{"model.safetensors", Digest("sha256:ab"), Bytes{940000}}};
        panel.setRun(run);
        QVERIFY(panel.action()->isHidden());
    }
};

QTEST_MAIN(tst_ResultPanel)
#include "tst_resultpanel.moc"
