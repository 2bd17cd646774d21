// SPDX-License-Identifier: Apache-2.0
// From a job file to a run, and what stays when something on the way goes wrong: a cluster in memory and a layout folder in the
// registry's place; the programs packaged are the system's echo and env.
#include "backends/cluster/submission.h"

#include "backends/cluster/kubernetes/kubetarget.h"
#include "backends/spec/clusterprofile.h"
#include "backends/spec/specdocument.h"
#include "fakeapi.h"

#include <QTemporaryDir>
#include <QTest>

#include <condition_variable>
#include <fstream>

using namespace slipway;
using namespace slipway::kube;
namespace fs = std::filesystem;

namespace {

// A request to reg.example calls `onHold` and then waits until it is called off, but for the first: whether it may be pushed to.
class HoldingHttp final : public FakeHttp {
public:
    using FakeHttp::FakeHttp;
    std::function<void()> onHold;

    Result<HttpResponse> send(const HttpRequest& request, std::stop_token stop) override {
        if (!request.url.starts_with("http://reg.example") || !std::exchange(m_isAsked, true))
            return FakeHttp::send(request, stop);
        onHold();
        std::mutex mutex;
        std::unique_lock lock(mutex);
        std::condition_variable_any stopped;
        stopped.wait_for(lock, stop, std::chrono::seconds(20), [] { return false; });
        if (!stop.stop_requested()) return Error{ErrorCode::Timeout, "nobody called it off", "", ""};
        return Error{ErrorCode::Cancelled, "cancelled", "", ""};
    }

private:
    bool m_isAsked = false;
};

}  // namespace

