// SPDX-License-Identifier: Apache-2.0
// What only a real cluster shows: every way of signing in, the server's own refusals and reasons, cuts on the way.
#include "backends/cluster/kubernetes/apiclient.h"
#include "backends/cluster/kubernetes/kubetarget.h"
#include "backends/cluster/submission.h"
#include "backends/platform/files.h"
#include "backends/platform/process.h"
#include "backends/runs/runstore.h"
#include "backends/spec/specdocument.h"

#include "clusterfixture.h"
#include "scriptedserver.h"

#include <QDateTime>
#include <QScopeGuard>
#include <QTest>

#include <signal.h>
#include <atomic>
#include <map>
#include <thread>

using namespace slipway;

namespace {

// Plays a bad network over a good client.
class FaultyHttp final : public HttpClient {
public:
    explicit FaultyHttp(std::shared_ptr<HttpClient> inner) : m_inner(std::move(inner)) {}

    std::atomic<int> answersToLose = 0;       // of POSTs, after the server has carried them out
    std::atomic<std::size_t> bytesToCut = 0;  // streams end as torn after so many; 0: never
    std::atomic<int> cuts = 0;
    std::string pathToLose;  // every answer from there is lost

    Result<HttpResponse> send(const HttpRequest& request, std::stop_token stop) override {
        auto response = m_inner->send(request, stop);
        if (!pathToLose.empty() && request.url.find(pathToLose) != std::string::npos) return torn();
        if (request.method == "POST" && request.url.find("dryRun") == std::string::npos &&
            answersToLose.fetch_sub(1) > 0)
            return torn();
        return response;
    }
    Result<HttpResponse> stream(const HttpRequest& request, const std::function<bool(std::string_view)>& sink,
                                std::stop_token stop) override {
        std::size_t left = bytesToCut;
        if (left == 0) return m_inner->stream(request, sink, stop);
        bool isTorn = false;
        auto response = m_inner->stream(
            request,
            [&](std::string_view bytes) {
                const std::string_view part = bytes.substr(0, left);
                if (!sink(part)) return false;
                left -= part.size();
                isTorn = left == 0;
                return !isTorn;
            },
            stop);
        if (!isTorn) return response;
        ++cuts;
        return torn();
    }

private:
    static Error torn() { return {ErrorCode::Unavailable, "the connection was reset", "", ""}; }
    std::shared_ptr<HttpClient> m_inner;
};

JobSpec shell(const std::string& name, const std::string& script, int replicas = 1) {
    JobSpec job;
    job.name = name;
    job.work = ProgramSpec{{"/bin/sh", "-c", script}};
    job.replicas = replicas;
    job.resources.cpu = MilliCpu{100};
    job.resources.memory = Bytes{std::int64_t{128} << 20};
    job.resources.sharedMemory = Bytes{std::int64_t{16} << 20};
    job.grace = std::chrono::seconds(5);
    return job;
}

}  // namespace

class tst_Kubernetes : public QObject {
    Q_OBJECT

    std::unique_ptr<ClusterFixture> m_cluster;

