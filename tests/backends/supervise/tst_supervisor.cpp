// SPDX-License-Identifier: Apache-2.0
#include "agentfixture.h"
#include "nvmlstandin.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>

using namespace slipway;
using namespace std::chrono_literals;

namespace {

constexpr int kLong = 20000;

// Tells its process id in a file and waits until it is ended.
const char* const kWait = "echo $$ > pid; echo ready; while :; do sleep 0.05; done";

const char* const kTraining =
    "version: 1\nname: probe\ntrain:\n  network: {type: mlp, hidden: [8]}\n"
    "  data: {type: table, input: table, target: y}\n  optimizer: {type: sgd, lr: 0.05}\n"
    "inputs: {table: table.csv}\nreplicas: 2\n";

}  // namespace

class tst_supervisor : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void ends_data() {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<int>("exitCode");
        QTest::addColumn<int>("state");
        QTest::addColumn<QByteArray>("reason");
        const int succeeded = int(RunState::Succeeded), failed = int(RunState::Failed);
        QTest::newRow("success") << QByteArray("echo hello") << 0 << succeeded << QByteArray("");
        QTest::newRow("exit code 3") << QByteArray("exit 3") << 3 << failed << QByteArray("exit code 3");
        QTest::newRow("killed") << QByteArray("kill -9 $$") << 137 << failed
                                << QByteArray("ended by signal 9; often out of memory");
        QTest::newRow("child killed") << QByteArray("sh -c 'kill -9 $$'; exit $?") << 137 << failed
                                      << QByteArray("exit code 137: ended by signal 9; often out of memory");
        QTest::newRow("segfault") << QByteArray("kill -11 $$") << 139 << failed << QByteArray("signal 11");
        QTest::newRow("terminated by another")
            << QByteArray("kill -15 $$") << 143 << failed << QByteArray("asked to stop");
        QTest::newRow("no such command") << QByteArray("no-such-command") << 127 << failed
                                         << QByteArray("exit code 127: the program was not found");
    }
    void ends() {
        QFETCH(QByteArray, script);
        QFETCH(int, exitCode);
        QFETCH(int, state);
        QFETCH(QByteArray, reason);
        AgentFixture fixture;
        const RunFolder folder = fixture.makeRun(fixture.job(script.toStdString()));
        QCOMPARE(fixture.run(folder), exitCode);
        const SummaryEvent summary = fixture.summary(folder);
        QCOMPARE(int(summary.state), state);
        QCOMPARE(summary.exitCode, exitCode);
        QVERIFY2(reason.isEmpty() ? summary.reason.empty()
                                  : summary.reason.find(reason.toStdString()) != std::string::npos,
                 summary.reason.c_str());
        const auto record = folder.record();
        QCOMPARE(int(record->status.state), state);
        QCOMPARE(record->status.reason, summary.reason);
        QVERIFY(record->started && record->ended && *record->started <= *record->ended);
        QVERIFY(!fixture.isAlive(folder));

        // From 1 on without a gap, the summary last.
        const auto events = fixture.events(folder);
        for (std::size_t i = 0; i < events.size(); ++i) QCOMPARE(events[i].seq, std::uint64_t(i + 1));
        QVERIFY(std::holds_alternative<SummaryEvent>(events.back().body));
        QCOMPARE(fixture.bodies<RankExitedEvent>(folder).size(), std::size_t{1});
    }

    void statesInOrder() {
        AgentFixture fixture;
        const RunFolder folder = fixture.makeRun(fixture.job("true"));
        QCOMPARE(fixture.run(folder), 0);
        std::vector<RunState> states;
        for (const StateEvent& event : fixture.bodies<StateEvent>(folder)) states.push_back(event.state);
        QCOMPARE(states, (std::vector{RunState::Preparing, RunState::Starting, RunState::Running,
                                      RunState::Finishing}));
    }

    void outputAndEvents() {
        AgentFixture fixture;
        const RunFolder folder = fixture.makeRun(fixture.job(
            "echo out; echo err >&2; printf 'no line end'; printf '\\377\\376 broken\\n' >&2; mkdir $SLIPWAY_RUN_FOLDER/checkpoints/a;"
            R"(echo '{"kind":"metric","step":1,"values":{"loss":0.5,"bad":"nan"}}' >&3;)"
            R"(echo '{"kind":"checkpoint","step":5,"path":"checkpoints/a"}' >&3;)"
            R"(echo '{"kind":"checkpoint","step":6,"path":"checkpoints/missing"}' >&3;)"
            R"(echo '{"kind":"summary","state":"succeeded"}' >&3; echo garbage >&3; echo '{"kind":"future"}' >&3;)"
            "head -c 40000 /dev/zero | tr '\\0' x >&3; echo >&3;"
            R"(echo '{"kind":"log","stream":"agent","text":"I am the agent"}' >&3; printf '{"kind":"progress","step":7}' >&3)"));
        QCOMPARE(fixture.run(folder), 0);
        QVERIFY(fixture.hasLine(folder, "out") && fixture.hasLine(folder, "err") &&
                fixture.hasLine(folder, "no line end"));
        QVERIFY(fixture.hasLine(folder, "\xEF\xBF\xBD\xEF\xBF\xBD broken"));
        QVERIFY(fixture.hasLine(folder, "there is no checkpoint checkpoints/missing"));
        const auto metrics = fixture.bodies<MetricEvent>(folder);
        QCOMPARE(metrics.size(), std::size_t{1});
        QCOMPARE(metrics[0].values.at("loss"), 0.5);
        QCOMPARE(fixture.bodies<CheckpointEvent>(folder).size(), std::size_t{1});
        QCOMPARE(fixture.bodies<ProgressEvent>(folder).size(), std::size_t{1});
        QCOMPARE(fixture.summary(folder).state, RunState::Succeeded);
        std::size_t leftOut = 0;
        for (const LogEvent& log : fixture.bodies<LogEvent>(folder)) {
            leftOut += log.stream == LogEvent::Stream::Agent && log.text.find("left out") != std::string::npos
                           ? 1
                           : 0;
            if (log.text == "I am the agent") QCOMPARE(log.stream, LogEvent::Stream::Stdout);
        }
        QCOMPARE(leftOut, std::size_t{4});
    }

    void aProgramRunsInTheEnvironmentOfItsFolder() {
        AgentFixture fixture;
        const auto venv = fixture.work() / ".venv";
        std::filesystem::create_directories(venv / "bin");
        std::ofstream(venv / "pyvenv.cfg") << "version = 3.12.1\n";
        std::ofstream(venv / "bin" / "python")
            << "#!/bin/sh\necho \"python of $VIRTUAL_ENV runs $1\"\ntool\n";
        std::ofstream(venv / "bin" / "tool") << "#!/bin/sh\necho a tool of it\n";
        for (const char* name : {"python", "tool"})
            std::filesystem::permissions(venv / "bin" / name, std::filesystem::perms::owner_all);
        std::ofstream(fixture.work() / "requirements.txt") << "idna==3.20\n";
        JobSpec job = fixture.job("true");
        job.work = ProgramSpec{{"train.py"}, ".", "", ""};
        const RunFolder folder = fixture.makeRun(job);
        QCOMPARE(fixture.run(folder), 0);
        QVERIFY(fixture.hasLine(folder, "python of " + venv.string() + " runs train.py"));
        QVERIFY(fixture.hasLine(folder, "a tool of it"));
        QVERIFY(fixture.hasLine(
            folder, "Python 3.12.1 (venv), " + venv.string() + "; requirements.txt pins 1 package"));
        QVERIFY(std::filesystem::exists(folder.path() / "environment.json"));
    }

    void linesOfJsonAreMetricsToo() {
        AgentFixture fixture;
        const RunFolder folder = fixture.makeRun(fixture.job(
            R"(echo '{"step": 10, "loss": 0.5, "phase": "a"}'; echo '{"step": 11, "loss": 0.4}' >&2; printf '{"step": 12, "loss": NaN}')"));
        QCOMPARE(fixture.run(folder), 0);
        const auto metrics = fixture.bodies<MetricEvent>(folder);
        QCOMPARE(metrics.size(), std::size_t{2});
        QCOMPARE(metrics[0].step, 10);
        QCOMPARE(metrics[0].values, (std::map<std::string, double>{{"loss", 0.5}}));
        QVERIFY(std::isnan(metrics[1].values.at("loss")));
        QVERIFY(fixture.hasLine(folder, R"({"step": 10, "loss": 0.5, "phase": "a"})"));
    }

    void whatAProgramWritesForTensorboardAreMetrics() {
        AgentFixture fixture;
        const std::string recorded =
            std::string(kTestDataDir) + "/tensorboard/events.out.tfevents.1795877962.torch.0";
        // The end of the file comes just before the program's.
        const RunFolder folder = fixture.makeRun(fixture.job(
            "mkdir -p runs/a; f=runs/a/events.out.tfevents.$(date +%s).h; head -c 500 " + recorded +
            " > $f; tail -c +501 " + recorded + " >> $f; cp " + recorded + " runs/events.out.tfevents.1.h"));
        QCOMPARE(fixture.run(folder), 0);
        std::set<std::int64_t> steps;
        for (const MetricEvent& metric : fixture.bodies<MetricEvent>(folder)) steps.insert(metric.step);
        QVERIFY(steps.size() > 1);
        const auto events = fixture.events(folder);
        QVERIFY(std::holds_alternative<SummaryEvent>(events.back().body));
    }

    void chattyPrograms() {
        AgentFixture fixture;
        const RunFolder folder = fixture.makeRun(
            fixture.job("seq 1 20000; head -c 300000 /dev/zero | tr '\\0' y; echo; echo done"));
        QCOMPARE(fixture.run(folder), 0);
        std::size_t lines = 0, longLines = 0;
        std::string joined;
        for (const LogEvent& log : fixture.bodies<LogEvent>(folder)) {
            if (log.text.find('y') != std::string::npos) {
                joined += log.text;
                longLines += log.isContinued ? 0 : 1;
            } else {
                ++lines;
            }
        }
        QCOMPARE(lines, std::size_t{20001});
        QCOMPARE(joined.size(), std::size_t{300000});
        QCOMPARE(longLines, std::size_t{1});
    }

    void progressIsThinnedMetricsAreNot() {
        AgentFixture fixture;
        const RunFolder folder = fixture.makeRun(fixture.job(
            R"(i=0; while [ $i -lt 2000 ]; do i=$((i+1)); printf '{"kind":"progress","step":%d}\n{"kind":"metric","step":%d,"values":{"a":%d}}\n' $i $i $i; done >&3)"));
        QCOMPARE(fixture.run(folder), 0);
        QCOMPARE(fixture.bodies<MetricEvent>(folder).size(), std::size_t{2000});
        const auto progress = fixture.bodies<ProgressEvent>(folder);
        QVERIFY(progress.size() < 200);
        QCOMPARE(progress.back().step, std::int64_t{2000});
    }

    void whatARankIsTold() {
        AgentFixture fixture;
        std::filesystem::create_directories(fixture.work() / "data");
        std::ofstream(fixture.work() / "data" / "a") << "abc";
        const RunFolder folder = fixture.makeRun(fixture.job(
            "env; pwd",
            "inputs: {train-set: data}\nenv: {MINE: yes-mine, TOKEN: {secret: s, key: k}}\nresources: {cpu: 2500m}\n"));
        Variables variables = environmentVariables();
        variables["SLIPWAY_SECRET_TOKEN"] = "hunter2-value";
        QCOMPARE(fixture.run(folder, {}, variables), 0);
        for (const char* line :
             {"RANK=0", "LOCAL_RANK=0", "WORLD_SIZE=1", "MASTER_ADDR=127.0.0.1", "SLIPWAY_RANK=0",
              "SLIPWAY_EVENT_FD=3", "OMP_NUM_THREADS=2", "MINE=yes-mine", "TOKEN=***"}) {
            QVERIFY2(fixture.hasLine(folder, line), line);
        }
        QVERIFY(fixture.hasLine(folder, "SLIPWAY_INPUT_TRAIN_SET=" + (fixture.work() / "data").string()));
        QVERIFY(!fixture.hasLine(folder, "hunter2"));
        QVERIFY(!fixture.hasLine(folder, "SLIPWAY_SECRET_"));
        const auto inputs = fixture.bodies<InputEvent>(folder);
        QCOMPARE(inputs.size(), std::size_t{1});
        QCOMPARE(inputs[0].name, std::string("train-set"));
        QVERIFY(inputs[0].digest.starts_with("sha256:"));
        QCOMPARE(inputs[0].size.count, std::int64_t{3});
    }

    void aRunThatIsQuickerThanItsInputsDigestStillTellsIt() {
        AgentFixture fixture;
        std::ofstream(fixture.work() / "data") << "abc";
        std::filesystem::resize_file(fixture.work() / "data", 256 << 20);
        const RunFolder folder = fixture.makeRun(fixture.job("true", "inputs: {train-set: data}\n"));
        QCOMPARE(fixture.run(folder), 0);
        const auto inputs = fixture.bodies<InputEvent>(folder);
        QCOMPARE(inputs.size(), std::size_t{1});
        QVERIFY(inputs[0].digest.starts_with("sha256:"));
    }

    void secretsStayOutOfLogs_data() {
        QTest::addColumn<QByteArray>("before");
        // Where reads, events and the buffer of a line end.
        for (const int size : {4090, 16370, 15865, 65530})
            QTest::addRow("%d bytes before it", size) << QByteArray::number(size);
    }
    void secretsStayOutOfLogs() {
        QFETCH(QByteArray, before);
        AgentFixture fixture;
        const RunFolder folder = fixture.makeRun(fixture.job(
            "head -c " + before.toStdString() +
                " /dev/zero | tr '\\0' y; echo \"$TOKEN\"; echo; echo \"$KEY\"; echo \"$KEY\" >&2; printf '%s' \"$TOKEN\"",
            "env: {TOKEN: {secret: s, key: k}, KEY: {secret: s, key: pem}}\n"));
        Variables variables = environmentVariables();
        variables["SLIPWAY_SECRET_TOKEN"] = "hunter2-value-0123456789";
        variables["SLIPWAY_SECRET_KEY"] =
            "-----BEGIN KEY-----\nMIIEvQIBADAN\nBgkqhkiG9w0B\n-----END KEY-----";
        QCOMPARE(fixture.run(folder, {}, variables), 0);
        std::map<LogEvent::Stream, std::string> said;
        for (const LogEvent& log : fixture.bodies<LogEvent>(folder))
            said[log.stream] += log.text + (log.isContinued ? "" : "\n");
        QVERIFY(said[LogEvent::Stream::Stdout].ends_with("y***\n\n***\n***\n***\n***\n***\n"));
        QCOMPARE(said[LogEvent::Stream::Stderr], std::string("***\n***\n***\n***\n"));
    }

    void whatItsGpusUseAndWhatSlowsThem() {
        AgentFixture fixture;
        const RunFolder folder = fixture.makeRun(fixture.job("sleep 2.5", "resources:\n  gpus: 1\n"));
        Variables variables = environmentVariables();
        variables["CUDA_VISIBLE_DEVICES"] = "0";
        variables["LD_LIBRARY_PATH"] = std::string(kNvmlDir) + "/new";
        variables["SLIPWAY_NVML_LAYOUT"] = nvmlLayout("throttled").toStdString();
        QCOMPARE(fixture.run(folder, {}, variables), 0);
        const auto energy = fixture.bodies<EnergyEvent>(folder);
        QCOMPARE(energy.size(), std::size_t{1});
        QVERIFY(*energy[0].gpuJoules >= 2 * 250);
        QVERIFY(energy[0].cpuJoules.has_value() != (energy[0].unknown.find("CPU: ") != std::string::npos));
        const auto throttled = fixture.bodies<ThrottleEvent>(folder);
        QCOMPARE(throttled.size(), std::size_t{1});
        QCOMPARE(throttled[0].device, std::string("GPU 0"));
        QCOMPARE(throttled[0].reasons, std::string("power cap"));
    }

    void startsThatCannotBe_data() {
        QTest::addColumn<QByteArray>("more");
        QTest::addColumn<QByteArray>("reason");
        QTest::newRow("input") << QByteArray("inputs: {train: nowhere}\n")
                               << QByteArray("input \"train\" is missing");
        QTest::newRow("secret") << QByteArray("env: {TOKEN: {secret: s, key: k}}\n")
                                << QByteArray("Set SLIPWAY_SECRET_TOKEN");
        QTest::newRow("gpus") << QByteArray("resources:\n  gpus: 64\n") << QByteArray("needs 64 GPUs");
    }
    void startsThatCannotBe() {
        QFETCH(QByteArray, more);
        QFETCH(QByteArray, reason);
        AgentFixture fixture;
        const RunFolder folder = fixture.makeRun(fixture.job("true", more.toStdString()));
        QCOMPARE(fixture.run(folder), 125);
        QVERIFY2(fixture.summary(folder).reason.find(reason.toStdString()) != std::string::npos,
                 fixture.summary(folder).reason.c_str());
        QCOMPARE(fixture.state(folder), RunState::Failed);
    }

    void outputsAndResult() {
        AgentFixture fixture;
        const RunFolder folder = fixture.makeRun(fixture.job(
            "mkdir -p out/deep; echo weights > out/deep/w; echo notes > notes.txt; echo own > $SLIPWAY_RESULT/own",
            "outputs: [out, notes.txt]\n"));
        QCOMPARE(fixture.run(folder), 0);
        const auto results = fixture.bodies<ResultEvent>(folder);
        QCOMPARE(results.size(), std::size_t{1});
        std::vector<std::string> paths;
        for (const ResultFile& file : results[0].files) paths.push_back(file.path);
        QCOMPARE(paths, (std::vector<std::string>{"notes.txt", "out/deep/w", "own"}));
        QCOMPARE(*readFile(folder.resultFolder() / "out" / "deep" / "w", 100), std::string("weights\n"));

        const RunFolder second = fixture.makeRun(fixture.job("true", "outputs: [missing.bin]\n"));
        QCOMPARE(fixture.run(second), 1);
        QVERIFY(fixture.summary(second).reason.find("\"missing.bin\" was not written") != std::string::npos);
    }

    void aStopIsHeardWhileALargeResultIsRead() {
        AgentFixture fixture;
        const RunFolder folder = fixture.makeRun(fixture.job("truncate -s 3G $SLIPWAY_RESULT/large"));
        const pid_t agent = fixture.start(folder);
        const auto isFinishing = [&] {
            return std::ranges::any_of(fixture.bodies<StateEvent>(folder), [](const StateEvent& event) {
                return event.state == RunState::Finishing;
            });
        };
        QTRY_VERIFY_WITH_TIMEOUT(isFinishing(), kLong);
        ::kill(agent, SIGTERM);
        QTRY_VERIFY_WITH_TIMEOUT(fixture.hasLine(folder, "stopping, at most 30 s"), kLong);
        QVERIFY(fixture.bodies<ResultEvent>(folder).empty());  // it is still being read
        QCOMPARE(fixture.wait(agent).exitCode, 0);
        QCOMPARE(fixture.bodies<ResultEvent>(folder).size(), std::size_t{1});
    }

    void stopWithCheckpoint() {
        AgentFixture fixture;
        const RunFolder folder = fixture.makeRun(fixture.job(
            R"(save() { mkdir $SLIPWAY_RUN_FOLDER/checkpoints/step-3; echo '{"kind":"checkpoint","step":3,"path":"checkpoints/step-3"}' >&3; exit 143; }; trap save TERM;)"
            "echo ready; while :; do sleep 0.05; done"));
        const pid_t agent = fixture.start(folder);
        QTRY_VERIFY_WITH_TIMEOUT(fixture.hasLine(folder, "ready"), kLong);
        QCOMPARE(fixture.state(folder), RunState::Running);
        ::kill(agent, SIGTERM);
        QCOMPARE(fixture.wait(agent).exitCode, 143);
        QCOMPARE(fixture.summary(folder).state, RunState::Interrupted);
        QVERIFY(fixture.summary(folder).reason.find("step 3") != std::string::npos);
        QCOMPARE(fixture.state(folder), RunState::Interrupted);
    }

    void stopWithoutCheckpoint_data() {
        QTest::addColumn<bool>("isCancelled");
        QTest::newRow("from outside") << false;
        QTest::newRow("cancelled") << true;
    }
    void stopWithoutCheckpoint() {
        QFETCH(bool, isCancelled);
        AgentFixture fixture;
        const RunFolder folder = fixture.makeRun(fixture.job(kWait));
        const pid_t agent = fixture.start(folder);
        QTRY_VERIFY_WITH_TIMEOUT(fixture.hasLine(folder, "ready"), kLong);
        if (isCancelled) QVERIFY(folder.update([](RunRecord& record) { record.isCancelRequested = true; }));
        ::kill(agent, SIGTERM);
        QCOMPARE(fixture.wait(agent).exitCode, 143);
        QCOMPARE(fixture.state(folder), isCancelled ? RunState::Cancelled : RunState::Failed);
    }

    void whatHadFinishedWhenItWasStoppedHasSucceeded_data() {
        QTest::addColumn<bool>("isTraining");
        QTest::addColumn<QByteArray>("atStop");
        QTest::addColumn<int>("exitCode");
        QTest::addColumn<int>("state");
        // The runner ends with 0 after its last step only; what a program means by that is not known.
        QTest::newRow("training done") << true << QByteArray("exit 0") << 0 << int(RunState::Succeeded);
        QTest::newRow("training stopped") << true << QByteArray("exit 143") << 143 << int(RunState::Failed);
        QTest::newRow("one rank stopped")
            << true << QByteArray("exit $((143 * RANK))") << 143 << int(RunState::Failed);
        QTest::newRow("program") << false << QByteArray("exit 0") << 143 << int(RunState::Failed);
    }
    void whatHadFinishedWhenItWasStoppedHasSucceeded() {
        QFETCH(bool, isTraining);
        QFETCH(QByteArray, atStop);
        QFETCH(int, exitCode);
        QFETCH(int, state);
        AgentFixture fixture;
        const std::string script =
            "trap '" + atStop.toStdString() + "' TERM; echo ready; while :; do sleep 0.05; done";
        const std::filesystem::path runner = fixture.home() / "runner";
        std::ofstream(runner) << "#!/bin/sh\n" << script;
        std::filesystem::permissions(runner, std::filesystem::perms(0755));
        JobSpec job = fixture.job(script, "replicas: 2\n");
        if (isTraining) job = *SpecDocument::parse(kTraining)->spec();
        std::ofstream(fixture.work() / "table.csv") << "a,y\n1,2\n";
        const RunFolder folder = fixture.makeRun(job);
        const pid_t agent = fixture.start(folder, {"--runner", runner.string()});
        const auto ready = [&] {
            const auto logs = fixture.bodies<LogEvent>(folder);
            return std::count_if(logs.begin(), logs.end(),
                                 [](const LogEvent& log) { return log.text == "ready"; });
        };
        QTRY_COMPARE_WITH_TIMEOUT(ready(), 2, kLong);
        ::kill(agent, SIGTERM);
        QCOMPARE(fixture.wait(agent).exitCode, exitCode);
        QCOMPARE(int(fixture.state(folder)), state);
    }

    // A git that does not answer is given up after seconds; the ranks are heard meanwhile.
    void aSlowGitDelaysNoRanksEnd() {
        AgentFixture fixture;
        const std::filesystem::path runner = fixture.home() / "runner", git = fixture.home() / "bin" / "git";
        std::filesystem::create_directories(git.parent_path());
        std::ofstream(runner) << "#!/bin/sh\necho done\n";
        std::ofstream(git) << "#!/bin/sh\nexec sleep 60\n";
        for (const auto& file : {runner, git})
            std::filesystem::permissions(file, std::filesystem::perms(0755));
        std::ofstream(fixture.work() / "table.csv") << "a,y\n1,2\n";
        const RunFolder folder = fixture.makeRun(*SpecDocument::parse(kTraining)->spec());
        Variables variables = environmentVariables();
        variables["PATH"] = git.parent_path().string() + ":" + variables["PATH"];
        QCOMPARE(fixture.run(folder, {"--runner", runner.string()}, variables), 0);
        std::optional<Timestamp> started, exited;
        for (const Event& event : fixture.events(folder)) {
            if (!started && std::holds_alternative<RankStartedEvent>(event.body)) started = event.time;
            if (std::holds_alternative<RankExitedEvent>(event.body)) exited = event.time;
        }
        QVERIFY(started && exited);
        QVERIFY2(*exited - *started < 1500ms, qPrintable(QString::number((*exited - *started) / 1ms)));
    }

    void graceEndsByKill() {
        AgentFixture fixture;
        const RunFolder folder =
            fixture.makeRun(fixture.job(std::string("trap '' TERM; ") + kWait, "grace: 1s\n"));
        const pid_t agent = fixture.start(folder);
        QTRY_VERIFY_WITH_TIMEOUT(fixture.hasLine(folder, "ready"), kLong);
        const auto begin = std::chrono::steady_clock::now();
        ::kill(agent, SIGTERM);
        QCOMPARE(fixture.wait(agent).exitCode, 143);
        const auto took = std::chrono::steady_clock::now() - begin;
        QVERIFY(took >= 900ms && took < 10s);
        QCOMPARE(fixture.bodies<RankExitedEvent>(folder).at(0).signal, SIGKILL);
    }

    void theRestOfTheGroupHasItsGraceToo() {
        AgentFixture fixture;
        // The shell dies of SIGTERM at once; its child saves its work.
        const RunFolder folder = fixture.makeRun(fixture.job(
            "sh -c 'trap \"echo saved; exit 0\" TERM; echo ready; while :; do sleep 0.05; done'; true"));
        const pid_t agent = fixture.start(folder);
        QTRY_VERIFY_WITH_TIMEOUT(fixture.hasLine(folder, "ready"), kLong);
        ::kill(agent, SIGTERM);
        fixture.wait(agent);
        QVERIFY(fixture.hasLine(folder, "saved"));
    }

    void oneRankEndsTheOthersWithin10Seconds() {
        AgentFixture fixture;
        // The other one does not hear of it.
        const RunFolder folder = fixture.makeRun(fixture.job(
            "trap '' TERM; echo $$ > pid-$RANK; if [ $RANK = 1 ]; then while [ ! -s pid-0 ]; do sleep 0.05; done; kill -9 $$; fi; while :; do sleep 0.05; done",
            "replicas: 2\n"));
        QCOMPARE(fixture.run(folder), 137);
        std::map<int, Timestamp> ends;
        for (const Event& event : fixture.events(folder))
            if (std::holds_alternative<RankExitedEvent>(event.body)) ends[event.rank] = event.time;
        QCOMPARE(ends.size(), std::size_t{2});
        QVERIFY(ends[0] - ends[1] < 10s);
        QCOMPARE(fixture.summary(folder).reason,
                 std::string("rank 1: ended by signal 9; often out of memory"));
        QCOMPARE(fixture.bodies<RankExitedEvent>(folder, 0).size(), std::size_t{1});
        QCOMPARE(fixture.bodies<RankExitedEvent>(folder, 1).size(), std::size_t{1});
        QCOMPARE(fixture.bodies<RankStartedEvent>(folder).size(), std::size_t{2});
    }

    void twoRanksMeet() {
        AgentFixture fixture;
        const RunFolder folder =
            fixture.makeRun(fixture.job("echo rank $RANK of $WORLD_SIZE at $MASTER_PORT", "replicas: 2\n"));
        QCOMPARE(fixture.run(folder), 0);
        std::set<std::string> ports;
        for (int rank = 0; rank < 2; ++rank) {
            const auto logs = fixture.bodies<LogEvent>(folder, rank);
            QVERIFY(!logs.empty());
            const std::string& text = logs.back().text;
            QVERIFY(text.starts_with("rank " + std::to_string(rank) + " of 2 at "));
            ports.insert(text.substr(text.rfind(' ')));
        }
        QCOMPARE(ports.size(), std::size_t{1});
        QVERIFY(ports.begin()->size() > 2);
    }

    void leftoversAreEnded() {
        AgentFixture fixture;
        const RunFolder folder = fixture.makeRun(fixture.job("sleep 300 & echo $! > pid; echo bye"));
        QCOMPARE(fixture.run(folder), 0);
        const pid_t leftover = std::stoi(*readFile(fixture.work() / "pid", 100));
        QTRY_VERIFY(::kill(leftover, 0) != 0);
    }

    void aKilledAgentTakesItsRanksAlong() {
        AgentFixture fixture;
        const RunFolder folder = fixture.makeRun(fixture.job(kWait));
        const pid_t agent = fixture.start(folder);
        QTRY_VERIFY_WITH_TIMEOUT(fixture.hasLine(folder, "ready"), kLong);
        QVERIFY(fixture.isAlive(folder));
        const pid_t rank = std::stoi(*readFile(fixture.work() / "pid", 100));
        ::kill(agent, SIGKILL);
        QCOMPARE(fixture.wait(agent).signal, SIGKILL);
        QTRY_VERIFY(::kill(rank, 0) != 0);
        QTRY_VERIFY(!fixture.isAlive(folder));
        AgentFacts facts = agentFacts(fixture.events(folder));
        facts.isAlive = false;
        RunFacts run;
        run.isSubmitted = true;
        run.agent = facts;
        QCOMPARE(reduce(run).state, RunState::Lost);
        // Its slots are free again.
        const RunFolder next = fixture.makeRun(fixture.job("true"));
        QCOMPARE(fixture.run(next), 0);
    }

    void ranksEndAlsoWhereTheGuardWasKilledBeforeTheAgent() {
        AgentFixture fixture;
        const RunFolder folder = fixture.makeRun(fixture.job(kWait));
        const pid_t agent = fixture.start(folder);
        QTRY_VERIFY_WITH_TIMEOUT(fixture.hasLine(folder, "ready"), kLong);
        const pid_t rank = std::stoi(*readFile(fixture.work() / "pid", 100));
        const std::string id = std::to_string(agent);
        std::istringstream children(*readFile("/proc/" + id + "/task/" + id + "/children", 4096));
        std::vector<pid_t> guards;
        for (pid_t child = 0; children >> child;)
            if (child != rank) guards.push_back(child);
        QCOMPARE(guards.size(), std::size_t{1});
        ::kill(guards.front(), SIGKILL);
        ::kill(agent, SIGKILL);
        QCOMPARE(fixture.wait(agent).signal, SIGKILL);
        const auto end = qScopeGuard([rank] { ::kill(-rank, SIGKILL); });
        QTRY_VERIFY(::kill(rank, 0) != 0);
    }

    void oneAgentARun() {
        AgentFixture fixture;
        const RunFolder folder = fixture.makeRun(fixture.job(kWait));
        const pid_t agent = fixture.start(folder);
        QTRY_VERIFY_WITH_TIMEOUT(fixture.hasLine(folder, "ready"), kLong);
        QCOMPARE(fixture.run(folder), exitStatus(ErrorCode::Conflict));
        ::kill(agent, SIGTERM);
        fixture.wait(agent);
        QCOMPARE(fixture.bodies<SummaryEvent>(folder).size(), std::size_t{1});
    }

    void runsQueueForSlots() {
        AgentFixture fixture;
        const std::string all = "resources:\n  cpu: " + std::to_string(usableCores()) + "\n";
        const RunFolder first = fixture.makeRun(fixture.job(kWait, all));
        const pid_t one = fixture.start(first);
        QTRY_VERIFY_WITH_TIMEOUT(fixture.hasLine(first, "ready"), kLong);
        const RunFolder second = fixture.makeRun(fixture.job("echo second", all));
        const pid_t two = fixture.start(second);
        const std::string cores = std::to_string(usableCores());
        QTRY_COMPARE_WITH_TIMEOUT(
            second.record()->status,
            (RunStatus{RunState::Queued,
                       std::string("waits for ").append(cores).append(" of ").append(cores) +
                           " CPU slots, held by run 1"}),
            kLong);
        const RunFolder third = fixture.makeRun(fixture.job("echo third"));
        const pid_t three = fixture.start(third);
        QTRY_COMPARE_WITH_TIMEOUT(third.record()->status,
                                  (RunStatus{RunState::Queued, "waits its turn behind run 2"}), kLong);
        ::kill(three, SIGTERM);
        QCOMPARE(fixture.wait(three).exitCode, 143);
        QCOMPARE(fixture.summary(third).reason, std::string("stopped before it began"));
        ::kill(one, SIGKILL);
        fixture.wait(one);
        QCOMPARE(fixture.wait(two).exitCode, 0);
        QVERIFY(fixture.hasLine(second, "second"));
    }

    void aRunThatOnlyMakesDigestsHoldsNoSlots() {
        AgentFixture fixture;
        const std::string all = "resources:\n  cpu: " + std::to_string(usableCores()) + "\n";
        std::ofstream(fixture.work() / "data").flush();
        std::filesystem::resize_file(fixture.work() / "data",
                                     std::uintmax_t{64} << 30);  // a hole: many seconds' reading
        const RunFolder first = fixture.makeRun(fixture.job("true", "inputs: {train-set: data}\n" + all));
        const pid_t one = fixture.start(first);
        QTRY_COMPARE_WITH_TIMEOUT(first.record()->status.state, RunState::Finishing, kLong);
        const RunFolder second = fixture.makeRun(fixture.job("echo second", all));
        QCOMPARE(fixture.run(second), 0);
        QCOMPARE(first.record()->status.state, RunState::Finishing);
        ::kill(one, SIGTERM);
        QCOMPARE(fixture.wait(one).exitCode, 0);
    }

    void aFullDiskStillHasALastWord() {
        AgentFixture fixture;
        const RunFolder folder = fixture.makeRun(fixture.job("seq 1 30000; exit 4"));
        // Files may not grow beyond this in the agent and its ranks: the log fills up, as on a full disk.
        SpawnOptions options;
        options.command = {"sh",
                           "-c",
                           "ulimit -f 600; trap '' XFSZ; exec \"$0\" \"$@\"",
                           std::string(kBinDir) + "/slipway-agent",
                           "run",
                           "--run-folder",
                           folder.path().string()};
        options.environment = currentEnvironment();
        const auto agent = spawn(options);
        QVERIFY(agent);
        QCOMPARE(waitFor(*agent)->exitCode, 4);
        EventReader reader(folder);
        QVERIFY(!reader.next()->empty());
        QCOMPARE(reader.damagedLines(), std::size_t{0});
        QVERIFY(fixture.bodies<LogEvent>(folder).size() < 30000);
        QCOMPARE(folder.record()->status, (RunStatus{RunState::Failed, "exit code 4"}));
    }

    // dd holds one block.
    void theMostMemoryOfARankIsTold_data() {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<bool>("isSampled");
        QTest::newRow("one process") << QByteArray("exec dd if=/dev/zero of=/dev/null bs=96M count=1")
                                     << false;
        QTest::newRow("two at once")
            << QByteArray("for i in 1 2; do dd if=/dev/zero of=/dev/null bs=48M count=200 & done; wait")
            << true;
    }
    void theMostMemoryOfARankIsTold() {
        QFETCH(QByteArray, script);
        QFETCH(bool, isSampled);
        constexpr std::int64_t kMiB = 1 << 20;
        AgentFixture fixture;
        const RunFolder folder = fixture.makeRun(fixture.job(script.toStdString()));
        QCOMPARE(fixture.run(folder), 0);
        const RankExitedEvent exited = fixture.bodies<RankExitedEvent>(folder).at(0);
        QVERIFY2(exited.peak.count >= 96 * kMiB && exited.peak.count < 128 * kMiB,
                 qPrintable(QString::number(exited.peak.count)));
        QCOMPARE(exited.isPeakSampled, isSampled);
        QVERIFY(exited.cpuSeconds > 0);
    }

    void heartbeats() {
        AgentFixture fixture;
        const RunFolder folder = fixture.makeRun(fixture.job(kWait));
        const pid_t agent = fixture.start(folder);
        QTRY_VERIFY_WITH_TIMEOUT(!fixture.bodies<HeartbeatEvent>(folder).empty(), kLong);
        QVERIFY(fixture.bodies<HeartbeatEvent>(folder).front().memory.count > 0);
        ::kill(agent, SIGTERM);
        fixture.wait(agent);
    }
};

QTEST_GUILESS_MAIN(tst_supervisor)
#include "tst_supervisor.moc"
