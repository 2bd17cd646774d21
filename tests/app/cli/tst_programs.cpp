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

    void comparedRunsShowHowTheirCodeDiffers() {
        makeJob(u"code"_s, "{command: [sh, train.sh]}");
        m_folder.write(u"code/train.sh"_s, "lr=0.1\necho done\n");
        m_folder.write(u"code/.env"_s, "TOKEN=do-not-tell\n");
        QCOMPARE(m_folder.slipway({u"run"_s, u"code"_s}).status, 0);
        const QString first = QString::number(
            m_folder.slipway({u"show"_s, u"code"_s, u"--json"_s}).json()[u"number"_s].toInt());
        m_folder.write(u"code/train.sh"_s, "lr=0.2\necho done\n\techo more\n");
        QCOMPARE(m_folder.slipway({u"run"_s, u"code"_s}).status, 0);
        const Said brief = m_folder.slipway({u"compare"_s, first, u"code"_s});
        QVERIFY2(brief.status == 0, brief.problems);
        SAYS(brief.out, ": 1 file, +2 −1\n");
        QVERIFY(!brief.out.contains("lr=0.2"));
        const Said whole = m_folder.slipway({u"compare"_s, first, u"code"_s, u"--code"_s});
        SAYS(whole.out,
             "--- train.sh\n+++ train.sh\n@@ -1,2 +1,3 @@\n-lr=0.1\n+lr=0.2\n echo done\n+    echo more\n");
        const QJsonObject json =
            m_folder.slipway({u"compare"_s, first, u"code"_s, u"--json"_s}).json().object();
        QCOMPARE(json[u"code"_s][0][u"added"_s].toInt(), 2);
        QVERIFY(!m_folder.run(u"grep"_s, {u"-r"_s, u"do-not-tell"_s, u"home/runs"_s})
                     .out.contains("do-not-tell"));
    }

    // By a stand-in for the packages, which are seldom there.
    void aNotebookGetsItsParameters() {
        makeJob(u"book"_s, "{command: [study.ipynb], parameters: {lr: 0.1}}");
        m_folder.write(u"book/study.ipynb"_s, "{}");
        makeVenv(u"book/.venv"_s);
        QFile::remove(m_folder.path(u"book/.venv/bin/python"_s));
        m_folder.write(u"book/.venv/bin/python"_s, "#!/bin/sh\necho \"$@\"\n");
        QFile::setPermissions(m_folder.path(u"book/.venv/bin/python"_s), QFile::ReadOwner | QFile::ExeOwner);
        const Said ran =
            m_folder.slipway({u"run"_s, u"book"_s, u"--set"_s, u"program.parameters.name=adam"_s});
        QVERIFY2(ran.status == 0, ran.out + ran.problems);
        SAYS(ran.out,
             "/python/slipway_notebook.py study.ipynb --parameters {\"lr\": 0.1, \"name\": \"adam\"}");
    }

    void labBecomesJupyterLab() {
        makeVenv(u"space/.venv"_s);
        const auto standIn = [&](const QByteArray& script) {
            const QString python = m_folder.path(u"space/.venv/bin/python"_s);
            QFile::remove(python);
            m_folder.write(u"space/.venv/bin/python"_s, "#!/bin/sh\n" + script);
            QFile::setPermissions(python, QFile::ReadOwner | QFile::ExeOwner);
        };
        standIn("echo \"$VIRTUAL_ENV $*\"\n");
        const QByteArray folder = m_folder.path(u"space"_s).toUtf8();
        QCOMPARE(m_folder.slipway({u"lab"_s, u"space"_s}).out,
                 folder + "/.venv -m jupyterlab " + folder + "\n");
        standIn("exit 1\n");
        const Said missing = m_folder.slipway({u"lab"_s, u"space"_s, u"--json"_s});
        QCOMPARE(missing.status, 3);
        SAYS(missing.error()[u"message"_s].toString().toUtf8(), "JupyterLab is not installed for " + folder);
        SAYS(missing.error()[u"hint"_s].toString().toUtf8(), "/python -m pip install jupyterlab");
        SAYS(m_folder.slipway({u"lab"_s, u"nowhere"_s}).problems, "nowhere is no folder");
    }

    void theSchemaIsPrinted() {
        const Said said = m_folder.slipway({u"schema"_s});
        QCOMPARE(said.status, 0);
        QCOMPARE(said.json()[u"title"_s].toString(), u"Job of Slipway"_s);
        QCOMPARE(m_folder.slipway({u"schema"_s, u"--json"_s}).out, said.out);
    }

    void theModuleStartsAndListsRuns() {
        makeJob(u"mine"_s, "{command: [sh, -c, 'echo hello $N']}\nenv: {N: one}");
        makeJob(u"bad"_s, "{command: [sh, -c, 'exit 3']}");
        m_folder.write(
            u"use.py"_s,
            "import slipway\n"
            "record = slipway.run('mine', settings={'env.N': 'two'})\n"
            "print(record['state'], record['job'], record['findings'])\n"
            "print(slipway.run('bad')['state'])\n"
            "print([one['job'] for one in slipway.runs()][:2], slipway.show('mine')['number'] > 0)\n"
            "for call in (lambda: slipway.run('none'), lambda: slipway.submit('mine', to='no-cluster')):\n"
            "    try:\n"
            "        call()\n"
            "    except slipway.SlipwayError as error:\n"
            "        print(error.code, bool(error.message), bool(error.hint))\n");
        const Said said =
            m_folder.run(u"env"_s, {u"PYTHONPATH="_s + QString::fromUtf8(kBinDir) + u"/python"_s,
                                    u"PYTHONDONTWRITEBYTECODE=1"_s, u"python3"_s, u"use.py"_s});
        QVERIFY2(said.status == 0, said.problems);
        QCOMPARE(said.out, QByteArray("hello two\nsucceeded mine []\nfailed\n['bad', 'mine'] True\n"
                                      "not-found True False\nnot-found True True\n"));
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