    Target open(const std::string& place = "team-a/research",
                std::shared_ptr<HttpClient> http = nullptr) const {
        TargetSettings settings = m_cluster->settings();
        if (http) settings.http = std::move(http);
        auto target = openTarget(settings, m_cluster->target(place));
        if (!target) qFatal("%s", describe(target.error()).c_str());
        return *std::move(target);
    }
    std::shared_ptr<kube::ApiClient> api() const {
        const auto config = kube::loadKubeconfig(m_cluster->settings().kubeconfig);
        return std::make_shared<kube::ApiClient>(m_cluster->http,
                                                 *kube::Access::open(*config, config->currentContext));
    }
    RunFolder makeRun(const JobSpec& job, const Target& target) const {
        return *RunStore::open(m_cluster->settings().home)
                    ->create(job, m_cluster->settings().home, target.info.id);
    }
    SubmitRequest unpackaged(const RunFolder& folder, const JobSpec& job, const std::string& image) const {
        SubmitRequest request;
        request.folder = folder;
        request.job = job;
        request.image = image;
        return request;
    }
    // `slipway submit` as a process of its own.
    pid_t submitByProgram(const std::string& name, const std::string& script,
                          const std::string& registry) const {
        const TargetSettings settings = m_cluster->settings();
        const std::filesystem::path file = settings.home / (name + ".yaml");
        const auto written = writeFileAtomically(file, writeJob(m_cluster->onImage(shell(name, script))));
        if (!written) qFatal("%s", describe(written.error()).c_str());
        const auto program =
            spawn({.command = {std::string(kBinDir) + "/slipway", "--home", settings.home.string(),
                               "--kubeconfig", settings.kubeconfig, "submit", file.string(), "--to",
                               m_cluster->target().str(), "--registry", registry, "--detach"},
                   .environment = currentEnvironment()});
        if (!program) qFatal("%s", describe(program.error()).c_str());
        return *program;
    }
    // Until its state and the words of its reason are as expected; what it was last, else.
    static std::string waitFor(const Target& target, const RunFolder& folder, RunState state,
                               const std::string& words) {
        RunRecord last;
        const bool isThere = QTest::qWaitFor(
            [&] {
                const auto record = target.observer->refresh(folder, {});
                if (record) last = *record;
                return record && record->status.state == state &&
                       record->status.reason.find(words) != std::string::npos;
            },
            60000);
        return isThere ? std::string()
                       : std::string(runStateName(last.status.state)) + ": " + last.status.reason;
    }
    static void cancel(const Target& target, const RunFolder& folder) {
        QVERIFY(target.submitter->cancel(folder, {}));
        const std::string cancelled = waitFor(target, folder, RunState::Cancelled, "");
        QVERIFY2(cancelled.empty(), cancelled.c_str());
    }
    std::size_t countOf(const std::string& plural, const std::string& groupVersion,
                        const RunFolder& folder) const {
        const auto list = api()->list(
            kube::resourcePath(groupVersion, "team-a", plural),
            "labelSelector=" + percentEncode("slipway.dev/run=" + folder.record()->id.str()), "count", {});
        return list ? list->items.size() : 999;
    }

private Q_SLOTS:
    void initTestCase() {
        std::string reason;
        m_cluster = ClusterFixture::find(reason);
        if (m_cluster) return;
        std::fprintf(stderr, "skipped: %s\n", reason.c_str());
        std::exit(77);
    }

    void signsInEveryWay_data() {
        QTest::addColumn<QString>("role");
        for (const char* role : {"user", "usercert", "userexec"})
            QTest::addRow("%s", role) << QString::fromUtf8(role);
    }
    void signsInEveryWay() {
        QFETCH(QString, role);
        const TargetSettings settings = m_cluster->settings(role.toStdString());
        const auto targets = listTargets(settings);
        QVERIFY(targets);
        const auto queues = discoverQueues(settings, targets->at(1), {});
        QVERIFY2(queues, queues ? "" : describe(queues.error()).c_str());
        std::vector<std::string> names;
        for (const TargetInfo& info : *queues) names.push_back(info.queue);
        std::sort(names.begin(), names.end());
        QCOMPARE(names, (std::vector<std::string>{"interactive", "research"}));
    }
    void aGuestIsToldWhatIsMissing() {
        const TargetSettings settings = m_cluster->settings("guest");
        const auto targets = listTargets(settings);
        const auto target = openTarget(settings, targets->at(1).id);
        const auto verdict = target->submitter->dryRun(m_cluster->onImage(shell("guest", "true")), {});
        QVERIFY2(verdict, verdict ? "" : describe(verdict.error()).c_str());
        QCOMPARE(verdict->verdict, Verdict::Never);
        QVERIFY2(verdict->reason.find("bob") != std::string::npos, verdict->reason.c_str());

        const auto missing = missingRights(settings, targets->at(1), {});
        QVERIFY2(missing, missing ? "" : describe(missing.error()).c_str());
        QVERIFY(std::find(missing->begin(), missing->end(), "create jobs.batch") != missing->end());
        QVERIFY(std::find(missing->begin(), missing->end(), "get pods/log") != missing->end());
        const TargetSettings user = m_cluster->settings();
        QCOMPARE(*missingRights(user, listTargets(user)->at(1), {}), std::vector<std::string>{});
    }
    void aWrongTokenIsRefused() {
        const auto config = kube::loadKubeconfig(m_cluster->settings().kubeconfig);
        kube::Kubeconfig wrong = *config;
        wrong.users.front().token = "nobody";
        kube::ApiClient client(m_cluster->http, *kube::Access::open(wrong, wrong.currentContext));
        const auto jobs = client.list(kube::resourcePath("batch/v1", "team-a", "jobs"), "", "list jobs", {});
        QVERIFY(!jobs);
        QCOMPARE(jobs.error().code, ErrorCode::PermissionDenied);
    }

