// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/common/ranksstrip.h"

#include <QApplication>
#include <QScrollBar>
#include <QTest>

using namespace slipway;
using namespace slipway::test;
using namespace Qt::StringLiterals;

class tst_RanksStrip : public QObject {
    Q_OBJECT

    static std::vector<RankStatus> ranks(int count) {
        std::vector<RankStatus> all(static_cast<std::size_t>(count));
        for (int i = 0; i < count; ++i) {
            all[static_cast<std::size_t>(i)].rank = i;
            all[static_cast<std::size_t>(i)].step = 100;
            all[static_cast<std::size_t>(i)].stepSeconds = 0.2;
        }
        return all;
    }

private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void troubleStandsFirst() {
        RanksStrip strip;
        strip.resize(700, 80);
        auto all = ranks(32);
        all[12].state = RunState::Failed;
        all[20].stepSeconds = 0.5;
        strip.setRanks(all);
        const std::vector<int> order = strip.order();
        QCOMPARE(order.size(), std::size_t{32});
        QCOMPARE((std::vector<int>{order.begin(), order.begin() + 4}), (std::vector<int>{12, 20, 0, 1}));
        QCOMPARE(order.back(), 31);
        QVERIFY(strip.accessibleName().startsWith(u"rank 12: Failed, step 100; "_s));
        QVERIFY(strip.isSlow(all[20]));
        QVERIFY(!strip.isSlow(all[0]));
    }

    void manyAreReachedByScrolling() {
        RanksStrip strip;
        strip.resize(700, 80);
        strip.show();
        QVERIFY(QTest::qWaitForWindowExposed(&strip));
        strip.setRanks(ranks(32));
        QTRY_VERIFY(strip.horizontalScrollBar()->maximum() > 0);
        QVERIFY(strip.widget()->width() >= 32 * 118);
        const QImage first = strip.grab().toImage();
        strip.horizontalScrollBar()->setValue(strip.horizontalScrollBar()->maximum());
        QVERIFY(strip.grab().toImage() != first);
        strip.setRanks(ranks(2));
        QTRY_COMPARE(strip.horizontalScrollBar()->maximum(), 0);
        strip.setRanks(ranks(1));
        QVERIFY(!strip.isSlow(ranks(1).front()));
    }
};

QTEST_MAIN(tst_RanksStrip)
#include "tst_ranksstrip.moc"
