// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/common/emptystate.h"
#include "widgets/common/errorbanner.h"
#include "widgets/common/loadingstate.h"
#include "widgets/common/statefulview.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace slipway;
using namespace slipway::test;

namespace {

struct Parts {
    QWidget* full = new QWidget;
    EmptyState* empty = new EmptyState("runs", QStringLiteral("No runs"), QStringLiteral("Start one"));
    StatefulView view{full, empty, QStringLiteral("Reading")};
    QWidget* loading() const { return view.findChild<LoadingState*>(); }
};

}  // namespace

class tst_StatefulView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void showsOneOfLoadingEmptyAndFull() {
        Parts parts;
        parts.view.show();
        QVERIFY(parts.loading()->isVisible());
        parts.view.showEmpty();
        QVERIFY(parts.empty->isVisible() && !parts.loading()->isVisible() && !parts.full->isVisible());
        parts.view.showFull();
        QVERIFY(parts.full->isVisible() && !parts.empty->isVisible());
        QCOMPARE(parts.view.state(), StatefulView::State::Full);
        parts.view.showLoading();
        QVERIFY(parts.loading()->isVisible() && !parts.full->isVisible());
    }

    void anErrorStandsAboveWhatWasThereAndGoesWithTheNextAnswer() {
        Parts parts;
        parts.view.show();
        const Error error{ErrorCode::Io, "cannot read", "", ""};
        parts.view.showFull();
        parts.view.showError(error);
        QCOMPARE(parts.view.state(), StatefulView::State::Error);
        QVERIFY(parts.view.banner()->isVisible() && parts.full->isVisible());
        parts.view.showFull();
        QVERIFY(!parts.view.banner()->isVisible());
        parts.view.showError(error);
        parts.view.showLoading();
        QVERIFY(!parts.view.banner()->isVisible());
    }

    void anErrorInsteadOfTheFirstAnswerEndsTheLoading() {
        Parts parts;
        parts.view.show();
        parts.view.showError(Error{ErrorCode::Io, "cannot read", "", ""});
        QVERIFY(parts.view.banner()->isVisible());
        QVERIFY(!parts.loading()->isVisible() && !parts.empty->isVisible() && !parts.full->isVisible());
    }

    void theBannersButtonTriesAgain() {
        Parts parts;
        parts.view.show();
        parts.view.showError(Error{ErrorCode::Io, "cannot read", "", ""}, QStringLiteral("Try again"));
        QSignalSpy retried(&parts.view, &StatefulView::retryTriggered);
        for (auto* button : parts.view.banner()->findChildren<QPushButton*>())
            if (button->text() == QStringLiteral("Try again")) QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(retried.size(), 1);
    }
};

QTEST_MAIN(tst_StatefulView)
#include "tst_statefulview.moc"
