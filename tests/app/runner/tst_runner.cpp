// SPDX-License-Identifier: Apache-2.0
// slipway-runner as the agent starts it: as a process, with events over a descriptor, signals and ranks.
#include "backends/events/eventcodec.h"
#include "freeport.h"
#include "testpaths.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cmath>

using namespace slipway;

namespace {

constexpr int kWait = 100000;

}  // namespace

class tst_runner : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    QString job(const QByteArray& name, const QByteArray& loop,
                const QByteArray& network = "{type: mlp, hidden: [8]}",
                const QByteArray& rest =
                    "  data: {type: table, input: table, target: y}\n"
                    "  optimizer: {type: sgd, lr: 0.05}\n") {
        QFile file(m_folder.filePath(QString::fromUtf8(name) + QStringLiteral(".yaml")));
        if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write");
        file.write("name: " + name + "\ntrain:\n  network: " + network + "\n" + rest + loop +
                   "inputs: {table: table.csv, text: text.txt}\nresources: {cpu: 1}\nseed: 5\n");
        return file.fileName();
    }
    QString folder(const QByteArray& name) const { return m_folder.filePath(QString::fromUtf8(name)); }

    // Starts a runner whose events go to a file.
    void start(QProcess& process, const QString& jobFile, const QByteArray& run, const QStringList& more = {},
               const QStringList& variables = {}) {
        const QByteArray events = (folder(run) + QStringLiteral(".events")).toUtf8();
        process.setChildProcessModifier([events] {
            const int fd = ::open(events.constData(), O_WRONLY | O_CREAT | O_APPEND, 0600);
            if (fd != 9) {
                ::dup2(fd, 9);
                ::close(fd);
            }
        });
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("SLIPWAY_EVENT_FD"), QStringLiteral("9"));
        environment.insert(QStringLiteral("OMP_WAIT_POLICY"), QStringLiteral("passive"));
        for (const auto& variable : variables)
            environment.insert(variable.section(QLatin1Char('='), 0, 0),
                               variable.section(QLatin1Char('='), 1));
        process.setProcessEnvironment(environment);
        process.start(
            QString::fromUtf8(kBinDir) + QStringLiteral("/slipway-runner"),
            QStringList{QStringLiteral("--job"), jobFile, QStringLiteral("--run-folder"), folder(run)} +
                more);
    }
    static int finish(QProcess& process) {
        if (!process.waitForFinished(kWait)) qFatal("the runner does not end");
        return process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
    }
    QList<EventBody> events(const QByteArray& run) const {
        QFile file(folder(run) + QStringLiteral(".events"));
        if (!file.open(QIODevice::ReadOnly)) return {};
        QList<EventBody> bodies;
        const auto lines = file.readAll().split('\n');
        for (const auto& line : lines) {
            if (line.isEmpty()) continue;
            const auto body = decodeBody(line.toStdString());
            if (!body || !*body) qFatal("no event: %s", line.constData());
            bodies.append(**body);
        }
        return bodies;
    }
    std::map<std::int64_t, double> losses(const QByteArray& run) const {
        std::map<std::int64_t, double> values;
        for (const auto& body : events(run))
            if (const auto* metric = std::get_if<MetricEvent>(&body);
                metric != nullptr && metric->values.contains("loss"))
                values[metric->step] = metric->values.at("loss");
        return values;
    }
    // One after the other, as the agent numbers them; the first one's run folder is `run`.
    void startRanks(QProcess (&ranks)[2], const QString& file, const QByteArray& run) {
        const QString port = QStringLiteral("MASTER_PORT=%1").arg(freePort());
        for (int rank = 0; rank < 2; ++rank)
            start(ranks[rank], file, rank == 0 ? run : run + "-other", {},
                  {QStringLiteral("WORLD_SIZE=2"), QStringLiteral("RANK=%1").arg(rank),
                   QStringLiteral("LOCAL_RANK=%1").arg(rank), QStringLiteral("MASTER_ADDR=127.0.0.1"), port});
    }

