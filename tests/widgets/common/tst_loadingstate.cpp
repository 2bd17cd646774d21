// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/common/loadingstate.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QImage>
#include <QTest>

using namespace slipway;
using namespace slipway::test;

class tst_LoadingState : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void isSilentAtFirstAndAgainWhenShownAgain() {
        LoadingState state(QStringLiteral("Reading the runs"));
        QCOMPARE(state.accessibleName(), QStringLiteral("Reading the runs"));
        state.resize(400, 200);
        QImage blank = state.grab().toImage();
        state.show();
        QCOMPARE(state.grab().toImage(), blank);
        QTRY_VERIFY(state.grab().toImage() != blank);
        state.hide();
        state.show();
        QCOMPARE(state.grab().toImage(), blank);
    }
};

QTEST_MAIN(tst_LoadingState)
#include "tst_loadingstate.moc"
