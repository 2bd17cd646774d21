// SPDX-License-Identifier: Apache-2.0
// The built-in trainer in the real cluster, by the command line: two ranks that find each other over the headless Service train as one
// does here, and kill -9 of the runner or of the agent in a pod is told as what it is, with what had been saved still there.
#include "backends/platform/files.h"
#include "backends/platform/process.h"
#include "backends/runs/runstore.h"

#include "clusterfixture.h"

#include <QDir>
#include <QFile>
#include <QTest>

#include <signal.h>
#include <cmath>
#include <map>

using namespace slipway;
using namespace Qt::StringLiterals;

class tst_ClusterTraining : public QObject {
    Q_OBJECT

    static constexpr int kLong = 120000;
    std::unique_ptr<ClusterFixture> m_cluster;
    QTemporaryDir m_jobs;

    // A job on a table of four features that goes into the image.
    std::string job(const std::string& name, const std::string& loop) const {
        const std::filesystem::path folder = m_jobs.path().toStdString() + "/" + name;
        std::string rows = "a,b,c,d,kind\n";
        for (int row = 0; row < 400; ++row) {
            const int kind = row % 3;
            for (int column = 0; column < 4; ++column)
                rows += std::to_string((row * 7 + column * 13) % 10 + kind * (column + 1)) + ",";
            rows += "k" + std::to_string(kind) + "\n";
        }
        const auto write = [&](const char* file, const std::string& text) {
            if (!makeFolders(folder) || !writeFileAtomically(folder / file, text)) qFatal("cannot write");
        };
        write("rows.csv", rows);
        write("job.yaml", "name: " + name +
                              "\ninputs: {rows: rows.csv}\ntrain:\n  network: {type: mlp, hidden: [16]}\n"
                              "  data: {type: table, input: rows, target: kind}\n"
                              "  optimizer: {type: sgd, lr: 0.05}\n  deterministic: true\n" +
                              loop + "resources: {cpu: 500m, memory: 1Gi}\ngrace: 5s\n");
        return folder.string();
    }
    CommandOutput slipway(std::vector<std::string> words) const {
        SpawnOptions options;
        options.command = {std::string(kBinDir) + "/slipway", "--home", m_cluster->settings().home.string(),
                           "--kubeconfig", m_cluster->settings().kubeconfig};
        options.command.insert(options.command.end(), words.begin(), words.end());
        options.environment = currentEnvironment();
        auto ran = runCommand(options, std::chrono::milliseconds(2 * kLong));
        if (!ran) qFatal("%s", describe(ran.error()).c_str());
        return *std::move(ran);
    }
    CommandOutput submit(const std::string& folder, std::vector<std::string> more = {}) const {
        std::vector<std::string> words{"submit",     folder,
                                       "--to",       m_cluster->target().str(),
                                       "--registry", "http://" + m_cluster->registry() + "/training"};
        words.insert(words.end(), more.begin(), more.end());
        return slipway(std::move(words));
    }
    RunFolder run(const std::string& name) const {
        return *RunStore::open(m_cluster->settings().home)->find(name);
    }
    static std::map<std::int64_t, double> losses(const RunFolder& folder) {
        std::map<std::int64_t, double> losses;
        const auto events = *EventReader(folder).next();
        for (const Event& event : events)
            if (const auto* metric = std::get_if<MetricEvent>(&event.body))
                for (const auto& [name, value] : metric->values)
                    if (name == "loss") losses[metric->step] = value;
        return losses;
    }
    // The process of the run's pod whose program ends so; 0: there is none.
    static pid_t processOf(const RunFolder& folder, const QByteArray& program) {
        const QByteArray id = QByteArray::fromStdString(folder.record()->id.str());
        const auto read = [](const QString& file) {
            QFile in(file);
            return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
        };
        for (const QString& pid : QDir(u"/proc"_s).entryList({u"[0-9]*"_s}, QDir::Dirs)) {
            const QByteArrayList words = read(u"/proc/"_s + pid + u"/cmdline"_s).split('\0');
            const bool isIt = std::any_of(words.begin(), words.end(),
                                          [&](const QByteArray& word) { return word.endsWith(program); });
            if (isIt && read(u"/proc/"_s + pid + u"/environ"_s).contains("HOSTNAME=" + id))
                return pid.toInt();
        }
        return 0;
    }

private Q_SLOTS:
    void initTestCase() {
        std::string reason;
        m_cluster = ClusterFixture::find(reason);
        if (!m_cluster) QSKIP(reason.c_str());
        if (!QFile::exists(QString::fromUtf8(kBinDir) + u"/slipway-runner"_s))
            QSKIP("built without the runner");
    }

