// SPDX-License-Identifier: GPL-3.0-or-later
// A run seen live: started by one click, its curves, facts, log, timeline and result, in the window and on disk.
#include "widgets/charts/timeserieschart.h"
#include "widgets/panels/runpanel.h"
#include "windowfixture.h"

#include <QLineEdit>
#include <QListView>

using namespace slipway;
using namespace slipway::test;
using namespace Qt::StringLiterals;

namespace {

// Tells 50 points, waits until the test has seen them, tells 50 more and saves a model.
const char* const kProgram = R"(import os, sys, time, slipway
def tell(first):
    for step in range(first, first + 50):
        slipway.log(step=step, loss=10.0 / step, **{"test/accuracy": step / 100})
        slipway.progress(step, 100)
tell(1)
print("half way", flush=True)
print("warning: it waits", file=sys.stderr, flush=True)
while not os.path.exists("go"):
    time.sleep(0.02)
tell(51)
(slipway.result_folder() / "model.txt").write_text("weights")
print("done")
)";

}  // namespace

class tst_window_run : public QObject {
    Q_OBJECT

    WindowFixture m_hands;

    TimeSeriesChart* chart(const QString& metric) const { return m_hands.named<TimeSeriesChart>(metric); }

private Q_SLOTS:
    void initTestCase() { TRY(m_hands.open(m_hands.pythonJob(u"live"_s, kProgram))); }
    void init() { failOnWarnings(); }

    void runsByOneClick() {
        TRY(m_hands.click(u"Run here"_s));
        SOON(m_hands.chipSays(u"Running here"_s));
        TRY(m_hands.find<QTabBar>([](const QTabBar* tabs) { return tabs->tabText(2) == u"Run #1"_s; }));
        QVERIFY(QFile::exists(m_hands.runFolder(1) + u"/job.yaml"_s));
    }

    void curvesGrowWhileItRuns() {
        TimeSeriesChart* loss = chart(u"Loss"_s);
        QVERIFY(loss);
        SOON(m_hands.hasPoint(u"Loss"_s, 50) && m_hands.named<QWidget>(u"Step: 50 / 100. "_s));
        QVERIFY(!m_hands.hasPoint(u"Loss"_s, 51) && loss->drawnPoints() > 0);
        QVERIFY(m_hands.chipSays(u"Running here"_s));
        m_hands.write(m_hands.work(u"live/go"_s), {});
        SOON(m_hands.chipSays(u"Succeeded here"_s));
        TimeSeriesChart* accuracy = chart(u"Test metric"_s);
        QVERIFY(accuracy);
        SOON(qFuzzyCompare(accuracy->valuesAt(100).at(0), 1.0));
        QVERIFY(m_hands.find<QWidget>(
            [](const QWidget* one) { return one->accessibleName().startsWith(u"Step: 100 / 100"_s); }));
    }

    void theLogIsThereAndIsSearched() {
        TRY(m_hands.clickTab(u"Logs"_s));
        const QModelIndex line = m_hands.cell(u"Log lines"_s, u"half way"_s);
        QVERIFY(line.isValid());
        QVERIFY(m_hands.cell(u"Log lines"_s, u"done"_s).isValid());
        QVERIFY(m_hands.says(u"1 warning"_s));
        TRY(m_hands.type(u"Search"_s, u"half"_s));
        const auto* list = m_hands.named<QListView>(u"Log lines"_s);
        QTRY_COMPARE(list->currentIndex().data().toString(), u"half way"_s);
        auto* levels = m_hands.named<QWidget>(u"Level"_s);
        QTest::mouseClick(levels, Qt::LeftButton);
        m_hands.key(Qt::Key_End);  // errors only
        m_hands.key(Qt::Key_Return);
        SOON(list->model()->rowCount() == 0);
    }

    void theDrawerShowsTheSameLog() {
        TRY(m_hands.clickTab(u"Run"_s));
        TRY(m_hands.shortcut(Qt::Key_J, Qt::ControlModifier));
        SOON(m_hands.named<QListView>(u"Log lines"_s));
        TRY(m_hands.shortcut(Qt::Key_J, Qt::ControlModifier));
        SOON(m_hands.find<QAbstractButton>(
            [](const QAbstractButton* bar) { return bar->text().contains(u"#1, 4 lines · 1 warning"_s); }));
    }

    void theTimelineTellsWhatHappened() {
        TRY(m_hands.clickTab(u"Timeline"_s));
        for (const QString& words :
             {u"Running"_s, u"rank 0"_s, u"exit code 0"_s, u"1 result file"_s, u"Succeeded"_s})
            QVERIFY2(m_hands.cell(u"Timeline"_s, words).isValid(), qPrintable(words));
    }

    void theResultListsItsFiles() {
        TRY(m_hands.clickTab(u"Result"_s));
        QVERIFY(m_hands.cell(u"Files of the result"_s, u"model.txt"_s).isValid());
        QVERIFY(m_hands.says(m_hands.runFolder(1) + u"/result"_s));
        QCOMPARE(WindowFixture::read(m_hands.runFolder(1) + u"/result/model.txt"_s), QByteArray("weights"));
    }

    void aSecondRunIsComparedWithTheFirst() {
        TRY(m_hands.click(u"Run here"_s));
        SOON(m_hands.chipSays(u"Succeeded here"_s) && m_hands.hasButton(u"#2"_s));
        TRY(m_hands.choose(u"Add run"_s, u"#1"_s));
        SOON(chart(u"Loss"_s)->valuesAt(50).size() == 2);
    }

    void aWindowOpenedLaterShowsTheWholeRun() {
        TRY(m_hands.open(u"1"_s));
        SOON(m_hands.chipSays(u"Succeeded here"_s));
        SOON(m_hands.hasPoint(u"Loss"_s, 100));
        QVERIFY(m_hands.hasButton(u"#1"_s));
        QVERIFY(m_hands.says(u"live"_s));
        TRY(m_hands.open(u"nonesuch"_s));
        SOON(m_hands.says(u"no run is called \"nonesuch\""_s));
    }
};

QTEST_MAIN(tst_window_run)
#include "tst_window_run.moc"
