// SPDX-License-Identifier: GPL-3.0-or-later
// Runs that end badly, as the window tells it: the cause on top, a cancelled run that goes on from its checkpoint, a run without
// metrics, a start that fails. In turn by mouse and by keys.
#include "widgets/charts/timeserieschart.h"
#include "windowfixture.h"

using namespace slipway;
using namespace slipway::test;
using namespace Qt::StringLiterals;

namespace {

// Counts steps from where a checkpoint left off, keeps one, and waits for the test or the end.
const char* const kProgram = R"(import os, pathlib, time, slipway
folder = os.environ.get("SLIPWAY_RESUME")
first = int((pathlib.Path(folder) / "at.txt").read_text()) if folder else 0
print("begins at", first, flush=True)
for step in range(first + 1, first + 11):
    slipway.log(step=step, loss=1.0 / step)
kept = slipway.run_folder() / "checkpoints" / "at.txt"
kept.parent.mkdir(exist_ok=True)
kept.write_text(str(first + 10))
slipway.checkpoint(kept, first + 10)
while not folder:
    time.sleep(0.02)
)";

}  // namespace

class tst_window_failure : public QObject {
    Q_OBJECT

    WindowFixture m_hands;

    QString factOf(const QString& begin) const {
        const auto* fact = m_hands.find<QWidget>(
            [&](const QWidget* one) { return one->accessibleName().startsWith(begin); });
        return fact ? fact->accessibleName() : QString();
    }

private Q_SLOTS:
    void init() { failOnWarnings(); }

    void aFailedRunLeadsWithItsCause() {
        TRY(m_hands.open(
            m_hands.pythonJob(u"einops"_s, "print('begins', flush=True)\nimport einops_missing\n")));
        TRY(m_hands.click(u"Run here"_s));
        SOON(m_hands.chipSays(u"Failed here"_s));
        SOON(m_hands.says(u"einops_missing is not installed"_s));
        QVERIFY(m_hands.says(u"exit code 1"_s));
        QVERIFY(!m_hands.hasButton(u"Resume"_s));
        TRY(m_hands.click(u"Open the log"_s));
        QVERIFY(m_hands.cell(u"Log lines"_s, u"No module named 'einops_missing'"_s).isValid());
    }

    void aRunWithoutMetricsSaysSo() {
        TRY(m_hands.open(m_hands.shellJob(u"quiet"_s, "true")));
        TRY(m_hands.press(u"Run here"_s));
        SOON(m_hands.chipSays(u"Succeeded here"_s));
        SOON(m_hands.says(u"No metrics"_s));
        for (const TimeSeriesChart* chart : m_hands.window().findChildren<TimeSeriesChart*>())
            QVERIFY(!chart->isVisible());
        TRY(m_hands.keyTab(u"Logs"_s));
        SOON(m_hands.says(u"ended without writing anything"_s));
        TRY(m_hands.keyTab(u"Result"_s));
        SOON(m_hands.says(u"The run ended without a model or another output."_s));
    }

    void aCancelledRunGoesOnFromItsCheckpoint() {
        TRY(m_hands.open(m_hands.pythonJob(u"counts"_s, kProgram, "grace: 5s\n")));
        TRY(m_hands.click(u"Run here"_s));
        SOON(factOf(u"Checkpoint: 10"_s) != QString());
        QVERIFY(!m_hands.hasButton(u"Resume"_s));
        TRY(m_hands.press(u"Cancel"_s));
        SOON(m_hands.chipSays(u"Cancelled here"_s));
        QVERIFY(!m_hands.hasButton(u"Cancel"_s));
        TRY(m_hands.press(u"Resume"_s));
        SOON(m_hands.chipSays(u"Succeeded here"_s));
        TRY(m_hands.clickTab(u"Logs"_s));
        QVERIFY(m_hands.cell(u"Log lines"_s, u"begins at 10"_s).isValid());
        QVERIFY(!m_hands.hasButton(u"Resume"_s));
        QVERIFY(WindowFixture::read(m_hands.runFolder(4) + u"/run.json"_s).contains("counts-3"));
    }

    void aStartThatFailsIsToldWithItsNextStep() {
        m_hands.settings().programs = m_hands.path(u"nowhere"_s);
        TRY(m_hands.open(m_hands.shellJob(u"never"_s, "true")));
        TRY(m_hands.click(u"Run here"_s));
        SOON(m_hands.says(u"slipway-agent"_s));
        SOON(m_hands.hasButton(u"Run here"_s));
        m_hands.settings().programs = QString::fromUtf8(kBinDir);
    }
};

QTEST_MAIN(tst_window_failure)
#include "tst_window_failure.moc"
