// SPDX-License-Identifier: Apache-2.0
// The agent as a container's process 1: another user than root, a root file system that cannot be written, events on stdout.
#include "agentfixture.h"
#include "backends/events/eventcodec.h"
#include "backends/image/modelartifact.h"
#include "registryprocess.h"
#include "scriptedserver.h"

#include <QElapsedTimer>

#include <fcntl.h>
#include <sstream>

using namespace slipway;
using namespace std::chrono_literals;

class tst_agentpod : public QObject {
    Q_OBJECT

    static std::vector<std::string> sandbox(const AgentFixture& fixture) {
        return {"bwrap",
                "--unshare-user",
                "--unshare-pid",
                "--as-pid-1",
                "--uid",
                "1000",
                "--gid",
                "1000",
                "--ro-bind",
                "/",
                "/",
                "--dev",
                "/dev",
                "--proc",
                "/proc",
                "--bind",
                (fixture.home() / "run").string(),
                (fixture.home() / "run").string(),
                "--die-with-parent"};
    }
    static bool hasSandbox(const AgentFixture& fixture) {
        auto command = sandbox(fixture);
        command.push_back("true");
        const auto ran = runCommand({.command = command, .environment = currentEnvironment()}, 20s);
        return ran && ran->status.exitCode == 0;
    }
    static SpawnOptions agent(const AgentFixture& fixture, bool isSandboxed) {
        SpawnOptions options;
        if (isSandboxed) options.command = sandbox(fixture);
        options.command.insert(options.command.end(), {std::string(kBinDir) + "/slipway-agent", "pod"});
        Variables variables = environmentVariables();
        variables["SLIPWAY_JOB"] = (fixture.work() / "job.yaml").string();
        variables["SLIPWAY_RUN"] = "probe-9-abcde";
        variables["SLIPWAY_RUN_FOLDER"] = (fixture.home() / "run").string();
        options.environment = environmentEntries(variables);
        return options;
    }
    static void prepare(const AgentFixture& fixture, const JobSpec& job) {
        std::ofstream(fixture.work() / "job.yaml") << writeJob(job);
        std::filesystem::create_directories(fixture.home() / "run");
        // The sandbox's user is another one than ours where we are root.
        std::filesystem::permissions(fixture.home(), std::filesystem::perms(0755));
        std::filesystem::permissions(fixture.home() / "run", std::filesystem::perms(0777));
    }
    static std::vector<Event> decoded(const std::string& text) {
        std::vector<Event> events;
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) {
            auto event = decodeEvent(line);
            if (event && *event) events.push_back(**event);
        }
        return events;
    }

    static RunFolder podFolder(const AgentFixture& fixture) { return RunFolder(fixture.home() / "run"); }
    static bool hasRegistry() { return RegistryProcess::isInstalled() || qEnvironmentVariableIsSet("CI"); }
    // A pod's agent, left to itself; its events are read from its folder. Ended with this.
    class Pod {
    public:
        Pod(const AgentFixture& fixture, const std::string& result, int sendingGrace = 30,
            const std::vector<std::string>& more = {}) {
            SpawnOptions options = agent(fixture, false);
            options.environment.insert(options.environment.end(), more.begin(), more.end());
            options.environment.push_back("SLIPWAY_RESULT=" + result);
            options.environment.push_back("SLIPWAY_RESULT_PLAIN_HTTP=1");
            options.environment.push_back("SLIPWAY_SENDING_GRACE=" + std::to_string(sendingGrace));
            options.environment.push_back("DOCKER_CONFIG=" + fixture.home().string());
            const auto out = openFile(fixture.home() / "out", O_WRONLY | O_CREAT);
            options.descriptors = {{out->get(), 1}};
            const auto started = spawn(options);
            if (!started) qFatal("%s", describe(started.error()).c_str());
            m_pid = *started;
        }
        Pod(const Pod&) = delete;
        Pod& operator=(const Pod&) = delete;
        ~Pod() {
            if (m_pid > 0) ::kill(m_pid, SIGKILL);
            if (m_pid > 0) static_cast<void>(waitFor(m_pid));
        }
        void terminate() const { ::kill(m_pid, SIGTERM); }
        int wait() { return waitFor(std::exchange(m_pid, -1))->exitCode; }

    private:
        pid_t m_pid = -1;
    };
    static constexpr const char* kSave =
        R"(echo state > $SLIPWAY_RUN_FOLDER/checkpoints/step-3; echo '{"kind":"checkpoint","step":3,"path":"checkpoints/step-3","reference":"mine"}' >&3; )";
    static std::vector<std::string> sentCheckpoints(const AgentFixture& fixture) {
        std::vector<std::string> sent;
        for (const CheckpointEvent& event : fixture.bodies<CheckpointEvent>(podFolder(fixture))) {
            if (!event.reference.empty()) sent.push_back(event.reference);
        }
        return sent;
    }

