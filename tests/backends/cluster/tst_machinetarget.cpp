// SPDX-License-Identifier: Apache-2.0
// What only this machine has: agents that outlive who started them, ends from outside, files that change behind a run's back.
// What it has in common with other targets stands in tests/contract.
#include "backends/cluster/machine/machinetarget.h"
#include "backends/platform/filelock.h"
#include "backends/platform/process.h"
#include "backends/platform/processidentity.h"
#include "backends/platform/processusage.h"
#include "backends/runs/verifiedfiles.h"

#include "testpaths.h"

#include <QTemporaryDir>
#include <QTest>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <fstream>

using namespace slipway;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr int kLong = 20000;
const char* const kWait = "echo $$ > pid; while :; do sleep 0.05; done";
const char* const kCheckpoint =
    R"(mkdir -p $SLIPWAY_RUN_FOLDER/checkpoints/a; echo '{"kind":"checkpoint","step":5,"path":"checkpoints/a"}' >&3; )";

}  // namespace

class tst_machinetarget : public QObject {
    Q_OBJECT
    std::unique_ptr<QTemporaryDir> m_home;
    Target m_target;

    fs::path home() const { return m_home->path().toStdString(); }
    RunStore store() const { return *RunStore::open(home()); }
    TargetSettings settings() const {
        TargetSettings settings;
        settings.home = home();
        settings.agent = fs::path(kBinDir) / "slipway-agent";
        settings.runner = fs::path(kBinDir) / "slipway-runner";
        return settings;
    }
    SubmitRequest request(const std::string& script) const {
        SubmitRequest request;
        request.job.name = "probe";
        request.job.work = ProgramSpec{{"sh", "-c", script}};
        request.folder = *store().create(request.job, home(), TargetId("here"));
        return request;
    }
    static bool isAlive(const RunFolder& folder) { return *FileLock::isHeld(folder.path() / "agent.lock"); }
    static pid_t numberIn(const fs::path& file) {
        const auto text = readFile(file, 100);
        return text && !text->empty() ? static_cast<pid_t>(std::stol(*text)) : 0;
    }
    RunState refreshed(const RunFolder& folder) const {
        return m_target.observer->refresh(folder, {})->status.state;
    }

private Q_SLOTS:
    void init() {
        m_home = std::make_unique<QTemporaryDir>();
        m_target = makeMachineTarget(settings());
    }
    void cleanup() {
        const auto records = store().list();
        for (const RunRecord& record : *records) {
            const RunFolder folder(home() / "runs" / std::to_string(record.number));
            if (isAlive(folder)) ::kill(numberIn(folder.path() / "agent.lock"), SIGKILL);
            QTRY_VERIFY(!isAlive(folder));
        }
    }

    void theRunOutlivesWhoSubmittedIt() {
        const SubmitRequest submit = request(kWait);
        const pid_t submitter = ::fork();
        if (submitter == 0) {
            ::setpgid(0, 0);
            const auto submitted = m_target.submitter->submit(submit, {});
            if (!submitted) ::_exit(1);
            ::kill(0, SIGKILL);
        }
        QCOMPARE(waitFor(submitter)->signal, SIGKILL);
        QTRY_COMPARE_WITH_TIMEOUT(refreshed(submit.folder), RunState::Running, kLong);
        QVERIFY(isAlive(submit.folder));
        QVERIFY(m_target.submitter->cancel(submit.folder, {}));
        QTRY_COMPARE_WITH_TIMEOUT(refreshed(submit.folder), RunState::Cancelled, kLong);
        QTRY_VERIFY(!isAlive(submit.folder));
    }

    void untilTheAgentHasItItIsPreparing_data() {
        QTest::addColumn<bool>("isOld");
        QTest::addColumn<bool>("isHeld");
        QTest::addColumn<bool>("isCancelled");
        QTest::addColumn<int>("state");
        QTest::newRow("just made") << false << false << false << int(RunState::Preparing);
        QTest::newRow("submitted for long") << true << true << false << int(RunState::Preparing);
        QTest::newRow("submitter gone") << true << false << false << int(RunState::Failed);
        QTest::newRow("cancelled") << true << false << true << int(RunState::Cancelled);
    }
    void untilTheAgentHasItItIsPreparing() {
        QFETCH(bool, isOld);
        QFETCH(bool, isHeld);
        QFETCH(bool, isCancelled);
        QFETCH(int, state);
        const RunFolder folder = request("true").folder;
        const auto lock = isHeld ? *FileLock::tryAcquire(folder.submitLock()) : std::nullopt;
        if (isOld) QVERIFY(folder.update([](RunRecord& r) { r.created -= 2 * kStartWindow; }));
        if (isCancelled) QVERIFY(m_target.submitter->cancel(folder, {}));
        QCOMPARE(int(refreshed(folder)), state);
        QCOMPARE(int(folder.record()->status.state), state);
    }
    void aRunCancelledBeforeItsAgentBeganDoesNothing() {
        const SubmitRequest submit = request("touch began");
        QVERIFY(m_target.submitter->cancel(submit.folder, {}));
        QCOMPARE(m_target.submitter->submit(submit, {}).error().code, ErrorCode::Cancelled);
        QVERIFY(!isAlive(submit.folder));
        QVERIFY(!fs::exists(home() / "began"));
    }

