// SPDX-License-Identifier: Apache-2.0
// Submitters that are killed at every stage, and what whoever looks at their runs afterwards makes of it.
#include "backends/cluster/kubernetes/reconcile.h"

#include "backends/platform/filelock.h"
#include "backends/platform/process.h"
#include "clusterrun.h"
#include "fakeapi.h"

#include <QTest>

#include <signal.h>
#include <unistd.h>
#include <fstream>

using namespace slipway;
using namespace slipway::kube;

namespace {

// A server gives a request up by then.
constexpr std::chrono::seconds kLongestRequest{60};

enum class Stage { Pushing, BeforePost, AfterPost };

TargetInfo teamA() { return {TargetId("x/team-a"), "", "kubernetes", "x", "team-a", "", ""}; }

}  // namespace

class tst_Reconcile : public QObject {
    Q_OBJECT

    FakeApi m_api;
    std::shared_ptr<ApiClient> m_client;
    std::shared_ptr<Observer> m_observer;
    std::shared_ptr<Submitter> m_submitter;

    // A program of its own, whose server's objects stay in a file; it kills itself at the stage.
    static void submitAndDie(const ClusterRun& run, Stage stage, const std::string& kept) {
        const auto lock = FileLock::tryAcquire(run.folder.submitLock());
        if (stage == Stage::Pushing) ::kill(::getpid(), SIGKILL);
        FakeApi api;
        const auto http = std::make_shared<FakeHttp>([&](const HttpRequest& r) -> Result<HttpResponse> {
            if (r.method == "POST" && stage == Stage::BeforePost) ::kill(::getpid(), SIGKILL);
            auto response = api(r);
            if (r.method == "POST") {
                std::ofstream(kept) << nlohmann::json(api.objects).dump();
                ::kill(::getpid(), SIGKILL);
            }
            return response;
        });
        (void)makeKubeSubmitter(teamA(), std::make_shared<ApiClient>(http, tokenAccess(), instantPacing()))
            ->submit(run.request(), {});
        ::_exit(1);
    }
    void kill(const ClusterRun& run, Stage stage) {
        const std::string kept = run.home.path().toStdString() + "/server.json";
        const pid_t submitter = ::fork();
        if (submitter == 0) submitAndDie(run, stage, kept);
        QCOMPARE(waitFor(submitter)->signal, SIGKILL);
        if (std::ifstream file(kept); file)
            m_api.objects = nlohmann::json::parse(file).get<std::map<std::string, nlohmann::json>>();
    }
    std::string pathOfJob(const ClusterRun& run) const {
        return resourcePath("batch/v1", "team-a", "jobs", run.name());
    }

private Q_SLOTS:
    void init() {
        m_api = FakeApi();
        const auto http = std::make_shared<FakeHttp>([this](const HttpRequest& r) { return m_api(r); });
        m_client = std::make_shared<ApiClient>(http, tokenAccess(), instantPacing());
        m_observer = makeKubeObserver(teamA(), m_client);
        m_submitter = makeKubeSubmitter(teamA(), m_client);
    }

