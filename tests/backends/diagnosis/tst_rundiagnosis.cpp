// SPDX-License-Identifier: Apache-2.0
// Runs that really fail under the agent, and what is found in their folders; what no machine shows on demand (clusters, lost
// runs, slow clocks) from events as they are written.
#include "backends/diagnosis/rundiagnosis.h"
#include "backends/platform/process.h"

#include "testpaths.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace slipway;
using namespace std::chrono_literals;

namespace {

using Findings = std::vector<RunFinding>;

RunRecord failedRecord(const std::string& reason, int replicas = 1, const std::string& target = "here") {
    RunRecord record;
    record.number = 42;
    record.replicas = replicas;
    record.target = TargetId(target);
    record.status = {RunState::Failed, reason};
    return record;
}

Event eventOf(int rank, int milliseconds, EventBody body, int attempt = 1) {
    return {RunId("a"),     attempt, rank, 1, Timestamp(std::chrono::milliseconds(milliseconds)),
            std::move(body)};
}
LogEvent line(const std::string& text) { return {LogEvent::Stream::Stderr, text, false}; }

Findings found(const RunRecord& record, const std::vector<Event>& events) {
    RunDiagnosis diagnosis;
    diagnosis.take(events);
    return diagnosis.findings(record);
}

}  // namespace

class tst_RunDiagnosis : public QObject {
    Q_OBJECT
    QTemporaryDir m_home;

