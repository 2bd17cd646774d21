// SPDX-License-Identifier: Apache-2.0
// Runs of other tools on the command line: imported, listed, shown, compared, exported. Nothing trains.
#include <QJsonArray>

#include "cliprocess.h"

using namespace Qt::StringLiterals;

class tst_exchange : public QObject {
    Q_OBJECT
    CliFolder m_folder;

    static QString data(const QString& name) { return QString::fromUtf8(kTestDataDir) + u'/' + name; }
    Said slipway(const QStringList& words) const { return m_folder.slipway(words); }
    QJsonDocument json(const QStringList& words) const {
        return slipway(words + QStringList{u"--json"_s}).json();
    }
    void isError(const QStringList& words, int status, const char* inMessage) const {
        const Said said = slipway(words);
        QCOMPARE(said.status, status);
        SAYS(said.problems, inMessage);
    }

private Q_SLOTS:
    void initTestCase() {
        const Said mlflow = slipway({u"import"_s, data(u"mlflow"_s)});
        QVERIFY2(mlflow.status == 0, mlflow.problems);
        QCOMPARE(mlflow.out, QByteArray("#1 fashion/second, 1 point\n#2 fashion/first try, 11 points\n"));
        const QJsonDocument tensorboard = json({u"import"_s, data(u"tensorboard"_s)});
        const QJsonObject run = tensorboard[u"runs"_s][0].toObject();
        QCOMPARE(run[u"number"_s].toInt(), 3);
        QCOMPARE(run[u"new"_s].toBool(), true);
        QCOMPARE(run[u"points"_s].toInt(), 16);
    }

    void twiceIsTold() {
        QCOMPARE(slipway({u"import"_s, data(u"mlflow"_s)}).out,
                 QByteArray("#1 is fashion/second already\n#2 is fashion/first try already\n"));
        QCOMPARE(json({u"import"_s, data(u"tensorboard"_s)})[u"runs"_s][0][u"new"_s].toBool(true), false);
    }

    void areListedAndShownLikeOthers() {
        const QByteArray list = slipway({u"runs"_s}).out;
        SAYS(list, "fashion-first-try  imported  ✓ succeeded");
        SAYS(list, "fashion-second     imported  ✕ failed: as MLflow kept it");
        const QByteArray shown = slipway({u"show"_s, u"fashion-first-try"_s}).out;
        SAYS(shown, "where    imported");
        SAYS(shown, "loss             0.5 at step 30 (4 points)");
        SAYS(shown, "source   fashion/first try, /");
        SAYS(shown, "  lr               0.001\n");
        QCOMPARE(json({u"show"_s, u"2"_s})[u"imported"_s][u"parameters"_s][u"lr"_s].toString(), u"0.001"_s);
        isError({u"resume"_s, u"2"_s}, 2, "#2 was imported from mlflow and has no job");
        isError({u"fetch"_s, u"2"_s}, 2, "only what it told is here");
        const QByteArray logs = slipway({u"logs"_s, u"2"_s}).out;
        QCOMPARE(logs, QByteArray());
    }

    void curvesAreDrawn() {
        const Said all = slipway({u"curves"_s, u"2"_s});
        QVERIFY2(all.status == 0, all.problems);
        SAYS(all.out, "loss  last 0.5 at step 30, min 0.5, max 2, 4 points\n           2 │█\n");
        SAYS(all.out, "\n              0                                                             30\n");
        SAYS(all.out, "nostep  last inf at step 2, min 3, max 3, 3 points");
        SAYS(all.out, "×");
        const QJsonDocument one = json({u"curves"_s, u"2"_s, u"--metric"_s, u"nostep"_s});
        QCOMPARE(one[u"metrics"_s].toObject().keys(), QStringList(u"nostep"_s));
        QCOMPARE(one[u"metrics"_s][u"nostep"_s][u"points"_s][1][1].toString(), u"nan"_s);
        QCOMPARE(one[u"metrics"_s][u"nostep"_s][u"max"_s].toDouble(), 3.0);
        isError({u"curves"_s, u"2"_s, u"--metric"_s, u"los"_s}, 3, "did you mean loss?");
        const QByteArray csv =
            slipway({u"curves"_s, u"2"_s, u"--csv"_s, u"--metric"_s, u"test/accuracy"_s}).out;
        QVERIFY2(csv.startsWith("metric,step,seconds,value\ntest/accuracy,0,0.010000,0.5\n"), csv);
        QCOMPARE(csv.count('\n'), 5);
    }