    void aKilledSubmitter_data() {
        QTest::addColumn<int>("stage");
        QTest::addColumn<bool>("isCancelled");
        QTest::addColumn<int>("state");
        const auto row = [](const char* name, Stage stage, bool isCancelled, RunState state) {
            QTest::newRow(name) << int(stage) << isCancelled << int(state);
        };
        row("pushing", Stage::Pushing, false, RunState::Failed);
        row("pushing, cancelled", Stage::Pushing, true, RunState::Cancelled);
        row("before the POST", Stage::BeforePost, false, RunState::Failed);
        row("before the POST, cancelled", Stage::BeforePost, true, RunState::Cancelled);
        row("after the POST", Stage::AfterPost, false, RunState::Queued);
        row("after the POST, cancelled", Stage::AfterPost, true, RunState::Cancelled);
    }
    void aKilledSubmitter() {
        QFETCH(int, stage);
        QFETCH(bool, isCancelled);
        QFETCH(int, state);
        const ClusterRun run(2);
        kill(run, Stage(stage));
        if (QTest::currentTestFailed()) return;
        QCOMPARE(run.record().status.state, RunState::Preparing);
        QCOMPARE(m_api.objects.contains(pathOfJob(run)), Stage(stage) == Stage::AfterPost);
        if (isCancelled) {
            const auto cancelled = m_submitter->cancel(run.folder, {});
            QVERIFY2(cancelled, cancelled ? "" : describe(cancelled.error()).c_str());
        }
        auto record = m_observer->refresh(run.folder, {});
        QVERIFY2(record, record ? "" : describe(record.error()).c_str());
        if (Stage(stage) == Stage::BeforePost) {  // nobody knows how far it came
            QCOMPARE(record->status.state, RunState::Preparing);
            QVERIFY(m_client->pacing().wait(kLongestRequest, {}));
            record = m_observer->refresh(run.folder, {});
            QVERIFY2(record, record ? "" : describe(record.error()).c_str());
        }
        QCOMPARE(int(record->status.state), state);
        QCOMPARE(int(run.record().status.state), state);
        QCOMPARE(run.record().ended.has_value(), isFinal(RunState(state)));
        if (RunState(state) == RunState::Failed)
            QCOMPARE(record->status.reason,
                     std::string("the submission was ended before the cluster had the job"));
        if (RunState(state) != RunState::Queued) return;
        const RunRecord adopted = run.record();
        QCOMPARE(adopted.remote.at(kRemoteUid), std::string("uid-1"));
        QCOMPARE(adopted.remote.at(kRemotePlainHttp), std::string("1"));
        QCOMPARE(adopted.image, std::string("registry/mlp@sha256:1"));
        QCOMPARE(adopted.resultReference, std::string("registry/mlp:model"));
        // Its ranks would wait for each other without it.
        QVERIFY(m_api.objects.contains(resourcePath("v1", "team-a", "services", run.name())));
    }

    void aCancellationThatTheSubmitterHadNoTimeFor() {
        const ClusterRun run;
        kill(run, Stage::AfterPost);
        QVERIFY(run.folder.update([](RunRecord& r) { r.isCancelRequested = true; }));
        const auto record = m_observer->refresh(run.folder, {});
        QVERIFY2(record, record ? "" : describe(record.error()).c_str());
        QCOMPARE(record->status.state, RunState::Cancelled);
        QVERIFY(m_api.objects.empty());
    }

    void whileTheSubmitterLivesItIsPreparing() {
        const ClusterRun run;
        {
            const auto lock = FileLock::tryAcquire(run.folder.submitLock());
            QVERIFY(lock && *lock);
            QVERIFY(m_submitter->cancel(run.folder, {}));
            const auto record = m_observer->refresh(run.folder, {});
            QVERIFY2(record, record ? "" : describe(record.error()).c_str());
            QCOMPARE(record->status.state, RunState::Preparing);
        }
        QCOMPARE(m_observer->refresh(run.folder, {})->status.state, RunState::Cancelled);
    }

    void followingOutlastsAClusterThatIsAway() {
        const ClusterRun run;
        kill(run, Stage::BeforePost);
        int refused = 0;
        m_api.fault = [&](const HttpRequest&) {
            FakeApi::Fault fault;
            if (refused++ < 3)
                fault.instead = Result<HttpResponse>(Error{ErrorCode::Unavailable, "refused", "", ""});
            return fault;
        };
        std::vector<RunState> told;
        const auto record =
            m_observer->follow(run.folder, [&](const RunRecord& r) { told.push_back(r.status.state); }, {});
        QVERIFY2(record, record ? "" : describe(record.error()).c_str());
        QCOMPARE(record->status.state, RunState::Failed);
        QCOMPARE(told, (std::vector{RunState::Preparing, RunState::Preparing, RunState::Failed}));
        QVERIFY(refused > 4);
    }