private Q_SLOTS:
    void initTestCase() {
        QFile table(m_folder.filePath(QStringLiteral("table.csv")));
        QVERIFY(table.open(QIODevice::WriteOnly));
        table.write("a,b,y\n");
        for (int i = 0; i < 400; ++i)
            table.write(QByteArray::number(i * 37 % 101) + ',' + QByteArray::number(i * 53 % 97) + ',' +
                        (i * 37 % 101 > i * 53 % 97 ? "yes" : "no") + '\n');
        QFile text(m_folder.filePath(QStringLiteral("text.txt")));
        QVERIFY(text.open(QIODevice::WriteOnly));
        for (int i = 0; i < 1000; ++i) text.write(QByteArray::number(i * i * 31 % 10007) + ' ');
    }

    void trainsAndTells() {
        QProcess runner;
        start(runner, job("plain", "  batch: 32\n  epochs: 4\n  log_every: 1\n"), "plain");
        QCOMPARE(finish(runner), 0);
        QVERIFY(runner.readAllStandardOutput().contains("done at step 40"));
        QCOMPARE(losses("plain").size(), 40U);
        QVERIFY(QFile::exists(folder("plain/result/model.safetensors")));
        QFile metrics(folder("plain/result/metrics.json"));
        QVERIFY(metrics.open(QIODevice::ReadOnly));
        QCOMPARE(QJsonDocument::fromJson(metrics.readAll())[QStringLiteral("metrics")][QStringLiteral("loss")]
                     .toDouble(),
                 losses("plain").at(40));
    }

    void sigtermSavesAndResumeGoesOn() {
        const QString file = job("stop", "  batch: 8\n  steps: 2000000\n  log_every: 1000\n");
        QProcess runner;
        start(runner, file, "stop");
        QVERIFY(runner.waitForReadyRead(kWait));  // the first line: data are read, the loop begins
        QCOMPARE(::kill(pid_t(runner.processId()), SIGTERM), 0);
        QCOMPARE(finish(runner), 143);
        const auto bodies = events("stop");
        std::int64_t step = -1;
        for (const auto& body : bodies)
            if (const auto* saved = std::get_if<CheckpointEvent>(&body)) {
                step = saved->step;
                QVERIFY(QFile::exists(folder("stop/") + QString::fromStdString(saved->path)));
            }
        QVERIFY(step > 0);

        QProcess again;
        start(again, file, "again", {QStringLiteral("--resume"), folder("stop/checkpoints")});
        while (again.waitForReadyRead(kWait) && !again.peek(1 << 16).contains("resumed at step")) {
        }
        ::kill(pid_t(again.processId()), SIGINT);
        QCOMPARE(finish(again), 143);
        QVERIFY(
            again.readAllStandardOutput().contains("resumed at step " + QByteArray::number(qint64(step))));
    }

    // The mean over two ranks of half a batch is the batch's; also where a rank adds its half up from pieces.
    void twoRanksTrainAsOne_data() {
        QTest::addColumn<QByteArray>("network");
        QTest::addColumn<QByteArray>("rest");
        QTest::addColumn<QByteArray>("pieces");
        const QByteArray table = "  data: {type: table, input: table, target: y}\n";
        const QByteArray text = "  data: {type: text, input: text, context: 16}\n";
        const QByteArray gpt = "{type: gpt, width: 32, depth: 2, heads: 2, dropout: 0}";
        const QByteArray mlp = "{type: mlp, hidden: [32, 16]}";
        const QByteArray sgd = "  optimizer: {type: sgd, lr: 0.05}\n";
        const QByteArray adam = "  optimizer: {type: adam, lr: 1e-3}\n";
        const QByteArray adamw = "  optimizer: {type: adamw, lr: 1e-3}\n";
        QTest::newRow("mlp-sgd") << mlp << table + sgd << QByteArray();
        QTest::newRow("mlp-adam-pieces") << mlp << table + adam << QByteArray("  micro_batch: 5\n");
        QTest::newRow("gpt-adamw") << gpt << text + adamw << QByteArray();
        QTest::newRow("gpt-sgd-pieces") << gpt << text + sgd << QByteArray("  micro_batch: 3\n");
    }
    void twoRanksTrainAsOne() {
        QFETCH(QByteArray, network);
        QFETCH(QByteArray, rest);
        QFETCH(QByteArray, pieces);
        const QByteArray name = QTest::currentDataTag();
        const QByteArray loop = "  steps: 50\n  log_every: 1\n  deterministic: true\n";
        QProcess one;
        start(one, job(name + "-one", "  batch: 16\n" + loop, network, rest), name + "-one");
        QCOMPARE(finish(one), 0);
        QProcess ranks[2];
        startRanks(ranks, job(name + "-two", "  batch: 8\n" + loop + pieces, network, rest), name);
        for (auto& rank : ranks) {
            const int status = finish(rank);
            QVERIFY2(status == 0, rank.readAllStandardError());
        }
        QVERIFY(!QFile::exists(folder(name + "-other/result")));
        const auto together = losses(name);
        const auto alone = losses(name + "-one");
        QCOMPARE(together.size(), 50U);
        for (const auto& [step, loss] : together)
            QVERIFY2(std::abs(loss - alone.at(step)) < 1e-5, qPrintable(QStringLiteral("step %1").arg(step)));
    }

    void aRanksDeathEndsTheOtherWithin10Seconds() {
        QProcess ranks[2];
        startRanks(ranks, job("death", "  batch: 8\n  steps: 2000000\n  log_every: 1000\n"), "death");
        while (losses("death").empty() && ranks[0].state() != QProcess::NotRunning)
            ranks[0].waitForFinished(20);
        QCOMPARE(::kill(pid_t(ranks[1].processId()), SIGKILL), 0);
        QVERIFY(ranks[0].waitForFinished(10000));
        QCOMPARE(ranks[0].exitCode(), 1);
        const auto text = ranks[0].readAllStandardError();
        QVERIFY2(text.contains("training stopped; often because another rank has ended"), text);
        ranks[1].waitForFinished();
    }

    void aStopReachesAllRanks() {
        const QString file = job("both", "  batch: 8\n  steps: 2000000\n  log_every: 1000\n");
        QProcess ranks[2];
        startRanks(ranks, file, "both");
        QVERIFY(ranks[0].waitForReadyRead(kWait));
        ::kill(pid_t(ranks[1].processId()), SIGTERM);  // one of them is enough
        QCOMPARE(finish(ranks[0]), 143);
        QCOMPARE(finish(ranks[1]), 143);
        QCOMPARE(QDir(folder("both/checkpoints")).entryList(QDir::Files).size(), 1);
    }

    void failuresAreOneLine_data() {
        QTest::addColumn<QByteArray>("loop");
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("words");
        QTest::newRow("no such file")
            << QByteArray() << QStringList{QStringLiteral("--input"), QStringLiteral("table=/none.csv")} << 1
            << QByteArray("/none.csv");
        QTest::newRow("input without a name")
            << QByteArray() << QStringList{QStringLiteral("--input"), QStringLiteral("x")} << 2
            << QByteArray("name=path");
        QTest::newRow("bad job") << QByteArray("  batch: many\n") << QStringList{} << 2
                                 << QByteArray("batch");
        QTest::newRow("checkpoint") << QByteArray()
                                    << QStringList{QStringLiteral("--resume"), QStringLiteral("/none")} << 1
                                    << QByteArray("/none");
    }
    void failuresAreOneLine() {
        QFETCH(QByteArray, loop);
        QFETCH(QStringList, arguments);
        QFETCH(int, status);
        QFETCH(QByteArray, words);
        QProcess runner;
        start(runner, job("bad", loop), "bad", arguments);
        QCOMPARE(finish(runner), status);
        const auto text = runner.readAllStandardError();
        QVERIFY2(text.startsWith("slipway-runner: ") && text.contains(words) && text.count('\n') == 1, text);
    }

    void goesOnWithoutAListener() {
        QProcess runner;
        start(runner, job("deaf", "  batch: 32\n  epochs: 1\n"), "deaf", {},
              {QStringLiteral("SLIPWAY_EVENT_FD=77")});
        QCOMPARE(finish(runner), 0);
    }
};

QTEST_GUILESS_MAIN(tst_runner)
#include "tst_runner.moc"
