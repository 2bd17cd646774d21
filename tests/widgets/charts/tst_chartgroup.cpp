// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/charts/chartgroup.h"
#include "widgets/charts/timeserieschart.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QMouseEvent>
#include <QTest>

#include <memory>

using namespace slipway;
using namespace slipway::test;

namespace {

std::unique_ptr<TimeSeriesChart> chart() {
    auto made = std::make_unique<TimeSeriesChart>(QStringLiteral("Loss"));
    made->resize(600, 300);
    ChartSeries line;
    line.name = QStringLiteral("#1 here");
    for (int at = 0; at < 100; ++at) {
        line.x.push_back(at);
        line.y.push_back(at % 7);
    }
    made->setSeries({line});
    return made;
}

void moveOver(TimeSeriesChart& chart) {
    QWidget* surface = chart.childAt(chart.rect().center());
    const QPointF middle = surface->rect().center();
    QMouseEvent move(QEvent::MouseMove, middle, surface->mapToGlobal(middle), Qt::NoButton, Qt::NoButton,
                     Qt::NoModifier);
    QCoreApplication::sendEvent(surface, &move);
}

bool isSame(const TimeSeriesChart& a, const TimeSeriesChart& b) {
    return a.range() && b.range() && a.range()->from == b.range()->from && a.range()->to == b.range()->to;
}

}  // namespace

class tst_ChartGroup : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void oneCrosshairOverAllCharts() {
        const auto one = chart();
        const auto two = chart();
        ChartGroup group;
        group.add(one.get());
        group.add(two.get());
        for (auto* shown : {one.get(), two.get()}) {
            shown->show();
            QVERIFY(QTest::qWaitForWindowExposed(shown));
        }
        QCoreApplication::processEvents();
        const QImage before = two->grab().toImage();
        moveOver(*one);
        QVERIFY(two->grab().toImage() != before);
        QVERIFY(one->hasValueBox() && !two->hasValueBox());
        moveOver(*two);
        QVERIFY(two->hasValueBox() && !one->hasValueBox());
    }

    void oneZoomForAllAndForThoseThatComeLater() {
        const auto one = chart();
        const auto two = chart();
        ChartGroup group;
        group.add(one.get());
        group.add(two.get());
        QTest::keyClick(one.get(), Qt::Key_Plus);
        QVERIFY(one->range());
        QVERIFY(isSame(*two, *one));
        const auto later = chart();
        group.add(later.get());
        QVERIFY(isSame(*later, *one));
        QTest::keyClick(later.get(), Qt::Key_Plus);
        QVERIFY(isSame(*one, *later));
    }

    void aChartThatIsGoneIsForgotten() {
        auto gone = chart();
        const auto stays = chart();
        ChartGroup group;
        group.add(gone.get());
        group.add(stays.get());
        gone.reset();
        QTest::keyClick(stays.get(), Qt::Key_Plus);
        const auto later = chart();
        group.add(later.get());
        QVERIFY(isSame(*later, *stays));
    }
};

QTEST_MAIN(tst_ChartGroup)
#include "tst_chartgroup.moc"