    // Nobody got an answer, and the server says that there is no such Job: a proxy or a webhook holds the request.
    void aRequestHeldOnItsWay_data() {
        QTest::addColumn<bool>("isCancelled");
        QTest::addColumn<bool>("isArriving");
        QTest::addColumn<int>("state");
        QTest::newRow("arrives") << false << true << int(RunState::Queued);
        QTest::newRow("arrives, cancelled") << true << true << int(RunState::Cancelled);
        QTest::newRow("never arrives") << false << false << int(RunState::Failed);
        QTest::newRow("never arrives, cancelled") << true << false << int(RunState::Cancelled);
    }
    void aRequestHeldOnItsWay() {
        QFETCH(bool, isCancelled);
        QFETCH(bool, isArriving);
        QFETCH(int, state);
        std::optional<HttpRequest> held;
        m_api.fault = [&](const HttpRequest& r) {
            FakeApi::Fault fault;
            if (r.method != "POST") return fault;
            held = r;
            fault.instead = Result<HttpResponse>(Error{ErrorCode::Timeout, "no answer", "", ""});
            return fault;
        };
        const ClusterRun run;
        {
            const auto lock = FileLock::tryAcquire(run.folder.submitLock());
            QCOMPARE(m_submitter->submit(run.request(), {}).error().code, ErrorCode::Timeout);
        }
        if (isCancelled) QVERIFY(m_submitter->cancel(run.folder, {}));
        QVERIFY(m_client->pacing().wait(kLongestRequest - std::chrono::seconds(5), {}));
        auto record = m_observer->refresh(run.folder, {});
        QVERIFY2(record, record ? "" : describe(record.error()).c_str());
        QCOMPARE(record->status,
                 (RunStatus{RunState::Preparing,
                            "the cluster has no job of this run yet; the request may still be on its way"}));
        m_api.fault = [](const HttpRequest&) { return FakeApi::Fault{}; };
        if (isArriving)
            QCOMPARE(m_api(*held)->status, 201);
        else
            QVERIFY(m_client->pacing().wait(std::chrono::seconds(5), {}));
        record = m_observer->refresh(run.folder, {});
        QVERIFY2(record, record ? "" : describe(record.error()).c_str());
        QCOMPARE(int(record->status.state), state);
        QCOMPARE(m_api.objects.empty(), RunState(state) != RunState::Queued);
    }

    void anUnansweredSubmissionLeavesWhereToLook() {
        // The server has it, and says nothing any more.
        bool isAway = false;
        m_api.fault = [&](const HttpRequest& r) {
            FakeApi::Fault fault;
            if (isAway)
                fault.instead = Result<HttpResponse>(Error{ErrorCode::Unavailable, "refused", "", ""});
            if (r.method == "POST") fault.isAnswerLost = isAway = true;
            return fault;
        };
        const ClusterRun run;
        SubmitRequest request;
        request.folder = run.folder;
        request.job = run.job;
        request.image = "registry/mlp@sha256:1";
        {
            const auto lock = FileLock::tryAcquire(run.folder.submitLock());
            QCOMPARE(m_submitter->submit(request, {}).error().code, ErrorCode::Unavailable);
        }
        QCOMPARE(run.record().remote.at(kRemoteName), run.name());
        QVERIFY(!m_observer->refresh(run.folder, {}));
        QCOMPARE(run.record().status.state, RunState::Preparing);
        isAway = false;
        m_api.fault = [](const HttpRequest&) { return FakeApi::Fault{}; };
        QCOMPARE(m_observer->refresh(run.folder, {})->status.state, RunState::Queued);
    }

    void anothersJobOfThatNameIsNotAdopted() {
        const ClusterRun run;
        kill(run, Stage::BeforePost);
        m_api.objects[pathOfJob(run)] = {
            {"metadata",
             {{"name", run.name()}, {"uid", "theirs"}, {"annotations", nlohmann::json::object()}}}};
        const auto record = m_observer->refresh(run.folder, {});
        QVERIFY2(record, record ? "" : describe(record.error()).c_str());
        QCOMPARE(record->status.state, RunState::Failed);
        QCOMPARE(m_api.objects.size(), std::size_t{1});
    }
};
QTEST_APPLESS_MAIN(tst_Reconcile)
#include "tst_reconcile.moc"