    // The run of `command` as `replicas` ranks, after its agent has ended.
    RunFolder ran(std::vector<std::string> command, int replicas) const {
        JobSpec job;
        job.name = "probe";
        job.replicas = replicas;
        job.work = ProgramSpec{std::move(command)};
        const std::filesystem::path home = m_home.path().toStdString();
        RunFolder folder = *RunStore::open(home)->create(job, home, TargetId("here"));
        SpawnOptions agent;
        agent.command = {std::string(kBinDir) + "/slipway-agent", "run", "--run-folder",
                         folder.path().string()};
        agent.environment = currentEnvironment();
        if (const auto ended = runCommand(agent, 60s); !ended) qFatal("%s", describe(ended.error()).c_str());
        return folder;
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_home.isValid()); }

    // `cause`, `nextStep` and `evidence` are parts of the first finding's; rank 1 fails, rank 0 would go on.
    void realFailures_data() {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<QString>("rule");
        QTest::addColumn<QString>("cause");
        QTest::addColumn<QString>("nextStep");
        QTest::addColumn<QString>("evidence");
        const auto row = [](const char* name, const char* script, const char* rule, const char* cause,
                            const char* nextStep, const char* evidence) {
            QTest::newRow(name) << QByteArray(script) << QString::fromUtf8(rule) << QString::fromUtf8(cause)
                                << QString::fromUtf8(nextStep) << QString::fromUtf8(evidence);
        };
        row("the trainer's own word", "echo 'slipway-runner: there is no column z. Name another' >&2; exit 1",
            "trainer", "The training cannot go on: there is no column z. Name another", "Mend that",
            "no column z");
        row("killed as for memory", "kill -9 $$", "memory", "killed with signal 9", "raise the memory",
            "ended by signal 9");
        row("no such command", "no-such-command", "command", "no program named no-such-command",
            "Check the command", "no-such-command: not found");
        row("exit code 126", "exit 126", "command", "cannot be executed", "Check the command",
            "exit code 126");
        row("python module", "exec python3 -c 'import no_such_module'", "python-module",
            "The Python module no_such_module is not installed", "Add no_such_module",
            "No module named 'no_such_module'");
        row("python error", "exec python3 -c 'def f(): raise ValueError(\"bad shape\")\nf()'", "traceback",
            "ValueError: bad shape", "slipway logs", "ValueError: bad shape");
        row("gpu memory", "echo 'CUDA out of memory. Tried to allocate 2.50 GiB. GPU 0 …' >&2; exit 1",
            "gpu-memory", "another 2.50 GiB did not fit", "Make the batch smaller", "2.50 GiB");
        row("full disk", "echo \"OSError: [Errno 28] No space left on device: 'a.pt'\" >&2; exit 1", "disk",
            "No space is left for writing a.pt", "Free space", "a.pt");
        row("anything else", "echo at work; exit 3", "exit", "exit code 3", "slipway logs", "at work");
    }
    void realFailures() {
        QFETCH(QByteArray, script);
        QFETCH(QString, rule);
        QFETCH(QString, cause);
        QFETCH(QString, nextStep);
        QFETCH(QString, evidence);
        const std::string quoted = script.toStdString();
        for (const bool isAlone : {true, false}) {
            const std::string all =
                isAlone ? quoted : "if [ $RANK = 0 ]; then while :; do sleep 0.05; done; fi\n" + quoted;
            const RunFolder folder = ran({"sh", "-c", all}, isAlone ? 1 : 2);
            QCOMPARE(folder.record()->status.state, RunState::Failed);
            const auto findings = diagnoseRun(folder, {});
            QVERIFY(findings && !findings->empty());
            const RunFinding& first = findings->front();
            const QString told = QString::fromStdString(first.cause);
            QCOMPARE(QString::fromStdString(first.rule), rule);
            QVERIFY2(told.contains(cause), first.cause.c_str());
            QCOMPARE(told.startsWith(QStringLiteral("Rank 1: ")), !isAlone);
            QCOMPARE(first.rank, isAlone ? -1 : 1);
            QVERIFY2(QString::fromStdString(first.nextStep).contains(nextStep), first.nextStep.c_str());
            QVERIFY(std::ranges::any_of(first.evidence, [&](const FindingEvidence& one) {
                return one.rank == (isAlone ? 0 : 1) && QString::fromStdString(one.text).contains(evidence);
            }));
            QCOMPARE(findings->size(), std::size_t{1});
        }
    }

    void aProgramThatIsNotThere() {
        const auto findings = diagnoseRun(ran({"no-such-program"}, 1), {});
        QCOMPARE(findings->front().rule, std::string("command"));
        QCOMPARE(findings->front().cause,
                 std::string("There is no program named no-such-program where the job runs."));
    }
    void aRunThatWentWellHasNone() {
        QVERIFY(diagnoseRun(ran({"sh", "-c", "echo 'CUDA out of memory'"}, 1), {})->empty());
    }
    void stops() {
        const RunFolder folder = ran({"false"}, 1);
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(diagnoseRun(folder, stop.get_token()).error().code, ErrorCode::Cancelled);
        QCOMPARE(diagnoseRun(RunFolder(folder.path() / "none"), {}).error().code, ErrorCode::NotFound);
    }

    // In a cluster the container dies with its agent: the reason is all there is.
    void aContainerOutOfMemory() {
        const Findings all =
            found(failedRecord("rank 1 ran out of memory (exit code 137, OOMKilled)", 2, "lab/team"),
                  {eventOf(0, 1, line("waiting")),
                   eventOf(0, 9, RankExitedEvent{-1, 15, "ended by signal 15: it was asked to stop"})});
        QCOMPARE(all.size(), std::size_t{1});
        QCOMPARE(all.front().rule, std::string("memory"));
        QCOMPARE(all.front().rank, 1);
        QCOMPARE(all.front().cause,
                 std::string("Rank 1: The container was killed because it used more memory than its limit."));
        QCOMPARE(all.front().evidence.size(), std::size_t{1});
    }
    // Rank 0 is killed since it did not stop when rank 2 failed: its signal 9 is no lack of memory.
    void ranksThatWereEndedTellNothing() {
        const Findings all = found(failedRecord("", 3),
                                   {eventOf(0, 8000, RankExitedEvent{-1, 9, "ended by signal 9; often …"}),
                                    eventOf(1, 5, RankExitedEvent{-1, 15, "ended by signal 15"}),
                                    eventOf(2, 6, RankExitedEvent{3, 0, "exit code 3"})});
        QCOMPARE(all.size(), std::size_t{1});
        QCOMPARE(all.front().rule, std::string("exit"));
        QCOMPARE(all.front().rank, 2);
        QCOMPARE(all.front().nextStep, std::string("Read what it wrote last: slipway logs 42 --rank 2"));
    }
    // What another rank wrote comes after what is known of the first.
    void theFirstRankComesFirst() {
        const Findings all =
            found(failedRecord("rank 1: exit code 1", 2),
                  {eventOf(0, 1, line("CUDA out of memory, trying a smaller batch")),
                   eventOf(1, 2, line("[rank1]: Traceback (most recent call last):")),
                   eventOf(1, 2, line("[rank1]:   File \"train.py\", line 3, in <module>")),
                   eventOf(1, 2, line("[rank1]: KeyError: 'label'")), eventOf(1, 3, line("bye")),
                   eventOf(1, 4, RankExitedEvent{1, 0, "exit code 1"})});
        QCOMPARE(all.size(), std::size_t{2});
        QCOMPARE(all[0].cause, std::string("Rank 1: The program ended with an error: KeyError: 'label'"));
        QCOMPARE(all[0].evidence.back().text, std::string("[rank1]: KeyError: 'label'"));
        QCOMPARE(all[1].rule, std::string("gpu-memory"));
        QCOMPARE(all[1].rank, 0);
    }
    void theNewestAttemptCounts() {
        const Findings all = found(
            failedRecord("exit code 4"),
            {eventOf(0, 1, line("CUDA out of memory")), eventOf(0, 2, RankExitedEvent{1, 0, "exit code 1"}),
             eventOf(0, 3, line("again"), 2), eventOf(0, 4, RankExitedEvent{4, 0, "exit code 4"}, 2)});
        QCOMPARE(all.size(), std::size_t{1});
        QCOMPARE(all.front().cause, std::string("The program failed: exit code 4"));
        QCOMPARE(all.front().evidence.size(), std::size_t{1});
    }
    void longLogsAreKeptInPart() {
        RunDiagnosis diagnosis;
        for (int i = 0; i < 5000; ++i) {
            const std::vector<Event> one{eventOf(0, i, line(i == 0 ? "CUDA out of memory" : "step"))};
            diagnosis.take(one);
        }
        const std::vector<Event> end{eventOf(0, 9000, line(std::string(5000, 'x') + "ä")),
                                     eventOf(0, 9001, RankExitedEvent{1, 0, "exit code 1"})};
        diagnosis.take(end);
        const Findings all = diagnosis.findings(failedRecord("exit code 1"));
        QCOMPARE(all.size(), std::size_t{1});
        QCOMPARE(all.front().rule, std::string("exit"));
        QVERIFY(all.front().evidence.back().text.size() < 400);
    }
    void aCheckpointIsOffered() {
        const std::vector<Event> events{eventOf(0, 1, CheckpointEvent{400, "checkpoints/400", Bytes{1}, 0.1}),
                                        eventOf(0, 2, RankExitedEvent{-1, 9, "ended by signal 9"})};
        QVERIFY(found(failedRecord("ended by signal 9"), events)
                    .front()
                    .nextStep.ends_with(" Go on from the checkpoint of step 400 with: slipway resume 42"));
    }
    void lostRunsShowTheirLastLines() {
        RunRecord record = failedRecord("the agent was ended from outside", 2);
        record.status.state = RunState::Lost;
        const Findings all = found(record, {eventOf(0, 1, line("step 1")), eventOf(1, 2, line("step 2"))});
        QCOMPARE(all.size(), std::size_t{1});
        QCOMPARE(all.front().rule, std::string("lost"));
        QCOMPARE(all.front().evidence.size(), std::size_t{2});
    }
    void aKeptCheckpointOfALostRunIsResumed() {
        const RunFolder folder = ran({"sh", "-c", "echo at work; exit 3"}, 1);
        RunRecord record = failedRecord("the agent was ended from outside");
        record.status.state = RunState::Lost;
        RunDiagnosis diagnosis;
        diagnosis.takeFolder(folder);
        QVERIFY(diagnosis.findings(record).front().nextStep.find("run it again") != std::string::npos);
        std::filesystem::create_directories(folder.checkpointFolder());
        std::ofstream(folder.checkpointFolder() / "at") << "7";
        diagnosis.takeFolder(folder);
        const std::string next = diagnosis.findings(record).front().nextStep;
        QCOMPARE(next, std::string("Read what it wrote last: slipway logs 42. Go on from its last checkpoint "
                                   "with: slipway resume 42"));
    }
    void anInterruptedRunIsResumed_data() {
        QTest::addColumn<QString>("target");
        QTest::addRow("here") << QStringLiteral("here");
        QTest::addRow("cluster") << QStringLiteral("lab/team");
    }
    void anInterruptedRunIsResumed() {
        QFETCH(QString, target);
        RunRecord record = failedRecord("asked to stop", 1, target.toStdString());
        record.status.state = RunState::Interrupted;
        const RankExitedEvent stopped{-1, 15, "ended by signal 15: it was asked to stop"};
        Findings all = found(record, {eventOf(0, 1, CheckpointEvent{400, "checkpoints/400", Bytes{1}, 0.1}),
                                      eventOf(0, 2, stopped)});
        QCOMPARE(all.size(), std::size_t{1});
        QCOMPARE(all.front().rule, std::string("interrupted"));
        QCOMPARE(all.front().cause, std::string("It was ended before it was done: asked to stop"));
        QCOMPARE(all.front().nextStep,
                 std::string("Go on from the checkpoint of step 400 with: slipway resume 42"));
        all = found(record, {eventOf(0, 2, stopped)});
        QCOMPARE(all.front().nextStep, std::string("Go on from its last checkpoint with: slipway resume 42"));
    }
    void onlyFailuresAreDiagnosed() {
        const std::vector<Event> events{eventOf(0, 2, RankExitedEvent{-1, 9, "ended by signal 9"})};
        RunRecord record = failedRecord("ended by signal 9");
        for (const RunState state : {RunState::Running, RunState::Cancelled, RunState::Succeeded}) {
            record.status.state = state;
            QVERIFY(found(record, events).empty());
        }
    }
    // What started the run tells why its program wrote nothing; where it wrote, it says that best.
    void theAgentsLogTellsOfARunThatDidNotBegin() {
        const RunFolder folder = ran({"sh", "-c", "echo at work; exit 3"}, 1);
        std::ofstream(folder.path() / "agent.log")
            << std::string(40000, 'x')
            << "\n{\"kind\":\"state\"}\n\none\ntwo\nthree\nfour\nfive\nno namespace\n";
        QCOMPARE(diagnoseRun(folder, {})->front().evidence.back().text, std::string("at work"));

        RunDiagnosis diagnosis;
        diagnosis.takeFolder(folder);
        const Findings all = diagnosis.findings(failedRecord("exit code 1"));
        QCOMPARE(all.size(), std::size_t{1});
        QCOMPARE(all.front().rule, std::string("agent"));
        QCOMPARE(all.front().evidence.size(), std::size_t{5});
        QCOMPARE(all.front().evidence.front().text, std::string("two"));
        QCOMPARE(all.front().evidence.back().text, std::string("no namespace"));
        QCOMPARE(all.front().evidence.back().rank, -1);
        QVERIFY(all.front().nextStep.ends_with("/agent.log"));

        const RunFolder silent = ran({"sh", "-c", "exit 3"}, 1);
        std::ofstream(silent.path() / "agent.log") << "no namespace\n";
        const auto told = diagnoseRun(silent, {});
        QCOMPARE(told->size(), std::size_t{1});
        QCOMPARE(told->front().rule, std::string("exit"));
        QCOMPARE(told->front().evidence.back().text, std::string("no namespace"));
    }
    // A reason that says it all has no finding beside it.
    void aReasonThatSaysItAll() {
        QVERIFY(found(failedRecord("input \"images\" is missing: /data/images"), {}).empty());
    }
};

QTEST_GUILESS_MAIN(tst_RunDiagnosis)
#include "tst_rundiagnosis.moc"
