// SPDX-License-Identifier: Apache-2.0
// slipway settings, and what the settings change: what prune takes away, what doctor and show tell.
#include <QJsonArray>

#include "cliprocess.h"

using namespace Qt::StringLiterals;

class tst_settingsverb : public QObject {
    Q_OBJECT

    CliFolder m_folder;

    // A run that is over, with a result of that size.
    QString runOf(qint64 bytes) const {
        m_folder.write(u"job.yaml"_s,
                       "name: fill\nprogram: {command: ['true']}\nresources: {cpu: 500m, memory: 64Mi}\n");
        const QJsonObject ran = m_folder.slipway({u"run"_s, u"--json"_s}).lastLine()[u"record"_s].toObject();
        QString number = QString::number(ran[u"number"_s].toInt());
        m_folder.write(u"home/runs/"_s + number + u"/result/weights"_s, QByteArray(bytes, 'x'));
        return number;
    }

private Q_SLOTS:
    void aSettingIsKeptAndTakenBack() {
        QCOMPARE(m_folder.slipway({u"settings"_s, u"disk_budget"_s}).out, QByteArray("–\n"));
        QCOMPARE(m_folder.slipway({u"settings"_s, u"disk_budget"_s, u"1.5"_s}).out, QByteArray("1.5 GiB\n"));
        QCOMPARE(m_folder.slipway({u"settings"_s, u"registry"_s, u"reg.example:5000/a"_s}).status, 0);
        const QByteArray all = m_folder.slipway({u"settings"_s}).out;
        SAYS(all, "1.5 GiB");
        SAYS(all, "reg.example:5000/a");
        const QJsonObject json = m_folder.slipway({u"settings"_s, u"--json"_s}).json().object();
        QCOMPARE(json[u"settings"_s][u"disk_budget"_s][u"value"_s].toDouble(), 1.5);
        QCOMPARE(json[u"settings"_s][u"disk_budget"_s][u"unit"_s].toString(), u"GiB"_s);
        QCOMPARE(json[u"file"_s].toString(), m_folder.path(u"home/settings.yaml"_s));
        QCOMPARE(m_folder.slipway({u"settings"_s, u"disk_budget"_s, u"--default"_s}).out, QByteArray("–\n"));
        QCOMPARE(m_folder.slipway({u"settings"_s, u"registry"_s, u"--default"_s}).status, 0);
    }

    void whatIsWrongIsTold() {
        const Said unknown = m_folder.slipway({u"settings"_s, u"disc_budget"_s});
        QCOMPARE(unknown.status, 3);
        SAYS(unknown.problems, "did you mean `disk_budget`?");
        const Said wrong = m_folder.slipway({u"settings"_s, u"disk_budget"_s, u"lots"_s, u"--json"_s});
        QCOMPARE(wrong.status, 2);
        SAYS(wrong.error()[u"message"_s].toString().toUtf8(), "takes a number from 0");
        const Said none = m_folder.slipway({u"prune"_s, u"--to-budget"_s});
        QCOMPARE(none.status, 2);
        SAYS(none.problems, "slipway settings disk_budget 50");
    }

    void runsGoDownToTheBudget() {
        const QString first = runOf(3'000'000);
        const QString second = runOf(3'000'000);
        QCOMPARE(m_folder.slipway({u"settings"_s, u"disk_budget"_s, u"0.004"_s}).status, 0);  // 4.3 MB
        SAYS(m_folder.slipway({u"doctor"_s}).out, "prune --to-budget --dry-run");
        const QJsonObject plan =
            m_folder.slipway({u"prune"_s, u"--to-budget"_s, u"--dry-run"_s, u"--json"_s}).json().object();
        QCOMPARE(plan[u"items"_s].toArray().size(), 1);
        QCOMPARE(plan[u"items"_s][0][u"run"_s].toInt(), first.toInt());
        QCOMPARE(plan[u"items"_s][0][u"what"_s].toString(), u"run"_s);
        SAYS(m_folder.slipway({u"prune"_s, u"--to-budget"_s}).out, "free again");
        QCOMPARE(m_folder.slipway({u"show"_s, first}).status, 3);
        QCOMPARE(m_folder.slipway({u"show"_s, second}).status, 0);
        QVERIFY(!m_folder.slipway({u"doctor"_s}).out.contains("--to-budget"));
    }

    void aRunHasItsCost() {
        const QString number = runOf(1);
        QVERIFY(!m_folder.slipway({u"show"_s, number}).out.contains("cost"));
        QCOMPARE(m_folder.slipway({u"settings"_s, u"cpu_hour_price"_s, u"0.04"_s}).status, 0);
        QCOMPARE(m_folder.slipway({u"settings"_s, u"currency"_s, u"CHF"_s}).status, 0);
        // As if it had gone on for ten hours elsewhere.
        QFile file(m_folder.path(u"home/runs/"_s + number + u"/run.json"_s));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QJsonObject record = QJsonDocument::fromJson(file.readAll()).object();
        file.close();
        record[u"target"_s] = u"lab/team"_s;
        record[u"started"_s] = u"2026-09-01T00:00:00Z"_s;
        record[u"ended"_s] = u"2026-09-01T10:00:00Z"_s;
        m_folder.write(u"home/runs/"_s + number + u"/run.json"_s, QJsonDocument(record).toJson());
        SAYS(m_folder.slipway({u"show"_s, number}).out, "\n  cost     0.20 CHF for GPUs and cores\n");
        const QJsonObject cost =
            m_folder.slipway({u"show"_s, number, u"--json"_s}).json().object()[u"cost"_s].toObject();
        QCOMPARE(cost[u"devices"_s].toDouble(), 0.2);
        QCOMPARE(cost[u"currency"_s].toString(), u"CHF"_s);
    }
};

QTEST_GUILESS_MAIN(tst_settingsverb)
#include "tst_settingsverb.moc"
