// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/common/emptystate.h"
#include "widgets/common/englishplurals.h"
#include "widgets/common/filterbar.h"
#include "widgets/common/statefulview.h"
#include "widgets/itemmodels/loglistmodel.h"
#include "widgets/panels/logpanel.h"

#include <QApplication>
#include <QCheckBox>
#include <QLabel>
#include <QListView>
#include <QScrollBar>
#include <QTest>

using namespace slipway;
using namespace slipway::test;

namespace {

LogBatch lines(int count) {
    LogBatch result;
    for (int at = 0; at < count; ++at)
        result.push_back({test::at(at), 0, LogLevel::Info, "line " + std::to_string(at)});
    return result;
}

}  // namespace

class tst_LogPanel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void followsUntilScrolledAndFinds() {
        LogListModel model;
        LogPanel panel(&model);
        panel.resize(800, 200);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QCOMPARE(panel.findChild<StatefulView*>()->state(), StatefulView::State::Empty);
        model.append(lines(500));
        QCOMPARE(panel.findChild<StatefulView*>()->state(), StatefulView::State::Full);
        QScrollBar* bar = panel.list()->verticalScrollBar();
        QTRY_COMPARE(bar->value(), bar->maximum());
        auto* follow = panel.findChild<QCheckBox*>();
        QVERIFY(follow->isChecked());
        QTest::keyClick(&panel, Qt::Key_F, Qt::ControlModifier);
        QTest::keyClicks(panel.search(), QStringLiteral("line 123"));
        QCOMPARE(panel.list()->currentIndex().row(), 123);
        QVERIFY(!follow->isChecked());
        model.append(lines(1));
        QVERIFY(bar->value() < bar->maximum());
    }

    void hasItsFourStates() {
        LogListModel model;
        LogPanel panel(&model);
        const auto* view = panel.findChild<StatefulView*>();
        QCOMPARE(view->state(), StatefulView::State::Empty);
        panel.showLoading();
        model.clear();  // as at the start of each run that is followed
        QCOMPARE(view->state(), StatefulView::State::Loading);
        panel.setError({ErrorCode::Corrupt, "run.json is damaged", "", ""});
        QCOMPARE(view->state(), StatefulView::State::Error);
        QVERIFY(!view->empty()->isVisibleTo(&panel));
        panel.showLoading();
        model.append(lines(3));
        QCOMPARE(view->state(), StatefulView::State::Full);
        panel.setError({ErrorCode::Io, "the disk is gone", "", ""});
        model.setLevel(LogLevel::Error);
        QCOMPARE(view->state(), StatefulView::State::Error);
        QVERIFY(panel.list()->isVisibleTo(&panel));  // what was read stays
        model.clear();
        panel.setSubject(QStringLiteral("#1"), QStringLiteral("#1 ended without writing anything."));
        QCOMPARE(view->state(), StatefulView::State::Empty);
    }

    void theLineThatKeysStartFromIsSeen() {
        LogListModel model;
        LogPanel panel(&model);
        panel.resize(800, 200);
        panel.show();
        QVERIFY(QTest::qWaitForWindowActive(&panel));
        model.append(lines(3));
        panel.list()->setFocus();
        panel.list()->selectionModel()->setCurrentIndex(model.index(1), QItemSelectionModel::NoUpdate);
        const auto edge = [&](int row) {
            const QPoint at = panel.list()->visualRect(model.index(row)).topLeft() + QPoint(1, 5);
            return panel.list()->viewport()->grab().toImage().pixelColor(at);
        };
        QCOMPARE(edge(1), theme::color(Tone::Accent));
        QCOMPARE(edge(0), theme::color(Tone::Surface));
    }

    void theEmptyStripIsNotDrawnOverItself() {
        LogListModel model;
        LogPanel panel(&model);
        panel.setSubject({},
                         QStringLiteral("What the program writes appears here, all ranks merged by time."));
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        auto* empty = panel.findChild<EmptyState*>();
        for (const int height : {90, 110, 130, 160, 200, 300}) {
            panel.resize(900, height);
            QCoreApplication::sendPostedEvents();
            QList<QWidget*> shown;
            for (QWidget* one : empty->findChildren<QWidget*>())
                if (one->isVisible()) shown.append(one);
            QVERIFY(shown.size() >= 2);
            for (const QWidget* one : shown) {
                QVERIFY2(empty->rect().contains(one->geometry()), qPrintable(QString::number(height)));
                const auto* label = qobject_cast<const QLabel*>(one);
                if (label) QVERIFY(one->height() >= label->heightForWidth(one->width()));
                for (const QWidget* other : shown)
                    QVERIFY2(one == other || !one->geometry().intersects(other->geometry()),
                             qPrintable(QString::number(height)));
            }
        }
    }

    void oneLineIsNotLines() {
        EnglishPlurals plurals;
        QCoreApplication::installTranslator(&plurals);
        LogListModel model;
        LogPanel panel(&model);
        const auto says = [&](const QString& words) {
            const QList<QLabel*> labels = panel.findChildren<QLabel*>();
            return std::any_of(labels.begin(), labels.end(),
                               [&](const QLabel* label) { return label->text() == words; });
        };
        model.append(lines(1));
        QVERIFY(says(QStringLiteral("1 line")));
        model.append(lines(1233));
        QVERIFY(says(QStringLiteral("1,234 lines")));
    }
};

QTEST_MAIN(tst_LogPanel)
#include "tst_logpanel.moc"