    void judgesByTheServersWords_data() {
        QTest::addColumn<QString>("place");
        QTest::addColumn<int>("gibibytes");
        QTest::addColumn<int>("verdict");
        QTest::addColumn<QString>("words");
        QTest::addRow("queue") << "team-a/research" << 1 << static_cast<int>(Verdict::Unknown)
                               << "the server takes the job as written";
        QTest::addRow("wrong queue") << "team-a/reserch" << 1 << static_cast<int>(Verdict::Never)
                                     << "did you mean research?";
        QTest::addRow("limit") << "team-b" << 2 << static_cast<int>(Verdict::Never)
                               << "maximum memory usage per Container is 1Gi";
        QTest::addRow("no queue") << "team-a" << 1 << static_cast<int>(Verdict::Unknown)
                                  << "cannot see the nodes";
        QTest::addRow("no namespace") << "team-z" << 1 << static_cast<int>(Verdict::Never) << "team-z";
    }
    void judgesByTheServersWords() {
        QFETCH(QString, place);
        QFETCH(int, gibibytes);
        QFETCH(int, verdict);
        QFETCH(QString, words);
        JobSpec job = m_cluster->onImage(shell("judged", "true"));
        job.resources.memory = Bytes{static_cast<std::int64_t>(gibibytes) << 30};
        const auto told = open(place.toStdString()).submitter->dryRun(job, {});
        QVERIFY2(told, told ? "" : describe(told.error()).c_str());
        QVERIFY2(static_cast<int>(told->verdict) == verdict, told->reason.c_str());
        QVERIFY2(told->reason.find(words.toStdString()) != std::string::npos, told->reason.c_str());
    }

    void lostAnswersCreateOneJobAndOneService() {
        auto http = std::make_shared<FaultyHttp>(m_cluster->http);
        const Target target = open("team-a/research", http);
        JobSpec job = shell("lost", "true", 2);
        job.resources.gpus = 2;  // 4 in all: the queue has 2, so it never starts
        const RunFolder folder = makeRun(job, target);
        http->answersToLose = 1;
        const auto record = target.submitter->submit(
            unpackaged(folder, job, m_cluster->registry() + "/none@sha256:" + std::string(64, '0')), {});
        QVERIFY2(record, record ? "" : describe(record.error()).c_str());
        QCOMPARE(countOf("jobs", "batch/v1", folder), std::size_t{1});
        QCOMPARE(countOf("services", "v1", folder), std::size_t{1});
        const std::string queued = waitFor(target, folder, RunState::Queued, "will never start here");
        QVERIFY2(queued.empty(), queued.c_str());
        cancel(target, folder);
        QCOMPARE(countOf("jobs", "batch/v1", folder), std::size_t{0});
        QTRY_COMPARE_WITH_TIMEOUT(countOf("services", "v1", folder), std::size_t{0}, 60000);
    }

    void tellsItsPlaceInTheQueue() {
        const Target target = open("team-a/research");
        JobSpec job = shell("waiting", "true");
        job.resources.cpu = MilliCpu{100000};
        std::vector<RunFolder> folders;
        for (int i = 0; i < 2; ++i) {
            folders.push_back(makeRun(job, target));
            const auto submitted = target.submitter->submit(
                unpackaged(folders.back(), job,
                           m_cluster->registry() + "/none@sha256:" + std::string(64, '0')),
                {});
            QVERIFY2(submitted, submitted ? "" : describe(submitted.error()).c_str());

            const std::string queued = waitFor(target, folders.back(), RunState::Queued, "position");
            QVERIFY2(queued.empty(), queued.c_str());
            // The queue's order is that of creation, in whole seconds: the next one is of a later second.
            const qint64 second = QDateTime::currentSecsSinceEpoch();
            QTRY_VERIFY(QDateTime::currentSecsSinceEpoch() > second);
        }
        const std::string first = waitFor(target, folders[0], RunState::Queued, "position 1");
        QVERIFY2(first.empty(), first.c_str());
        const std::string second = waitFor(target, folders[1], RunState::Queued, "position 2");
        QVERIFY2(second.empty(), second.c_str());
        for (const RunFolder& folder : folders) QVERIFY(target.submitter->cancel(folder, {}));
    }

