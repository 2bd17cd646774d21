// SPDX-License-Identifier: Apache-2.0
// slipway smoke over a program: its words, its JSON, what it writes into the job file, its failures.
#include <QJsonArray>

#include <signal.h>

#include "cliprocess.h"

using namespace Qt::StringLiterals;

namespace {

constexpr const char* kSteps =
    "for n in 1 2 3 4 5 6 7 8 9 10; do echo \"{\\\"step\\\": $n, \\\"loss\\\": 1}\"; sleep 0.02; done";

QByteArray jobOf(const QByteArray& script) {
    return "# mine\nname: tiny\nprogram:\n  command: [sh, -c, '" + script +
           "']\nresources:\n  memory: 8Gi  # a guess\n  cpu: 1\n";
}

}  // namespace

class tst_SmokeVerb : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tellsAndWrites() {
        const CliFolder folder;
        folder.write(u"job.yaml"_s, jobOf(kSteps));
        const Said text = folder.slipway({u"smoke"_s});
        QVERIFY2(text.status == 0, text.problems.constData());
        SAYS(text.out, "tiny: ");
        SAYS(text.out, "resources.memory: 256Mi (peak + 15 %");
        SAYS(text.out, "slipway smoke job.yaml --write");
        SAYS(text.problems, "running");

        const Said json = folder.slipway({u"smoke"_s, u"--json"_s, u"--write"_s});
        QCOMPARE(json.status, 0);
        const QJsonObject report = json.json()[u"report"_s].toObject();
        QVERIFY(report[u"steps"_s].toInt() >= 8);
        QVERIFY(report[u"memory"_s].toDouble() > 1e5);
        QVERIFY(report[u"stepSeconds"_s].toObject()[u"likely"_s].toDouble() > 0);
        QCOMPARE(report[u"settings"_s].toObject()[u"resources.memory"_s].toString(), u"256Mi"_s);
        QVERIFY(json.json()[u"written"_s].toBool());
        QFile file(folder.path(u"job.yaml"_s));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray now = file.readAll();
        QCOMPARE(now, jobOf(kSteps).replace("8Gi", "256Mi"));
        QCOMPARE(folder.slipway({u"runs"_s, u"--json"_s}).json().array().size(), 0);
    }

    void aRunKeepsItsPeakAsWell() {
        const CliFolder folder;
        folder.write(u"job.yaml"_s, jobOf(kSteps));
        QCOMPARE(folder.slipway({u"run"_s}).status, 0);
        SAYS(folder.slipway({u"show"_s}).out, " of 8.0 GiB asked for");
        const QJsonObject memory = folder.slipway({u"show"_s, u"--json"_s}).json()[u"memory"_s].toObject();
        QVERIFY(memory[u"peak"_s].toDouble() > 1e5);
        QCOMPARE(memory[u"asked"_s].toDouble(), 8.0 * (1 << 30));
    }

    void anInterruptEndsIt() {
        const CliFolder folder;
        folder.write(u"job.yaml"_s, jobOf("echo $$ > pid; exec sleep 60"));
        QProcess process;
        process.setWorkingDirectory(folder.path());
        process.start(QString::fromUtf8(kBinDir) + u"/slipway"_s,
                      {u"--home"_s, folder.path(u"home"_s), u"smoke"_s, u"--json"_s});
        const QFileInfo pid(folder.path(u"pid"_s));
        QTRY_VERIFY_WITH_TIMEOUT(QFileInfo(pid.filePath()).size() > 0, 60000);
        QFile file(pid.filePath());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray number = file.readAll().trimmed();
        QCOMPARE(::kill(static_cast<pid_t>(process.processId()), SIGINT), 0);
        QVERIFY(process.waitForFinished(60000));
        QCOMPARE(process.exitCode(), 9);
        QCOMPARE(QJsonDocument::fromJson(process.readAllStandardOutput())[u"error"_s].toObject()[u"code"_s],
                 u"cancelled"_s);
        QVERIFY(!QFileInfo::exists(u"/proc/"_s + QString::fromUtf8(number)));
        QVERIFY(QDir(folder.path(u"home/smoke"_s))
                    .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot)
                    .isEmpty());
    }

    void aFailureIsARunThatFailed() {
        const CliFolder folder;
        folder.write(u"job.yaml"_s, jobOf("echo \"RuntimeError: it broke\" >&2; exit 3"));
        const Said text = folder.slipway({u"smoke"_s});
        QCOMPARE(text.status, 1);
        SAYS(text.out, "exit code 3");
        const Said json = folder.slipway({u"smoke"_s, u"--json"_s, u"--write"_s});
        QCOMPARE(json.status, 1);
        QVERIFY(json.json()[u"report"_s].isNull());
        QCOMPARE(json.json()[u"state"_s].toString(), u"failed"_s);
        QVERIFY(!json.json()[u"findings"_s].toArray().isEmpty());
    }

    void mistakesAreErrors() {
        const CliFolder folder;
        QCOMPARE(folder.slipway({u"smoke"_s, u"nowhere"_s}).status, 3);
        folder.write(u"job.yaml"_s, "name: tiny\nprogram:\n  command: [no-such-program]\n");
        const Said said = folder.slipway({u"smoke"_s});
        QCOMPARE(said.status, 2);
        SAYS(said.problems, "no-such-program");
    }
};

QTEST_GUILESS_MAIN(tst_SmokeVerb)
#include "tst_smokeverb.moc"
