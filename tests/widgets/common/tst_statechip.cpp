// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/common/statechip.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QImage>
#include <QTest>

#include <vector>

using namespace slipway;
using namespace slipway::test;

class tst_StateChip : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void isAsWideAsItsWordsAndSaysThem() {
        StateChip chip;
        chip.setState(RunState::Running, QStringLiteral("Running"));
        const int narrow = chip.sizeHint().width();
        chip.setState(RunState::Running, QStringLiteral("Running on lab / research"));
        QVERIFY(chip.sizeHint().width() > narrow);
        QCOMPARE(chip.accessibleName(), QStringLiteral("Running on lab / research"));
    }

    void theStateIsSeenEvenWhereTheWordsStay() {
        StateChip chip;
        std::vector<QImage> seen;
        for (const auto state : {RunState::Queued, RunState::Running, RunState::Failed}) {
            chip.setState(state, QStringLiteral("the same"));
            chip.resize(chip.sizeHint());
            const QImage image = chip.grab().toImage();
            QCOMPARE(image.pixelColor(chip.width() / 2, 1), theme::color(lookOf(state).tint));
            for (const auto& other : seen) QVERIFY(image != other);
            seen.push_back(image);
        }
    }
};

QTEST_MAIN(tst_StateChip)
#include "tst_statechip.moc"