    void tellsOfAnImageThatIsNotThere() {
        const Target target = open("team-a");
        const JobSpec job = shell("noimage", "true");
        const RunFolder folder = makeRun(job, target);
        QVERIFY(target.submitter->submit(unpackaged(folder, job, m_cluster->registry() + "/none:1"), {}));
        const std::string waiting = waitFor(target, folder, RunState::Starting, "none");
        QVERIFY2(waiting.empty(), waiting.c_str());
        cancel(target, folder);
    }

    void pullsAndPushesByAPullSecret() {
        const std::string credentials = m_cluster->signIn();
        const nlohmann::json secret{{"apiVersion", "v1"},
                                    {"kind", "Secret"},
                                    {"metadata", {{"name", "private-registry"}}},
                                    {"type", "kubernetes.io/dockerconfigjson"},
                                    {"stringData", {{".dockerconfigjson", credentials}}}};
        const std::string path = kube::resourcePath("v1", "team-a", "secrets");
        const auto made = api()->call({.method = "POST", .path = path, .body = secret.dump()}, {});
        QVERIFY(made && (made->isOk() || made->status == 409));
        const auto end = qScopeGuard(
            [&] { (void)api()->call({.method = "DELETE", .path = path + "/private-registry"}, {}); });
        const Target target = open("team-a/research");
        const JobSpec job = m_cluster->onImage(shell("private", "echo weights > $SLIPWAY_RESULT/model.txt"));
        const RunFolder folder = makeRun(job, target);
        auto request = m_cluster->request(folder, job, true);
        QVERIFY2(request, request ? "" : describe(request.error()).c_str());
        request->registrySecret = "private-registry";
        QVERIFY(target.submitter->submit(*request, {}));
        const std::string succeeded = waitFor(target, folder, RunState::Succeeded, "");
        QVERIFY2(succeeded.empty(), succeeded.c_str());
        const auto fetched = target.results->fetch(folder, [](Bytes, Bytes) {}, {});
        QVERIFY2(fetched, fetched ? "" : describe(fetched.error()).c_str());
        QVERIFY(std::filesystem::exists(folder.resultFolder() / "model.txt"));
    }

