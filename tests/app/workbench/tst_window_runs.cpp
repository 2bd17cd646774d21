// SPDX-License-Identifier: GPL-3.0-or-later
// The Runs page by hand: runs listed with their states, found, opened, cancelled and resumed.
#include "windowfixture.h"

using namespace slipway;
using namespace slipway::test;
using namespace Qt::StringLiterals;

class tst_window_runs : public QObject {
    Q_OBJECT

    WindowFixture m_hands;

    // Starts a job by hand and waits until its chip says so.
    void run(const QString& file, const QString& until) {
        TRY(m_hands.open(file));
        TRY(m_hands.click(u"Run here"_s));
        SOON(m_hands.chipSays(until));
    }
    int rows() const { return m_hands.named<QAbstractItemView>(u"Runs"_s)->model()->rowCount(); }

private Q_SLOTS:
    void init() { failOnWarnings(); }

    void itIsEmptyAtFirst() {
        TRY(m_hands.open());
        TRY(m_hands.click(u"Runs"_s));
        SOON(m_hands.says(u"No runs yet"_s));
        TRY(m_hands.click(u"Go to the workspace"_s));
        SOON(m_hands.hasButton(u"New job"_s));
    }

    void runsAreListedAndFound() {
        run(m_hands.shellJob(u"good"_s, "true"), u"Succeeded here"_s);
        run(m_hands.shellJob(u"bad"_s, "exit 3"), u"Failed here"_s);
        run(m_hands.shellJob(
                u"long"_s,
                "mkdir -p \"$SLIPWAY_RUN_FOLDER/checkpoints\"; echo 1 > \"$SLIPWAY_RUN_FOLDER/checkpoints/1\"; "
                "exec sleep 600",
                "grace: 1s\n"),
            u"Running here"_s);
        TRY(m_hands.shortcut(Qt::Key_2, Qt::ControlModifier));
        QVERIFY(m_hands.cell(u"Runs"_s, u"#3"_s).isValid());
        QTRY_COMPARE(rows(), 3);
        QVERIFY(m_hands.cell(u"Runs"_s, u"Running"_s).isValid());
        TRY(m_hands.click(u"failed 1"_s));
        QTRY_COMPARE(rows(), 1);
        QVERIFY(m_hands.cell(u"Runs"_s, u"bad"_s).isValid());
        TRY(m_hands.click(u"failed 1"_s));
        TRY(m_hands.type(u"Filter runs"_s, u"good succ"_s));
        QTRY_COMPARE(rows(), 1);
        SOON(m_hands.says(u"1 of 3"_s));
        TRY(m_hands.type(u"Filter runs"_s, {}));
        QTRY_COMPARE(rows(), 3);
    }

    void aRunIsCancelledAndCanGoOn() {
        TRY(m_hands.clickCell(u"Runs"_s, u"long"_s));
        QVERIFY(!m_hands.hasButton(u"Resume"_s));
        TRY(m_hands.click(u"Cancel run"_s));
        SOON(m_hands.cell(u"Runs"_s, u"Cancelled"_s).isValid());
        SOON(m_hands.hasButton(u"resumable 1"_s) && !m_hands.hasButton(u"Cancel run"_s));
        TRY(m_hands.click(u"Resume"_s));
        QVERIFY(m_hands.cell(u"Runs"_s, u"#4"_s).isValid());
        SOON(m_hands.cell(u"Runs"_s, u"Running"_s).isValid());
        TRY(m_hands.clickCell(u"Runs"_s, u"#4"_s));
        TRY(m_hands.click(u"Cancel run"_s));
        SOON(m_hands.hasButton(u"resumable 2"_s));
    }

    void aRunIsOpened() {
        TRY(m_hands.clickCell(u"Runs"_s, u"bad"_s, true));
        SOON(m_hands.chipSays(u"Failed here"_s));
        SOON(m_hands.hasButton(u"#2"_s) && m_hands.says(u"exit code 3"_s) && m_hands.says(u"bad"_s));
        TRY(m_hands.shortcut(Qt::Key_Left, Qt::AltModifier));
        TRY(m_hands.clickCell(u"Runs"_s, u"good"_s));
        TRY(m_hands.click(u"Open"_s));
        SOON(m_hands.chipSays(u"Succeeded here"_s));
    }

    void aRunWhoseJobFileIsGoneTakesNoOther() {
        const QString good = m_hands.work(u"good/job.yaml"_s);
        const QString bad = m_hands.work(u"bad/job.yaml"_s);
        QVERIFY(QFile::remove(bad));
        TRY(m_hands.open(good));
        SOON(m_hands.hasButton(u"Run here"_s));
        TRY(m_hands.click(u"Runs"_s));
        TRY(m_hands.clickCell(u"Runs"_s, u"bad"_s, true));
        SOON(m_hands.chipSays(u"Failed here"_s) && m_hands.says(u"bad"_s));
        TRY(m_hands.clickTab(u"Job"_s));
        SOON(m_hands.says(u"cannot open "_s + bad));
        const auto* start = m_hands.find<QAbstractButton>(
            [](const QAbstractButton* one) { return one->text().endsWith(u" here"_s); });
        QVERIFY(start && !start->isEnabled());
        TRY(m_hands.shortcut(Qt::Key_S, Qt::ControlModifier));
        m_hands.close();  // ends the work that was begun
        QVERIFY(!QFile::exists(bad));
    }
};

QTEST_MAIN(tst_window_runs)
#include "tst_window_runs.moc"