class tst_Submission : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::shared_ptr<FakeApi> m_api;
    std::shared_ptr<HoldingHttp> m_http;
    TargetSettings m_settings;

    fs::path root() const { return m_folder->path().toStdString(); }
    std::string layout() const { return "oci:" + (root() / "images").string(); }
    fs::path profile() const { return profileFile(m_settings.home, "lab", "team-a"); }

    SubmissionRequest request(const char* target = "lab/team-a") const {
        SubmissionRequest request;
        const auto document = SpecDocument::parse(
            "name: demo\ntrain:\n  network: {type: mlp}\n  data: {type: table, input: table, target: y}\n"
            "  optimizer: {type: adam}\ninputs:\n  table: table.csv\n");
        request.job = *document->spec();
        request.jobFolder = root() / "job";
        request.target = TargetId(target);
        return request;
    }
    Result<Submission> submit(const SubmissionRequest& request, std::stop_token stop = {}) const {
        return submitJob(
            m_settings, request, [](const TransferProgress&) {}, std::move(stop));
    }
    std::vector<RunRecord> runs() const { return *RunStore::open(m_settings.home)->list(); }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        fs::create_directories(root() / "job");
        std::ofstream(root() / "job" / "table.csv") << "x,y\n1,0\n";
        std::ofstream(root() / "config") << kLabKubeconfig;
        m_api = std::make_shared<FakeApi>();
        m_http =
            std::make_shared<HoldingHttp>([this](const HttpRequest& request) { return (*m_api)(request); });
        m_settings = {};
        m_settings.home = root() / "home";
        m_settings.kubeconfig = (root() / "config").string();
        m_settings.agent = "/usr/bin/echo";
        m_settings.runner = "/usr/bin/env";
        m_settings.http = m_http;
    }

    void packagesPushesAndSubmits() {
        QVERIFY(saveProfile({layout() + "/", "pull"}, profile()));
        const auto done = submit(request());
        QVERIFY2(done, done ? "" : describe(done.error()).c_str());
        QVERIFY(done->push);
        QVERIFY(!done->isRegistryNew);
        QVERIFY2(done->push->reference.starts_with(layout() + "/demo@sha256:"),
                 done->push->reference.c_str());
        const auto record = done->folder.record();
        QVERIFY(record);
        QCOMPARE(record->image, done->push->reference);
        QCOMPARE(record->resultReference, layout() + "/demo:model-" + record->id.str());
        QCOMPARE(record->target.str(), std::string("lab/team-a"));
        QCOMPARE(m_api->created, 1);
        const auto& job = m_api->objects.at("/apis/batch/v1/namespaces/team-a/jobs/" + record->id.str());
        const auto& pod = job["spec"]["template"]["spec"];
        QCOMPARE(pod["containers"][0]["image"].get<std::string>(), record->image);
        QCOMPARE(pod["imagePullSecrets"][0]["name"].get<std::string>(), std::string("pull"));
        QCOMPARE(jobOf(done->folder)->name, std::string("demo"));
    }

    void aRegistryThatWasPushedToIsRemembered_data() {
        QTest::addColumn<bool>("isRemembered");
        QTest::newRow("remembered") << true;
        QTest::newRow("for once") << false;
    }
    void aRegistryThatWasPushedToIsRemembered() {
        QFETCH(bool, isRemembered);
        QVERIFY(saveProfile({"before.example/team", "pull"}, profile()));
        auto named = request();
        named.registry = layout();
        named.isRegistryRemembered = isRemembered;
        const auto done = submit(named);
        QVERIFY2(done, done ? "" : describe(done.error()).c_str());
        QCOMPARE(done->isRegistryNew, isRemembered);
        const auto kept = loadProfile(profile());
        QCOMPARE(kept->registry, isRemembered ? layout() : std::string("before.example/team"));
        QCOMPARE(kept->registrySecret, std::string("pull"));
    }

    void aRegistryThatTookNothingIsNotRemembered() {
        std::ofstream(root() / "images") << "a file where the folder should be";
        auto named = request();
        named.registry = layout();
        QVERIFY(!submit(named));
        QCOMPARE(loadProfile(profile())->registry, std::string());
        QCOMPARE(m_api->created, 0);
        const auto left = runs();
        QCOMPARE(left.size(), std::size_t{1});
        QCOMPARE(left[0].status.state, RunState::Failed);
        QVERIFY(!left[0].status.reason.empty());
        QVERIFY(left[0].ended);
    }

    void whatIsRefusedBeforehandMakesNoRun_data() {
        QTest::addColumn<int>("which");
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("words");
        QTest::newRow("no registry") << 0 << int(ErrorCode::InvalidArgument)
                                     << QByteArray("no registry is known for lab/team-a");
        QTest::newRow("a checkpoint of here")
            << 1 << int(ErrorCode::InvalidArgument) << QByteArray("cannot be resumed in a cluster");
        QTest::newRow("a missing input")
            << 2 << int(ErrorCode::InvalidArgument) << QByteArray("inputs.table: ");
        QTest::newRow("an input that nothing reads")
            << 4 << int(ErrorCode::InvalidArgument) << QByteArray("gs://bucket/key) cannot be read by a run");
        QTest::newRow("a volume, here") << 5 << int(ErrorCode::InvalidArgument)
                                        << QByteArray("inputs.table: the input `table` is a volume");
        QTest::newRow("a secret that is not set, here")
            << 6 << int(ErrorCode::InvalidArgument) << QByteArray("env.NOT_SET: the secret for NOT_SET");
        QTest::newRow("no right") << 3 << int(ErrorCode::PermissionDenied)
                                  << QByteArray("cannot submit to lab/team-a: this account may not");
    }
    void whatIsRefusedBeforehandMakesNoRun() {
        QFETCH(int, which);
        QFETCH(int, code);
        QFETCH(QByteArray, words);
        auto asked = request();
        if (which > 0) asked.registry = layout();
        if (which == 1) asked.resumeFrom = RunId("demo-1");
        if (which == 2) fs::remove(root() / "job" / "table.csv");
        if (which == 3) m_api->isAllowed = false;
        if (which == 4) asked.job.inputs[0].source = "gs://bucket/key";
        if (which == 5) asked.job.inputs[0].source = "pvc://claim/table.csv";
        if (which == 6) asked.job.env = {{"NOT_SET", "", "hub", "token"}};
        if (which > 4) asked.target = TargetId("here");
        const auto refused = submit(asked);
        QVERIFY(!refused);
        QCOMPARE(int(refused.error().code), code);
        QVERIFY2(refused.error().message.find(words.toStdString()) != std::string::npos,
                 refused.error().message.c_str());
        QVERIFY(runs().empty());
        QVERIFY(!fs::exists(root() / "images"));
    }

    void aRefusedJobIsAFailedRunThatSaysWhy() {
        m_api->fault = [](const HttpRequest& r) {
            FakeApi::Fault fault;
            if (r.method == "POST")
                fault.instead = Result<HttpResponse>(refusal(403, "Forbidden", "jobs is forbidden"));
            return fault;
        };
        auto named = request();
        named.registry = layout();
        const auto refused = submit(named);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::PermissionDenied);
        const auto left = runs();
        QCOMPARE(left.size(), std::size_t{1});
        QCOMPARE(left[0].status.state, RunState::Failed);
        QCOMPARE(left[0].status.reason, refused.error().message);
        QVERIFY(left[0].ended);
        QVERIFY(!left[0].image.empty());
    }

    void aJobThatTheClusterMayHaveIsNotOver() {
        bool isAway = false;
        m_api->fault = [&](const HttpRequest& r) {
            FakeApi::Fault fault;
            if (isAway)
                fault.instead = Result<HttpResponse>(Error{ErrorCode::Cancelled, "cancelled", "", ""});
            if (r.method == "POST" && pathOf(r).ends_with("/jobs")) fault.isAnswerLost = isAway = true;
            return fault;
        };
        auto named = request();
        named.registry = layout();
        QVERIFY(!submit(named));
        const auto left = runs();
        QCOMPARE(left.size(), std::size_t{1});
        QCOMPARE(left[0].status.state, RunState::Preparing);
        QVERIFY(!left[0].ended);
        QCOMPARE(left[0].remote.at(kRemoteName), left[0].id.str());
    }

    void calledOffWhilePushingItIsACancelledRun_data() {
        QTest::addColumn<bool>("isByCommand");
        QTest::newRow("by who submits") << false;
        QTest::newRow("by a command elsewhere") << true;
    }
    void calledOffWhilePushingItIsACancelledRun() {
        QFETCH(bool, isByCommand);
        std::stop_source stop;
        m_http->onHold = [&] {
            if (!isByCommand) {
                stop.request_stop();
                return;
            }
            const auto run = RunStore::open(m_settings.home)->find("last");
            if (!run || !run->update([](RunRecord& r) { r.isCancelRequested = true; })) qFatal("no run");
        };
        auto named = request();
        named.registry = "http://reg.example/team";
        const auto cancelled = submit(named, stop.get_token());
        QVERIFY(!cancelled);
        QVERIFY2(cancelled.error().code == ErrorCode::Cancelled, describe(cancelled.error()).c_str());
        QCOMPARE(runs().at(0).status.state, RunState::Cancelled);
        QVERIFY(runs().at(0).ended);
        QCOMPARE(m_api->created, 0);
    }

    void aMissingAgentIsAFailedRunHere() {
        m_settings.agent = root() / "no-agent";
        const auto failed = submit(request("here"));
        QVERIFY(!failed);
        const auto left = runs();
        QCOMPARE(left.size(), std::size_t{1});
        QCOMPARE(left[0].status.state, RunState::Failed);
        QCOMPARE(left[0].status.reason, failed.error().message);
    }

    void aPreviewSendsNothing() {
        QVERIFY(saveProfile({"http://reg.example:5000/team//", "pull"}, profile()));
        const auto yaml = previewJob(m_settings, request());
        QVERIFY2(yaml, yaml ? "" : describe(yaml.error()).c_str());
        QVERIFY2(yaml->find("reg.example:5000/team/demo:latest") != std::string::npos, yaml->c_str());
        QVERIFY2(yaml->find("reg.example:5000/team/demo:model-preview") != std::string::npos, yaml->c_str());
        QVERIFY2(yaml->find("http://") == std::string::npos, yaml->c_str());
        QVERIFY(yaml->find("name: pull") != std::string::npos);
        QVERIFY(m_http->requests().empty());
        QVERIFY(!fs::exists(m_settings.home / "runs"));
    }

    void thePythonModuleBesideTheAgentGoesAlong() {
        m_settings.agent = root() / "bin" / "slipway-agent";
        QVERIFY(packageRequest(m_settings, {}, {}).pythonModule.empty());
        fs::create_directories(root() / "bin" / "python");
        std::ofstream(root() / "bin" / "python" / "slipway.py") << "pass\n";
        const auto package = packageRequest(m_settings, {}, {});
        QCOMPARE(package.pythonModule, root() / "bin" / "python" / "slipway.py");
        QCOMPARE(package.cache, m_settings.home / "cache" / "layers");
    }
};

QTEST_APPLESS_MAIN(tst_Submission)
#include "tst_submission.moc"