    void aProgramKilledWhilePushing_data() {
        QTest::addColumn<bool>("isKilled");
        QTest::addColumn<bool>("isCancelled");
        QTest::newRow("killed") << true << false;
        QTest::newRow("killed, then cancelled") << true << true;
        QTest::newRow("cancelled") << false << true;
    }
    void aProgramKilledWhilePushing() {
        QFETCH(bool, isKilled);
        QFETCH(bool, isCancelled);
        // A registry that says whether it lets the user in, and answers nothing more.
        ScriptedServer registry([isAsked = std::make_shared<std::atomic<bool>>(false)](
                                    const ScriptedServer::Request&, ScriptedServer::Connection& connection) {
            if (!isAsked->exchange(true)) return connection.answer(404, "");
            connection.waitForClient();
        });
        const pid_t program = submitByProgram("pushing", "true", registry.url("/jobs"));
        QTRY_VERIFY_WITH_TIMEOUT(registry.requests().size() > 1, 60000);
        const Target target = open();
        const RunFolder folder = *RunStore::open(m_cluster->settings().home)->find("pushing");
        QCOMPARE(target.observer->refresh(folder, {})->status.state, RunState::Preparing);
        if (isKilled) ::kill(program, SIGKILL);
        if (isKilled) QCOMPARE(slipway::waitFor(program)->signal, SIGKILL);
        if (isCancelled) {
            const auto cancelled = target.submitter->cancel(folder, {});
            QVERIFY2(cancelled, cancelled ? "" : describe(cancelled.error()).c_str());
        }
        if (!isKilled) QVERIFY(slipway::waitFor(program)->exitCode != 0);
        const auto record = target.observer->follow(folder, [](const RunRecord&) {}, {});
        QVERIFY2(record, record ? "" : describe(record.error()).c_str());
        QCOMPARE(record->status.state, isCancelled ? RunState::Cancelled : RunState::Failed);
        QCOMPARE(countOf("jobs", "batch/v1", folder), std::size_t{0});
    }
    void aProgramKilledOnceTheClusterHasTheJob() {
        const pid_t program =
            submitByProgram("adopted", "sleep 600", "http://" + m_cluster->registry() + "/adopted");
        const auto store = *RunStore::open(m_cluster->settings().home);
        QTRY_VERIFY_WITH_TIMEOUT(store.find("adopted"), 60000);
        const RunFolder folder = *store.find("adopted");
        QTRY_COMPARE_WITH_TIMEOUT(countOf("jobs", "batch/v1", folder), std::size_t{1}, 90000);
        ::kill(program, SIGKILL);
        (void)slipway::waitFor(program);
        const Target target = open();
        const std::string running = waitFor(target, folder, RunState::Running, "");
        QVERIFY2(running.empty(), running.c_str());
        cancel(target, folder);
        QCOMPARE(countOf("jobs", "batch/v1", folder), std::size_t{0});
    }
    void aClusterThatStopsAnsweringMayHaveTheJob() {
        auto http = std::make_shared<FaultyHttp>(m_cluster->http);
        http->pathToLose = "/apis/batch/v1/";
        TargetSettings settings = m_cluster->settings();
        settings.http = http;
        SubmissionRequest request;
        request.job = m_cluster->onImage(shell("unanswered", "sleep 600"));
        request.jobFolder = settings.home;
        request.target = m_cluster->target();
        request.registry = "http://" + m_cluster->registry() + "/unanswered";
        const auto submitted = submitJob(settings, request, [](const TransferProgress&) {}, {});
        QVERIFY(!submitted);
        QCOMPARE(submitted.error().code, ErrorCode::Unavailable);
        const RunFolder folder = *RunStore::open(settings.home)->find("unanswered");
        QCOMPARE(folder.record()->status,
                 (RunStatus{RunState::Preparing, "the cluster did not answer; it may have the job"}));
        const Target target = open();
        const std::string running = waitFor(target, folder, RunState::Running, "");
        QVERIFY2(running.empty(), running.c_str());
        cancel(target, folder);
    }