private Q_SLOTS:
    void aCheckpointOutlivesThePod_data() {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<bool>("isStopped");
        QTest::addColumn<int>("state");
        QTest::addColumn<QByteArray>("reason");
        QTest::newRow("stopped") << QByteArray("sleep 600") << true << int(RunState::Interrupted)
                                 << QByteArray("stopped; the checkpoint of step 3 was kept");
        QTest::newRow("failed") << QByteArray("exit 5") << false << int(RunState::Failed)
                                << QByteArray("exit code 5; the checkpoint of step 3 was kept");
    }
    void aCheckpointOutlivesThePod() {
        if (!hasRegistry()) QSKIP("docker-registry is not installed");
        QFETCH(QByteArray, script);
        QFETCH(bool, isStopped);
        QFETCH(int, state);
        QFETCH(QByteArray, reason);
        RegistryProcess registry;
        QVERIFY2(registry.start(), registry.log().c_str());
        AgentFixture fixture;
        prepare(fixture, fixture.job(kSave + script.toStdString()));
        Pod pod(fixture, registry.address() + "/models/probe:model-1");
        if (isStopped) QTRY_VERIFY(!fixture.bodies<CheckpointEvent>(podFolder(fixture)).empty());
        if (isStopped) pod.terminate();
        QCOMPARE(pod.wait(), isStopped ? 143 : 5);
        const SummaryEvent end = fixture.summary(podFolder(fixture));
        QCOMPARE(int(end.state), state);
        QCOMPARE(end.reason, reason.toStdString());
        const auto sent = sentCheckpoints(fixture);
        QCOMPARE(sent.size(), std::size_t{1});
        const auto http = makeCurlHttpClient();
        const auto pulled = pullModel("http://" + sent.front(), fixture.home() / "pulled", *http, {}, {});
        QVERIFY2(pulled, pulled ? "" : describe(pulled.error()).c_str());
        QCOMPARE(*readFile(fixture.home() / "pulled" / "step-3", 100), std::string("state\n"));
    }

    void theEventsSoFarGoWithWhatIsSent_data() {
        QTest::addColumn<bool>("isCheckpoint");
        QTest::newRow("the result") << false;
        QTest::newRow("a checkpoint") << true;
    }
    void theEventsSoFarGoWithWhatIsSent() {
        if (!hasRegistry()) QSKIP("docker-registry is not installed");
        QFETCH(bool, isCheckpoint);
        RegistryProcess registry;
        QVERIFY2(registry.start(), registry.log().c_str());
        AgentFixture fixture;
        prepare(fixture, fixture.job("echo my $TOKEN; " + std::string(isCheckpoint ? kSave : "") +
                                         (isCheckpoint ? "exit 5" : "echo weights > $SLIPWAY_RESULT/model"),
                                     "env: {TOKEN: {secret: s, key: k}}\n"));
        const std::string to = registry.address() + "/models/probe:model-1";
        Pod pod(fixture, to, 30, {"SLIPWAY_SECRET_TOKEN=hunter2-value-0123456789"});
        QCOMPARE(pod.wait(), isCheckpoint ? 5 : 0);
        const auto http = makeCurlHttpClient();
        const std::filesystem::path brought = fixture.home() / "brought";
        const auto has =
            pullModelEvents("http://" + to + (isCheckpoint ? kCheckpointSuffix : ""), brought, *http, {});
        QVERIFY2(has, has ? "" : describe(has.error()).c_str());
        QVERIFY(*has);
        const std::string text = *readFile(brought, 1 << 20);
        QVERIFY(text.find("my ***") != std::string::npos);
        QVERIFY(text.find("hunter2") == std::string::npos);
        const auto sent = decoded(text);
        const auto all = fixture.events(podFolder(fixture));
        QVERIFY(sent.size() > 5 && sent.size() < all.size());
        for (std::size_t i = 0; i < sent.size(); ++i) QCOMPARE(encodeEvent(sent[i]), encodeEvent(all[i]));
        QVERIFY(!std::filesystem::exists(podFolder(fixture).path() / "events" / "sent.jsonl.gz"));
    }

    void aCheckpointIsLostWithThePod_data() {
        QTest::addColumn<bool>("hasRegistry");
        QTest::addColumn<QByteArray>("words");
        QTest::newRow("nowhere") << false << QByteArray("no registry is known");
        QTest::newRow("cannot be reached") << true << QByteArray("there was no more time to send it");
    }
    void aCheckpointIsLostWithThePod() {
        QFETCH(bool, hasRegistry);
        QFETCH(QByteArray, words);
        AgentFixture fixture;
        prepare(fixture, fixture.job(kSave + std::string("sleep 600"), "grace: 1s\n"));
        Pod pod(fixture, hasRegistry ? "127.0.0.1:1/models/probe:model-1" : "", 4);
        QTRY_VERIFY(!fixture.bodies<CheckpointEvent>(podFolder(fixture)).empty());
        QElapsedTimer timer;
        timer.start();
        pod.terminate();
        QCOMPARE(pod.wait(), 143);
        QVERIFY(timer.elapsed() < 5000);  // when the pod would be killed
        const SummaryEvent end = fixture.summary(podFolder(fixture));
        QCOMPARE(end.state, RunState::Failed);
        const std::string begin = "stopped; the checkpoint of step 3 was lost with the pod: ";
        QVERIFY2(end.reason.starts_with(begin + words.toStdString()), end.reason.c_str());
        QVERIFY(sentCheckpoints(fixture).empty());
    }

    void sendingAResultTellsThatItLivesAndCanBeStopped() {
        ScriptedServer registry([](const ScriptedServer::Request&, ScriptedServer::Connection& connection) {
            connection.waitForClient();
        });
        AgentFixture fixture;
        prepare(fixture, fixture.job("echo weights > $SLIPWAY_RESULT/model", "grace: 1s\n"));
        Pod pod(fixture, "127.0.0.1:" + std::to_string(registry.port()) + "/m/p:model-1", 4);
        QTRY_VERIFY(!registry.requests().empty());
        QTRY_VERIFY_WITH_TIMEOUT(!fixture.bodies<HeartbeatEvent>(podFolder(fixture)).empty(), 20000);
        pod.terminate();
        QCOMPARE(pod.wait(), 1);
        const SummaryEvent end = fixture.summary(podFolder(fixture));
        QCOMPARE(end.state, RunState::Failed);
        QVERIFY2(end.reason.find("no more time") != std::string::npos, end.reason.c_str());
    }

    void tellsTheSameOnStdoutAndInTheFolder_data() {
        QTest::addColumn<bool>("isSandboxed");
        QTest::newRow("plain") << false;
        QTest::newRow("process 1, user 1000, read-only root") << true;
    }
    void tellsTheSameOnStdoutAndInTheFolder() {
        QFETCH(bool, isSandboxed);
        AgentFixture fixture;
        // An orphan is left behind on purpose: as process 1, the agent inherits it.
        prepare(
            fixture,
            fixture.job(
                "echo hello from $SLIPWAY_RUN; (sleep 0.1 &); touch /cannot 2>/dev/null || echo read-only; echo w > $SLIPWAY_RESULT/w; exit 5"));
        if (isSandboxed && !hasSandbox(fixture)) QSKIP("bwrap cannot make a sandbox here");
        const auto ran = runCommand(agent(fixture, isSandboxed), 60s);
        QVERIFY2(ran, ran ? "" : describe(ran.error()).c_str());
        QVERIFY2(ran->status.exitCode == 5, (ran->out + ran->err).c_str());
        const auto told = decoded(ran->out), kept = fixture.events(RunFolder(fixture.home() / "run"));
        QVERIFY(!told.empty());
        QCOMPARE(told.size(), kept.size());
        for (std::size_t i = 0; i < told.size(); ++i) QCOMPARE(encodeEvent(told[i]), encodeEvent(kept[i]));
        QCOMPARE(told.front().run, RunId("probe-9-abcde"));
        QVERIFY(std::holds_alternative<SummaryEvent>(told.back().body));
        QVERIFY(fixture.hasLine(RunFolder(fixture.home() / "run"), "hello from probe-9-abcde"));
        if (isSandboxed) QVERIFY(fixture.hasLine(RunFolder(fixture.home() / "run"), "read-only"));
        QVERIFY(!std::filesystem::exists(fixture.home() / "run" / "run.json"));
    }

    void aPlainScriptSavesIntoItsFolder_data() { tellsTheSameOnStdoutAndInTheFolder_data(); }
    void aPlainScriptSavesIntoItsFolder() {
        QFETCH(bool, isSandboxed);
        AgentFixture fixture;
        prepare(fixture, fixture.job("./train.sh", "outputs: [slope.txt, sub]\n"));
        if (isSandboxed && !hasSandbox(fixture)) QSKIP("bwrap cannot make a sandbox here");
        const std::filesystem::path script = fixture.work() / "train.sh";
        std::ofstream(script) << "#!/bin/sh\nset -e\necho 3.0 > slope.txt\necho more >> sub/data\n";
        std::filesystem::permissions(script, std::filesystem::perms(0755));
        std::filesystem::create_directory(fixture.work() / "sub");
        std::ofstream(fixture.work() / "sub" / "data") << "some\n";
        const auto ran = runCommand(agent(fixture, isSandboxed), 60s);
        QVERIFY2(ran, ran ? "" : describe(ran.error()).c_str());
        QVERIFY2(ran->status.exitCode == 0, (ran->out + ran->err).c_str());
        const RunFolder folder = podFolder(fixture);
        QCOMPARE(*readFile(folder.resultFolder() / "slope.txt", 100), std::string("3.0\n"));
        QCOMPARE(*readFile(folder.resultFolder() / "sub" / "data", 100), std::string("some\nmore\n"));
        // What was packaged stays as it was.
        QVERIFY(!std::filesystem::exists(fixture.work() / "slope.txt"));
        QCOMPARE(*readFile(fixture.work() / "sub" / "data", 100), std::string("some\n"));
    }

    void outputsAreThoseOfRank0_data() {
        QTest::addColumn<int>("rank");
        QTest::addColumn<int>("exitCode");
        QTest::newRow("rank 0 has them") << 0 << 0;
        QTest::newRow("rank 1 need not") << 1 << 0;
        QTest::newRow("rank 0 lacks them") << 0 << 1;
    }
    void outputsAreThoseOfRank0() {
        QFETCH(int, rank);
        QFETCH(int, exitCode);
        AgentFixture fixture;
        const std::string script = exitCode == 0 ? "test $RANK != 0 || echo 3.0 > slope.txt" : "true";
        prepare(fixture, fixture.job(script, "outputs: [slope.txt]\nreplicas: 2\n"));
        SpawnOptions options = agent(fixture, false);
        options.environment.push_back("SLIPWAY_WORLD_SIZE=2");
        options.environment.push_back("JOB_COMPLETION_INDEX=" + std::to_string(rank));
        const auto ran = runCommand(options, 60s);
        QVERIFY2(ran, ran ? "" : describe(ran.error()).c_str());
        QVERIFY2(ran->status.exitCode == exitCode, (ran->out + ran->err).c_str());
        const bool hasSaved = rank == 0 && exitCode == 0;
        QCOMPARE(fixture.bodies<ResultEvent>(podFolder(fixture)).size(), std::size_t{hasSaved});
    }

    void aJobFolderThatDoesNotFitIsSaid() {
        AgentFixture fixture;
        prepare(fixture, fixture.job("echo ran"));
        if (!hasSandbox(fixture)) QSKIP("bwrap cannot make a sandbox here");
        std::ofstream(fixture.work() / "weights") << std::string(4 << 20, 'x');
        SpawnOptions options = agent(fixture, true);
        const auto at = std::find(options.command.begin(), options.command.end(), "--bind");
        const auto after = options.command.erase(at, at + 2);
        options.command.insert(after, {"--size", std::to_string(2 << 20), "--tmpfs"});
        const auto ran = runCommand(options, 60s);
        QVERIFY2(ran, ran ? "" : describe(ran.error()).c_str());
        QVERIFY2(ran->status.exitCode == 125, (ran->out + ran->err).c_str());
        const auto told = decoded(ran->out);
        QVERIFY(!told.empty());
        const auto* end = std::get_if<SummaryEvent>(&told.back().body);
        QVERIFY(end);
        for (const char* words : {"weights", "No space left on device"})
            QVERIFY2(end->reason.find(words) != std::string::npos, end->reason.c_str());
    }

    void withoutProc() {
        AgentFixture fixture;
        prepare(fixture, fixture.job("echo fine"));
        if (!hasSandbox(fixture)) QSKIP("bwrap cannot make a sandbox here");
        SpawnOptions options = agent(fixture, true);
        const auto at = std::find(options.command.begin(), options.command.end(), "--proc");
        *at = "--tmpfs";
        const auto ran = runCommand(options, 60s);
        const RunFolder folder(fixture.home() / "run");
        QVERIFY(ran);
        QCOMPARE(fixture.summary(folder).state, RunState::Succeeded);
        QVERIFY(fixture.hasLine(folder, "fine"));
#ifndef __SANITIZE_ADDRESS__  // the leak check at the end reads /proc, and so do the options that would turn it off
        QVERIFY2(ran->status.exitCode == 0, (ran->out + ran->err).c_str());
#endif
    }

    void saysWhatIsWrong_data() {
        QTest::addColumn<QByteArray>("arguments");
        QTest::addColumn<QByteArray>("words");
        QTest::newRow("no job") << QByteArray("pod") << QByteArray("no-such-job.yaml");
        QTest::newRow("no folder") << QByteArray("run --run-folder /no/such") << QByteArray("/no/such");
        QTest::newRow("no verb") << QByteArray("") << QByteArray("subcommand");
    }
    void saysWhatIsWrong() {
        QFETCH(QByteArray, arguments);
        QFETCH(QByteArray, words);
        SpawnOptions options;
        options.command = {std::string(kBinDir) + "/slipway-agent"};
        std::istringstream split(arguments.toStdString());
        for (std::string word; split >> word;) options.command.push_back(word);
        options.environment = currentEnvironment();
        options.environment.push_back("SLIPWAY_JOB=/tmp/no-such-job.yaml");
        const auto ran = runCommand(options, 20s);
        QVERIFY(ran && ran->status.exitCode != 0);
        QVERIFY2((ran->out + ran->err).find(words.toStdString()) != std::string::npos,
                 (ran->out + ran->err).c_str());
        const auto version = runCommand({.command = {std::string(kBinDir) + "/slipway-agent", "--version"},
                                         .environment = currentEnvironment()},
                                        20s);
        QCOMPARE(version->out, std::string("slipway-agent " SLIPWAY_VERSION "\n"));
    }
};

QTEST_APPLESS_MAIN(tst_agentpod)
#include "tst_agentpod.moc"