    void anAgentAsksWhetherItsRunWasCancelled() {
        const SubmitRequest submit = request("touch began");
        QVERIFY(m_target.submitter->cancel(submit.folder, {}));
        const auto ran = runCommand(
            {.command = {settings().agent.string(), "run", "--run-folder", submit.folder.path().string()},
             .environment = currentEnvironment()},
            20s);
        QVERIFY2(ran, ran ? "" : describe(ran.error()).c_str());
        QCOMPARE(submit.folder.record()->status.state, RunState::Cancelled);
        QVERIFY(!fs::exists(home() / "began"));
    }

    void aKilledAgent_data() {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<int>("state");
        QTest::newRow("no checkpoint") << QByteArray("") << int(RunState::Lost);
        QTest::newRow("a checkpoint") << QByteArray(kCheckpoint) << int(RunState::Interrupted);
    }
    void aKilledAgent() {
        QFETCH(QByteArray, before);
        QFETCH(int, state);
        const SubmitRequest submit = request(before.toStdString() + kWait);
        QVERIFY(m_target.submitter->submit(submit, {}));
        QTRY_VERIFY_WITH_TIMEOUT(numberIn(home() / "pid") > 0, kLong);
        if (!before.isEmpty()) QTRY_VERIFY(agentFacts(*EventReader(submit.folder).next()).hasCheckpoint);
        const pid_t agent = numberIn(submit.folder.path() / "agent.lock");
        QVERIFY(agent > 1);
        ::kill(agent, SIGKILL);
        const auto record = m_target.observer->follow(submit.folder, [](const RunRecord&) {}, {});
        QVERIFY2(record, record ? "" : describe(record.error()).c_str());
        QCOMPARE(int(record->status.state), state);
        QVERIFY(!record->status.reason.empty() && record->ended);
        // Submitting it again starts nothing: that run is over.
        QCOMPARE(int(m_target.submitter->submit(submit, {})->status.state), state);
        QVERIFY(!isAlive(submit.folder));
        // The runner went with the agent.
        QTRY_VERIFY(::kill(numberIn(home() / "pid"), 0) != 0);
    }

    void onlyTheAgentItselfIsSignalled_data() {
        QTest::addColumn<QByteArray>("part");
        QTest::addColumn<bool>("signalled");
        QTest::addColumn<int>("code");
        const int none = -1;
        QTest::newRow("the agent") << QByteArray() << true << none;
        QTest::newRow("on another machine") << QByteArray("boot") << false << none;
        QTest::newRow("in another container") << QByteArray("namespace") << false << none;
        QTest::newRow("another that has its number now") << QByteArray("start") << false << none;
        QTest::newRow("an older agent, which told its number only")
            << QByteArray("older") << false << int(ErrorCode::Conflict);
        QTest::newRow("one that has not told yet") << QByteArray("nothing") << false << none;
    }
    void onlyTheAgentItselfIsSignalled() {
        QFETCH(QByteArray, part);
        QFETCH(bool, signalled);
        QFETCH(int, code);
        const RunFolder folder = request("true").folder;
        const auto child = spawn({.command = {"sleep", "60"}, .environment = currentEnvironment()});
        QVERIFY(child);
        ProcessIdentity holder = thisProcess();
        holder.pid = *child;
        holder.host = "node-1";
        holder.start = *processStart(*child) + (part == "start" ? 1 : 0);
        if (part == "boot") holder.boot = "another";
        if (part == "namespace") holder.pidNamespace = "pid:[7]";
        auto lock = *FileLock::tryAcquire(folder.path() / "agent.lock");
        const std::string number = std::to_string(*child) + "\n";
        QVERIFY(lock->setContent(part == "older" ? number : part == "nothing" ? "" : identityText(holder)));
        const auto cancelled = m_target.submitter->cancel(folder, {});
        const bool isElsewhere = part == "boot" || part == "namespace";
        QCOMPARE(agentElsewhere(folder).value_or(""), std::string(isElsewhere ? "node-1" : ""));
        if (!signalled) QCOMPARE(::kill(*child, SIGKILL), 0);
        QCOMPARE(waitFor(*child)->signal, signalled ? SIGTERM : SIGKILL);
        QCOMPARE(cancelled ? -1 : int(cancelled.error().code), code);
        QVERIFY(folder.record()->isCancelRequested);
        if (part != "older") return;
        QVERIFY2(cancelled.error().hint.find("kill " + std::to_string(*child)) != std::string::npos,
                 describe(cancelled.error()).c_str());
    }