    void twoRanksTrainThereAsOneDoesHere() {
        const std::string loop = "  steps: 50\n  log_every: 1\n";
        const CommandOutput there = submit(job("ranks", "  batch: 8\n" + loop + "replicas: 2\n"));
        QVERIFY2(there.status == ExitStatus{}, (there.out + there.err).c_str());
        const CommandOutput here = slipway({"run", job("alone", "  batch: 16\n" + loop)});
        QVERIFY2(here.status == ExitStatus{}, (here.out + here.err).c_str());
        const auto together = losses(run("ranks"));
        const auto alone = losses(run("alone"));
        QCOMPARE(together.size(), 50U);
        for (const auto& [step, loss] : together)
            QVERIFY2(std::abs(loss - alone.at(step)) < 1e-5, qPrintable(QStringLiteral("step %1").arg(step)));
        const CommandOutput fetched = slipway({"fetch", "ranks"});
        QVERIFY2(fetched.status == ExitStatus{}, (fetched.out + fetched.err).c_str());
        QVERIFY(std::filesystem::exists(run("ranks").resultFolder() / "model.safetensors"));
    }

    void aKilledProcessInAPodIsTold_data() {
        QTest::addColumn<QByteArray>("program");
        QTest::newRow("runner") << QByteArray("/slipway-runner");
        QTest::newRow("agent") << QByteArray("/slipway-agent");
    }
    void aKilledProcessInAPodIsTold() {
        QFETCH(QByteArray, program);
        const std::string name = std::string("killed-") + QTest::currentDataTag();
        const CommandOutput submitted = submit(
            job(name, "  batch: 8\n  steps: 100000000\n  log_every: 1000\ncheckpoint: {every: 1000}\n"),
            {"--detach"});
        QVERIFY2(submitted.status == ExitStatus{}, (submitted.out + submitted.err).c_str());
        const RunFolder folder = run(name);
        const auto hasCheckpoint = [&] {
            (void)slipway({"show", name, "--json"});  // takes what the pod has told
            const auto events = *EventReader(folder).next();
            return std::any_of(events.begin(), events.end(), [](const Event& event) {
                return std::holds_alternative<CheckpointEvent>(event.body);
            });
        };
        QTRY_VERIFY_WITH_TIMEOUT(hasCheckpoint(), kLong);
        const pid_t process = processOf(folder, program);
        QVERIFY(process > 1);
        QCOMPARE(::kill(process, SIGKILL), 0);
        const auto isOver = [&] {
            (void)slipway({"show", name, "--json"});
            return isFinal(folder.record()->status.state);
        };
        QTRY_VERIFY_WITH_TIMEOUT(isOver(), kLong);
        const RunRecord record = *folder.record();
        QCOMPARE(record.status.state, RunState::Failed);
        const bool isTold =
            record.status.reason.find(program == "/slipway-runner" ? "signal 9" : "137") != std::string::npos;
        QVERIFY2(isTold, record.status.reason.c_str());
        // The agent lives on where the runner dies, and sends the last checkpoint to the registry.
        const CommandOutput fetched = slipway({"fetch", name});
        if (program == "/slipway-runner") {
            QVERIFY2(record.status.reason.find("was kept") != std::string::npos,
                     record.status.reason.c_str());
            QVERIFY2(fetched.status == ExitStatus{}, (fetched.out + fetched.err).c_str());
            QVERIFY(folder.hasCheckpoint());
        } else {
            QVERIFY(fetched.status != ExitStatus{});
            QVERIFY(!folder.hasResult());
        }
    }
};

QTEST_GUILESS_MAIN(tst_ClusterTraining)
#include "tst_clustertraining.moc"
