// SPDX-License-Identifier: GPL-3.0-or-later
// Kill -9 of the workbench and of the agent under a run that was started from the window: the run, its state and its curve are
// right afterwards. The window that is killed is the same one in a process of its own: this program with "--window".
#include "windowfixture.h"

#include <signal.h>

#include <QProcess>

using namespace slipway;
using namespace slipway::test;
using namespace Qt::StringLiterals;

namespace {

// Tells ten points and keeps a checkpoint, waits for the test, tells ten more.
const char* const kProgram = R"(import os, time, slipway
def tell(first):
    for step in range(first, first + 10):
        slipway.log(step=step, loss=1.0 / step)
begin = 11 if os.environ.get("SLIPWAY_RESUME") else 1
tell(begin)
kept = slipway.run_folder() / "checkpoints" / "at.txt"
kept.parent.mkdir(exist_ok=True)
kept.write_text("10")
slipway.checkpoint(kept, 10)
while begin == 1 and not os.path.exists("go"):
    time.sleep(0.02)
tell(begin + 10)
)";

// The window alone: clicks "Run here" and stays.
int showWindow(const QStringList& words) {
    const Workbench workbench({.home = words.at(2),
                               .kubeconfig = words.at(3),
                               .workspace = words.at(4),
                               .theme = u"light"_s,
                               .programs = QString::fromUtf8(kBinDir),
                               .place = words.at(5)});
    workbench.window().show();
    QTimer clicker;
    QObject::connect(&clicker, &QTimer::timeout, &clicker, [&] {
        for (QPushButton* button : workbench.window().findChildren<QPushButton*>()) {
            if (button->text() != u"Run here"_s || !button->isVisible() || !button->isEnabled()) continue;
            clicker.stop();
            QTest::mouseClick(button, Qt::LeftButton);
            return;
        }
    });
    clicker.start(20);
    return QApplication::exec();
}

}  // namespace

class tst_window_kill : public QObject {
    Q_OBJECT

    WindowFixture m_hands;

    bool hasPoint(double step) const { return m_hands.hasPoint(u"Loss"_s, step); }
    // As the agent says in the lock that it holds.
    pid_t agentOf(int run) const {
        const QString lock =
            QString::fromUtf8(WindowFixture::read(m_hands.runFolder(run) + u"/agent.lock"_s));
        return QRegularExpression(u"[0-9]+"_s).match(lock).captured().toInt();
    }

private Q_SLOTS:
    void init() { failOnWarnings(); }

    void killOfTheWorkbenchChangesNothing() {
        const QString job = m_hands.pythonJob(u"lives"_s, kProgram);
        QProcess killed;
        killed.setProcessChannelMode(QProcess::ForwardedChannels);
        killed.start(
            QCoreApplication::applicationFilePath(),
            {u"--window"_s, m_hands.path(u"home"_s), m_hands.path(u"config"_s), m_hands.work({}), job});
        const QString events = m_hands.runFolder(1) + u"/events/rank-0.jsonl"_s;
        SOON(WindowFixture::read(events).contains("\"checkpoint\""));
        killed.kill();
        QVERIFY(killed.waitForFinished());
        QCOMPARE(killed.exitStatus(), QProcess::CrashExit);
        QVERIFY(agentOf(1) > 1 && ::kill(agentOf(1), 0) == 0);

        TRY(m_hands.open(u"last"_s));
        SOON(m_hands.chipSays(u"Running here"_s) && hasPoint(10));
        m_hands.write(m_hands.work(u"lives/go"_s), {});
        SOON(m_hands.chipSays(u"Succeeded here"_s) && hasPoint(20));
        QCOMPARE(QDir(m_hands.path(u"home/runs"_s)).entryList({u"[0-9]*"_s}, QDir::Dirs).size(), 1);
    }

    void killOfTheAgentIsToldAndTheRunGoesOn() {
        TRY(m_hands.open(m_hands.pythonJob(u"orphan"_s, kProgram)));
        TRY(m_hands.click(u"Run here"_s));
        SOON(m_hands.chipSays(u"Running here"_s) && hasPoint(10) && agentOf(2) > 1);
        SOON(
            WindowFixture::read(m_hands.runFolder(2) + u"/events/rank-0.jsonl"_s).contains("\"checkpoint\""));
        QCOMPARE(::kill(agentOf(2), SIGKILL), 0);
        SOON(m_hands.chipSays(u"Interrupted here"_s));
        SOON(m_hands.says(u"the agent was ended from outside; the last checkpoint was kept"_s));
        QVERIFY(hasPoint(10));
        TRY(m_hands.click(u"Resume"_s));
        SOON(m_hands.chipSays(u"Succeeded here"_s) && m_hands.hasButton(u"#3"_s));
        SOON(hasPoint(30));
    }

    void killOfTheAgentWithoutACheckpointIsALoss() {
        TRY(m_hands.open(m_hands.shellJob(u"lost"_s, "exec sleep 600")));
        TRY(m_hands.click(u"Run here"_s));
        SOON(m_hands.chipSays(u"Running here"_s) && agentOf(4) > 1);
        QCOMPARE(::kill(agentOf(4), SIGKILL), 0);
        SOON(m_hands.chipSays(u"Lost here"_s));
        SOON(m_hands.says(u"the agent was ended from outside"_s));
        QVERIFY(!m_hands.hasButton(u"Resume"_s));
        TRY(m_hands.open(u"4"_s));
        SOON(m_hands.chipSays(u"Lost here"_s));
    }
};

int main(int argc, char** argv) {
    const QApplication application(argc, argv);
    if (QCoreApplication::arguments().value(1) == u"--window"_s)
        return showWindow(QCoreApplication::arguments());
    tst_window_kill test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_window_kill.moc"