    void changedResultsAreNoticed() {
        const SubmitRequest submit =
            request("i=0; while [ $i -lt 300 ]; do i=$((i+1)); echo $i > $SLIPWAY_RESULT/file-$i; done");
        QVERIFY(m_target.submitter->submit(submit, {}));
        QCOMPARE(m_target.observer->follow(submit.folder, [](const RunRecord&) {}, {})->status.state,
                 RunState::Succeeded);
        // The agent sealed it.
        QCOMPARE(verifiedFiles(submit.folder.resultFolder())->size(), std::size_t{300});
        Bytes done, total;
        QVERIFY(m_target.results->fetch(submit.folder, [&](Bytes d, Bytes t) { done = d, total = t; }, {}));
        QCOMPARE(done, total);
        const fs::path result = submit.folder.resultFolder();
        const auto verification = [&] { return verificationOf(result, *verifiedFiles(result), {}); };
        QVERIFY(verification() == Verification::Right);
        // 9 numbers of two bytes with their line feed, 90 of three, 201 of four.
        QCOMPARE(total.count, std::int64_t{9 * 2 + 90 * 3 + 201 * 4});
        for (const char* name : {"file-1", "file-300"}) {
            const fs::path file = submit.folder.resultFolder() / name;
            const std::string before = *readFile(file, 100);
            std::ofstream(file) << "changed";
            const auto fetched = m_target.results->fetch(submit.folder, [](Bytes, Bytes) {}, {});
            QVERIFY(!fetched);
            QCOMPARE(fetched.error().code, ErrorCode::Corrupt);
            QVERIFY(verification() == Verification::None);
            QVERIFY(fetched.error().message.find(name) != std::string::npos);
            std::ofstream(file) << before;
        }
        QVERIFY(m_target.results->fetch(submit.folder, [](Bytes, Bytes) {}, {}));
        QVERIFY(verification() == Verification::Right);
    }

    void twoFollowOneRun() {
        const SubmitRequest submit = request("echo hello");
        QVERIFY(m_target.submitter->submit(submit, {}));
        const pid_t other = ::fork();
        if (other == 0) {
            const auto record = m_target.observer->follow(submit.folder, [](const RunRecord&) {}, {});
            ::_exit(record && record->status.state == RunState::Succeeded ? 0 : 1);
        }
        QCOMPARE(m_target.observer->follow(submit.folder, [](const RunRecord&) {}, {})->status.state,
                 RunState::Succeeded);
        QCOMPARE(waitFor(other)->exitCode, 0);
    }

    void resumingNamesTheCheckpoints() {
        const SubmitRequest first = request(std::string(kCheckpoint) + "exit 143");
        QVERIFY(m_target.submitter->submit(first, {}));
        QCOMPARE(m_target.observer->follow(first.folder, [](const RunRecord&) {}, {})->status.state,
                 RunState::Interrupted);
        const SubmitRequest second = request("echo from $SLIPWAY_RESUME");
        const RunId before = first.folder.record()->id;
        QVERIFY(second.folder.update([&](RunRecord& record) { record.resumedFrom = before; }));
        QVERIFY(m_target.submitter->submit(second, {}));
        QCOMPARE(m_target.observer->follow(second.folder, [](const RunRecord&) {}, {})->status.state,
                 RunState::Succeeded);
        bool isTold = false;
        const auto events = EventReader(second.folder).next();
        for (const Event& event : *events) {
            const auto* log = std::get_if<LogEvent>(&event.body);
            isTold = isTold || (log && log->text == "from " + first.folder.checkpointFolder().string());
        }
        QVERIFY(isTold);
    }

    void agentsThatCannotStart() {
        const SubmitRequest submit = request("true");
        TargetSettings broken = settings();
        broken.agent = "/no/such/agent";
        const auto missing = makeMachineTarget(broken).submitter->submit(submit, {});
        QVERIFY(!missing);
        QCOMPARE(missing.error().code, ErrorCode::NotFound);

        std::ofstream(submit.folder.jobFile()) << "nonsense: [";
        const auto begin = std::chrono::steady_clock::now();
        const auto failed = m_target.submitter->submit(submit, {});
        QVERIFY(!failed);
        QVERIFY2(describe(failed.error()).find("job.yaml") != std::string::npos,
                 describe(failed.error()).c_str());
        QVERIFY(std::chrono::steady_clock::now() - begin < 10s);
    }
};

QTEST_GUILESS_MAIN(tst_machinetarget)
#include "tst_machinetarget.moc"
