// SPDX-License-Identifier: Apache-2.0
// `slipway drill` of trainings, over real agents and runners.
#include "tests/app/cli/cliprocess.h"

#include <QTest>

using namespace Qt::StringLiterals;

class tst_drilltraining : public QObject {
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
        QCOMPARE(m_folder.leftInHome(), QStringList());
    }

    void aTrainingThatFailsUninterruptedSaysSo() {
        writeTraining(u"bad"_s, "  optimizer: {type: sgd, lr: 100}\n");
        const Said said =
            m_folder.slipway({u"drill"_s, u"bad"_s, u"--set"_s, u"train.data.target=a"_s, u"--set"_s,
                              u"train.data.ignore=y"_s, u"--set"_s, u"train.data.task=value"_s});
        QCOMPARE(said.status, 2);
        SAYS(said.problems, "the job fails also uninterrupted: The loss became ");
        QCOMPARE(m_folder.leftInHome(), QStringList());
    }
};

QTEST_GUILESS_MAIN(tst_drilltraining)
#include "tst_drilltraining.moc"
