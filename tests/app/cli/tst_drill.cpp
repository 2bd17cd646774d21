// SPDX-License-Identifier: Apache-2.0
// `slipway drill` over real agents and runners.
#include "cliprocess.h"

#include <QDirIterator>
#include <QJsonArray>
#include <QProcess>
#include <QTest>

#include <signal.h>

using namespace Qt::StringLiterals;

class tst_drill : public QObject {
    Q_OBJECT
    CliFolder m_folder;

    void writeTraining(const QString& name, const QByteArray& more = {}) const {
        m_folder.write(name + u"/job.yaml"_s,
                       "name: probe\ntrain:\n  network: {type: mlp, hidden: [16], dropout: 0.2}\n"
                       "  data: {type: table, input: table, target: y}\n  batch: 16\n  eval_every: 5\n" +
                           more + "inputs: {table: table.csv}\nresources: {cpu: 1}\nseed: 5\n");
        QByteArray table = "a,b,y\n";
        for (int i = 0; i < 400; ++i)
            table += QByteArray::number(i * 37 % 101) + ',' + QByteArray::number(i * 53 % 97) + ',' +
                     (i * 37 % 101 > i * 53 % 97 ? "yes" : "no") + '\n';
        m_folder.write(name + u"/table.csv"_s, table);
    }
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
    void leavesNothing() const {
        QDirIterator all(m_folder.path(u"home"_s), QDir::Dirs | QDir::NoDotAndDotDot);
        while (all.hasNext()) {
            const QString name = QFileInfo(all.next()).fileName();
            QVERIFY2(name == u"slots"_s || name == u"runs"_s, qPrintable(name));
        }
        QCOMPARE(m_folder.slipway({u"runs"_s, u"--json"_s}).json().array().size(), 0);
    }

private Q_SLOTS:
    void aTrainingThatGoesOnExactlyIsSafe() {
        writeTraining(u"train"_s);
        const Said said = m_folder.slipway({u"drill"_s, u"train"_s, u"--seed"_s, u"7"_s, u"--json"_s});
        QVERIFY2(said.status == 0, said.problems + said.out);
        const QJsonObject drill = said.json().object();
        QVERIFY(drill[u"safe"_s].toBool());
        QCOMPARE(drill[u"seed"_s].toInt(), 7);
        QVERIFY(!drill.contains(u"parting"_s));
        const int stopped = drill[u"checkpoint"_s][u"step"_s].toInt();
        QVERIFY(stopped >= drill[u"askedAtStep"_s].toInt() && stopped < drill[u"steps"_s].toInt());
        QCOMPARE(drill[u"goesOnAtStep"_s].toInt(), stopped % 5 == 0 ? stopped : stopped + 1);
        const QByteArray words = drill[u"verdict"_s].toString().toUtf8();
        QVERIFY2(words.startsWith("safe with 30.0 s of grace: yes, it ended ") ||
                     words.startsWith("safe with 30 s of grace: yes, it ended "),
                 words);
        SAYS(words, "the resumed curve is the same bit for bit over ");
        leavesNothing();
    }

    void aTrainingThatFailsUninterruptedSaysSo() {
        writeTraining(u"bad"_s, "  optimizer: {type: sgd, lr: 100}\n");
        const Said said =
            m_folder.slipway({u"drill"_s, u"bad"_s, u"--set"_s, u"train.data.target=a"_s, u"--set"_s,
                              u"train.data.ignore=y"_s, u"--set"_s, u"train.data.task=value"_s});
        QCOMPARE(said.status, 2);
        SAYS(said.problems, "the job fails also uninterrupted: The loss became ");
        leavesNothing();
    }

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
        leavesNothing();
    }

    void aProgramThatIsOverTooSoonIsNoDrill() {
        writeProgram(u"short"_s, "import slipway\nslipway.log(step=1, loss=1.0)\n");
        const Said said = m_folder.slipway({u"drill"_s, u"short"_s, u"--seed"_s, u"3"_s});
        QCOMPARE(said.status, 7);
        SAYS(said.problems, "the run was over before it could be stopped");
        leavesNothing();
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
        leavesNothing();
    }
};

QTEST_GUILESS_MAIN(tst_drill)
#include "tst_drill.moc"
