// SPDX-License-Identifier: Apache-2.0
// Programs of the user's own, by the command line: the Python they run with, notebooks, the module that submits.
#include <QJsonArray>

#include "cliprocess.h"

using namespace Qt::StringLiterals;

class tst_programs : public QObject {
    Q_OBJECT

    CliFolder m_folder;

    void makeJob(const QString& name, const QByteArray& program) const {
        m_folder.write(name + u"/job.yaml"_s, "name: " + name.toUtf8() + "\nprogram: " + program +
                                                  "\nresources: {cpu: 100m, memory: 64Mi}\n");
    }
    void makeVenv(const QString& folder) const {
        const Said made = m_folder.run(u"python3"_s, {u"-m"_s, u"venv"_s, u"--without-pip"_s, folder});
        QVERIFY2(made.status == 0, made.problems);
    }

private Q_SLOTS:
    void checkAndShowTellWhatAProgramRunsWith() {
        makeJob(u"study"_s, "{command: [train.py]}");
        m_folder.write(u"study/train.py"_s, "import sys\nprint('prefix', sys.prefix)\n");
        m_folder.write(u"study/requirements.txt"_s, "idna==3.20\nsix\n");
        const QByteArray system = m_folder.slipway({u"check"_s, u"study"_s}).out;
        SAYS(system, "runs with Python ");
        SAYS(system, " (system), ");
        SAYS(system, "; requirements.txt pins 1 package and leaves 1 open\n");

        makeVenv(u"study/.venv"_s);
        const QByteArray venv = m_folder.path(u"study/.venv"_s).toUtf8();
        SAYS(m_folder.slipway({u"check"_s, u"study"_s}).out, " (venv), " + venv + "; ");
        SAYS(m_folder.slipway({u"check"_s, u"study"_s, u"--to"_s, u"here"_s}).out, " (venv), " + venv + "; ");
        const QJsonObject checked =
            m_folder.slipway({u"check"_s, u"study"_s, u"--json"_s}).json()[u"environment"_s].toObject();
        QCOMPARE(checked[u"python"_s][u"kind"_s].toString(), u"venv"_s);

        const Said ran = m_folder.slipway({u"run"_s, u"study"_s});
        QVERIFY2(ran.status == 0, ran.out + ran.problems);
        SAYS(ran.out, "prefix " + venv);
        SAYS(m_folder.slipway({u"show"_s}).out, " (venv), " + venv + "; requirements.txt pins 1 package");
        const QJsonObject shown =
            m_folder.slipway({u"show"_s, u"--json"_s}).json()[u"environment"_s].toObject();
        QCOMPARE(shown, checked);
        QCOMPARE(shown[u"lock"_s][u"packages"_s][0][u"name"_s].toString(), u"idna"_s);
    }

    void aJobThatNoPythonRunsHasNone() {
        makeJob(u"plain"_s, "{command: [sh, -c, 'true']}");
        QCOMPARE(m_folder.slipway({u"check"_s, u"plain"_s}).out, QByteArray("plain/job.yaml: no problems\n"));
        QCOMPARE(m_folder.slipway({u"run"_s, u"plain"_s}).status, 0);
        QVERIFY(!m_folder.slipway({u"show"_s, u"--json"_s}).json().object().contains(u"environment"_s));
    }
};

QTEST_GUILESS_MAIN(tst_programs)
#include "tst_programs.moc"