    void runsAreCompared() {
        const Said said = slipway({u"compare"_s, u"2"_s, u"1"_s, u"3"_s});
        QVERIFY2(said.status == 0, said.problems);
        SAYS(said.out, "  lr              0.001       0.1  –");
        SAYS(said.out, "environment: the same");
        SAYS(said.out, "  loss           #1   no step in common\n");
        SAYS(said.out, "  loss           #3   step 20 (0.666667, 0.666667), never by more than 1e-6");
        const QJsonDocument told = json({u"compare"_s, u"2"_s, u"3"_s});
        const QJsonValue loss = told[u"metrics"_s][u"loss"_s];
        QCOMPARE(loss[u"last"_s][0][u"value"_s].toDouble(), 0.5);
        QCOMPARE(loss[u"partsFromFirst"_s][0][u"exact"_s][u"step"_s].toInt(), 20);
        QCOMPARE(told[u"settings"_s][u"lr"_s].toArray(), QJsonArray({u"0.001"_s, QJsonValue()}));
        isError({u"compare"_s, u"2"_s}, 2, "one run alone");
        isError({u"compare"_s, u"2"_s, u"17"_s}, 3, "17");
    }

    void runsAreExported() {
        for (const QString& format : {u"csv"_s, u"tensorboard"_s, u"mlflow"_s}) {
            const QStringList words{u"export"_s, u"2"_s, u"--as"_s, format, u"--to"_s, m_folder.path(format)};
            const QString written = json(words)[u"path"_s].toString();
            QVERIFY2(QFileInfo::exists(written), qPrintable(written));
            QVERIFY(written.startsWith(m_folder.path(format)));
            isError(words, 4, "already");
        }
        isError({u"export"_s, u"2"_s}, 2, "--as");
        isError({u"export"_s, u"2"_s, u"--as"_s, u"xml"_s}, 2, "xml");
        // Another home takes what this one gave.
        const Said imported =
            slipway({u"--home"_s, m_folder.path(u"other"_s), u"import"_s, m_folder.path(u"mlflow"_s)});
        SAYS(imported.out, "#1 fashion-first-try/fashion-first-try-2, 11 points");
        const Said settings = slipway({u"--home"_s, m_folder.path(u"other"_s), u"show"_s, u"1"_s});
        SAYS(settings.out, "nostep           inf at step 2 (3 points)");
    }

    void whatHoldsNoRunsIsTold() {
        m_folder.write(u"plain/readme.txt"_s, "");
        isError({u"import"_s, m_folder.path(u"plain"_s)}, 3, "holds no runs");
        isError({u"import"_s, m_folder.path(u"missing"_s)}, 3, "missing");
        m_folder.write(u"bad/events.out.tfevents.1.host"_s, QByteArray(40, 'x'));
        isError({u"import"_s, m_folder.path(u"bad"_s)}, 10, "damaged at byte 0");
        QCOMPARE(json({u"runs"_s}).array().size(), 3);
    }

    void oneThatWasRemovedCanBeImportedAgain() {
        QCOMPARE(slipway({u"remove"_s, u"1"_s}).status, 0);
        SAYS(slipway({u"import"_s, data(u"mlflow"_s)}).out, "fashion/second, 1 point\n");
    }
};

QTEST_GUILESS_MAIN(tst_exchange)
#include "tst_exchange.moc"
