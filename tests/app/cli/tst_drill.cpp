// SPDX-License-Identifier: Apache-2.0
// `slipway drill` of programs, over real agents; of trainings: tests/app/runner/tst_drilltraining.cpp.
#include "cliprocess.h"

#include <QProcess>
#include <QTest>

#include <signal.h>

using namespace Qt::StringLiterals;

class tst_drill : public QObject {
    Q_OBJECT
    CliFolder m_folder;

    void writeProgram(const QString& name, const QByteArray& script) const {
        m_folder.write(name + u"/job.yaml"_s,
                       "name: probe\nprogram: {command: [python3, train.py]}\n"
                       "resources: {cpu: 100m, memory: 64Mi}\ngrace: 10s\n");
        m_folder.write(name + u"/train.py"_s, script);
    }
    // A program that counts; `resumed` gives where it begins, `atEnd` what it does on SIGTERM.
    static QByteArray counting(const QByteArray& begin, const QByteArray& atEnd) {
        return "import os, pathlib, signal, sys, time\nimport slipway\nstep = " + begin + "\ndef end(*_):\n" +
               atEnd +
               "\nsignal.signal(signal.SIGTERM, end)\n"
               "while True:\n    step += 1\n    slipway.log(step=step, loss=1 / step)\n    time.sleep(0.02)\n";
    }

private Q_SLOTS:
    void programs_data() {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("words");
        const QByteArray read =
            "int(pathlib.Path(os.environ['SLIPWAY_RESUME'], 'c').read_text()) "
            "if 'SLIPWAY_RESUME' in os.environ else 0";
        const QByteArray save =
            "    path = slipway.run_folder() / 'checkpoints' / 'c'\n"
            "    path.parent.mkdir(exist_ok=True)\n    path.write_text(str(step))\n"
            "    slipway.checkpoint(path, step)\n    sys.exit(143)\n";
        QTest::newRow("goes on") << counting(read, save) << QStringList{} << 0
                                 << QByteArray("; it went on at step ");
        QTest::newRow("begins again") << counting("0", save) << QStringList{} << 1
                                      << QByteArray("; it began again at step 1 (SLIPWAY_RESUME");
        QTest::newRow("saves nothing")
            << counting("0", "    sys.exit(143)\n") << QStringList{} << 1
            << QByteArray("; it left no checkpoint (slipway.checkpoint(path, step)");
        QTest::newRow("does not end") << counting("0", "    pass\n") << QStringList{u"--grace"_s, u"1s"_s}
                                      << 1 << QByteArray("no, it was killed when its 1");
    }
    void programs() {
        QFETCH(QByteArray, script);
        QFETCH(QStringList, options);
        QFETCH(int, status);
        QFETCH(QByteArray, words);
        writeProgram(u"program"_s, script);
        const Said said = m_folder.slipway(
            QStringList{u"drill"_s, u"program"_s, u"--steps"_s, u"10"_s, u"--seed"_s, u"3"_s} + options);
        QVERIFY2(said.status == status, said.problems + said.out);
        SAYS(said.out, words);
        QCOMPARE(m_folder.leftInHome(), QStringList());
    }

    void aProgramThatIsOverTooSoonIsNoDrill() {
        writeProgram(u"short"_s, "import slipway\nslipway.log(step=1, loss=1.0)\n");
        const Said said = m_folder.slipway({u"drill"_s, u"short"_s, u"--seed"_s, u"3"_s});
        QCOMPARE(said.status, 7);
        SAYS(said.problems, "the run was over before it could be stopped");
        QCOMPARE(m_folder.leftInHome(), QStringList());
    }

    void aWrongGraceIsToldBeforeAnythingRuns() {
        writeProgram(u"any"_s, "");
        const Said said = m_folder.slipway({u"drill"_s, u"any"_s, u"--grace"_s, u"soon"_s});
        QCOMPARE(said.status, 2);
        SAYS(said.problems, "--grace soon is no time");
    }

    void controlCEndsItCleanly() {
        writeProgram(u"long"_s, counting("0", "    sys.exit(143)\n"));
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"HOME"_s, m_folder.path());
        environment.insert(u"SLIPWAY_HOME"_s, m_folder.path(u"home"_s));
        process.setProcessEnvironment(environment);
        process.setWorkingDirectory(m_folder.path());
        process.setReadChannel(QProcess::StandardError);
        process.start(QString::fromUtf8(kBinDir) + u"/slipway"_s,
                      {u"drill"_s, u"long"_s, u"--steps"_s, u"100000"_s});
        QByteArray told;
        while (!told.contains("stopped at a random step") && process.waitForReadyRead(60000))
            told += process.readAllStandardError();
        QVERIFY2(told.contains("stopped at a random step"), told);
        ::kill(pid_t(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(60000));
        QCOMPARE(process.exitCode(), 9);
        QCOMPARE(m_folder.leftInHome(), QStringList());
    }
};

QTEST_GUILESS_MAIN(tst_drill)
#include "tst_drill.moc"