    void aCancelledRunGoesOnHereFromItsCheckpoint() {
        // Counts on from the step in the newest checkpoint; the first time it waits at step 3, the second time it ends at 5.
        const std::string script =
            "step=0; test -z \"$SLIPWAY_RESUME\" || step=$(cat $SLIPWAY_RESUME/step-3); echo began at $step; "
            "while [ $step -lt 5 ]; do "
            "step=$((step+1)); echo $step > $SLIPWAY_RUN_FOLDER/checkpoints/step-$step; "
            "echo '{\"kind\":\"checkpoint\",\"step\":'$step',\"path\":\"checkpoints/step-'$step'\"}' >&3; "
            "test $step != 3 || sleep 600; done; echo ended at $step";
        const TargetSettings settings = m_cluster->settings();
        const QTemporaryDir jobFolder;
        const std::filesystem::path file = jobFolder.path().toStdString() + "/resumed.yaml";
        const JobSpec job = m_cluster->onImage(shell("resumed", script));
        QVERIFY(writeFileAtomically(file, writeJob(job)));
        const auto run = [&](std::vector<std::string> arguments) {
            SpawnOptions options;
            options.command = {std::string(kBinDir) + "/slipway", "--home", settings.home.string(),
                               "--kubeconfig", settings.kubeconfig};
            options.command.insert(options.command.end(), arguments.begin(), arguments.end());
            options.environment = currentEnvironment();
            const auto ran = runCommand(options, std::chrono::seconds(90));
            return ran ? std::to_string(ran->status.exitCode) + "\n" + ran->out + ran->err
                       : describe(ran.error());
        };
        const std::string submitted =
            run({"submit", file.string(), "--to", m_cluster->target().str(), "--registry",
                 "http://" + m_cluster->registry() + "/resumed", "--detach"});
        QVERIFY2(submitted.starts_with("0\n"), submitted.c_str());
        const RunFolder folder = *RunStore::open(settings.home)->find("resumed");
        const Target target = open();
        const auto lastStep = [&] {
            (void)target.observer->refresh(folder, {});
            std::int64_t step = 0;
            const auto events = *EventReader(folder).next();
            for (const Event& event : events) {
                if (const auto* told = std::get_if<CheckpointEvent>(&event.body)) step = told->step;
            }
            return step;
        };
        QTRY_COMPARE_WITH_TIMEOUT(lastStep(), std::int64_t{3}, 90000);
        const std::string cancelled = run({"cancel", "resumed"});
        QVERIFY2(cancelled.starts_with("0\n"), cancelled.c_str());
        const RunRecord record = *folder.record();
        QCOMPARE(record.status, (RunStatus{RunState::Cancelled, "a checkpoint was kept"}));
        QVERIFY(record.remote.contains(kube::kRemoteCheckpoint));

        const std::string fetched = run({"fetch", std::to_string(record.number)});
        QVERIFY2(fetched.find((folder.checkpointFolder()).string() + ", every digest verified") !=
                     std::string::npos,
                 fetched.c_str());
        std::filesystem::remove_all(folder.checkpointFolder());
        const std::string resumed = run({"resume", std::to_string(record.number)});
        QVERIFY2(resumed.starts_with("0\n"), resumed.c_str());
        QVERIFY2(resumed.find("began at 3") != std::string::npos, resumed.c_str());
        QVERIFY2(resumed.find("ended at 5") != std::string::npos, resumed.c_str());
    }

    void losesNoEventOverManyCuts() {
        auto http = std::make_shared<FaultyHttp>(m_cluster->http);
        const Target target = open("team-a/research", http);
        // Each rank finds rank 0 by name (busybox's nslookup knows no search list), then prints enough lines for many cuts.
        const JobSpec job = m_cluster->onImage(shell(
            "cuts",
            "until nslookup $MASTER_ADDR.team-a.svc.cluster.local; do usleep 300000; done; i=0; while [ $i -lt 600 ]; do echo line $i; i=$((i+1)); usleep 20000; done",
            2));
        const RunFolder folder = makeRun(job, target);
        const auto request = m_cluster->request(folder, job);
        QVERIFY2(request, request ? "" : describe(request.error()).c_str());
        QVERIFY(target.submitter->submit(*request, {}));
        const auto end = qScopeGuard([&] { (void)target.submitter->cancel(folder, {}); });
        http->bytesToCut = 30000;
        std::optional<Result<RunRecord>> result;
        std::atomic<bool> isDone = false;
        std::jthread thread([&](std::stop_token stop) {
            result = target.observer->follow(
                folder, [](const RunRecord&) {}, stop);
            isDone = true;
        });
        QTRY_VERIFY_WITH_TIMEOUT(isDone, 120000);
        thread.join();
        QVERIFY2(*result, *result ? "" : describe(result->error()).c_str());
        QVERIFY2((*result)->status.state == RunState::Succeeded, (*result)->status.reason.c_str());
        QVERIFY2(http->cuts > 5, std::to_string(http->cuts).c_str());
        std::map<int, std::uint64_t> last;
        std::map<int, int> lines;
        const auto events = EventReader(folder).next();
        QVERIFY(events);
        for (const Event& event : *events) {
            QCOMPARE(event.seq, last[event.rank] + 1);
            last[event.rank] = event.seq;
            const auto* log = std::get_if<LogEvent>(&event.body);
            if (log && log->text.starts_with("line ")) ++lines[event.rank];
        }
        QCOMPARE(lines, (std::map<int, int>{{0, 600}, {1, 600}}));
    }
};
QTEST_GUILESS_MAIN(tst_Kubernetes)
#include "tst_kubernetes.moc"
