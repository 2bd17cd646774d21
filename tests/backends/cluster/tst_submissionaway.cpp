// SPDX-License-Identifier: Apache-2.0
// Runs whose cluster is away, before, while and after they are submitted.
#include "backends/cluster/submission.h"

#include "backends/cluster/kubernetes/kubetarget.h"
#include "backends/image/sha256.h"
#include "backends/platform/files.h"
#include "fakeapi.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <fstream>
#include <future>

using namespace slipway;
using namespace slipway::kube;
namespace fs = std::filesystem;

class tst_SubmissionAway : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    TargetSettings m_settings;
    std::shared_ptr<FakeHttp> m_http;
    FakeHttp::Handler m_answer;
    std::vector<std::string> m_told;

    fs::path path(const std::string& name) const { return m_folder->path().toStdString() + "/" + name; }
    static bool isReview(const HttpRequest& request) {
        return request.url.ends_with("/selfsubjectaccessreviews");
    }
    static Result<HttpResponse> review(bool isAllowed) {
        return answer(201, nlohmann::json{{"status", {{"allowed", isAllowed}}}}.dump());
    }

    SubmissionRequest request(const JobSpec& job) const {
        return {job, m_settings.home, TargetId("lab"), "r.example/team", {}};
    }
    Result<Submission> submit(const JobSpec& job) {
        return submitJob(m_settings, request(job),
                         [this](const TransferProgress& progress) { m_told.push_back(progress.what); }, {});
    }
    static JobSpec job() {
        JobSpec spec;
        spec.name = "mlp";
        spec.work = ProgramSpec{.command = {"true"}, .image = "python:3"};
        return spec;
    }
    // An image without layers, as a layout on disk.
    std::string emptyImage() const {
        const fs::path layout = path("base");
        const auto put = [&](const nlohmann::json& content, const std::string& type) {
            const std::string text = content.dump();
            const std::string digest = oci::sha256Of(text);
            const fs::path file = layout / "blobs/sha256" / oci::hexOf(digest);
            fs::create_directories(file.parent_path());
            std::ofstream(file) << text;
            return nlohmann::json{{"mediaType", "application/vnd.oci.image." + type},
                                  {"digest", digest},
                                  {"size", text.size()}};
        };
        const auto config = put({{"architecture", "amd64"},
                                 {"os", "linux"},
                                 {"config", nlohmann::json::object()},
                                 {"rootfs", {{"type", "layers"}, {"diff_ids", nlohmann::json::array()}}}},
                                "config.v1+json");
        auto manifest = put({{"schemaVersion", 2},
                             {"mediaType", "application/vnd.oci.image.manifest.v1+json"},
                             {"config", config},
                             {"layers", nlohmann::json::array()}},
                            "manifest.v1+json");
        manifest["annotations"] = {{"org.opencontainers.image.ref.name", "latest"}};
        std::ofstream(layout / "index.json")
            << nlohmann::json{{"schemaVersion", 2}, {"manifests", nlohmann::json::array({manifest})}}.dump();
        std::ofstream(layout / "oci-layout") << R"({"imageLayoutVersion":"1.0.0"})";
        return "oci:" + layout.string() + ":latest";
    }

    // A run that a cluster may have, or has.
    RunFolder sent(const std::string& target, const std::map<std::string, std::string>& remote) const {
        const auto store = RunStore::open(m_settings.home);
        const auto folder = store->create(job(), m_settings.home, TargetId(target));
        // Its submitter is gone.
        std::ofstream(folder->submitLock()).flush();
        const auto marked = folder->update([&](RunRecord& r) { r.remote = remote; });
        if (!marked) qFatal("%s", marked.error().message.c_str());
        return *folder;
    }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_told.clear();
        m_answer = [](const HttpRequest&) {
            return Result<HttpResponse>(
                Error{ErrorCode::Timeout, "fake:443 did not answer", "", "Check the network", true});
        };
        m_http = std::make_shared<FakeHttp>([this](const HttpRequest& r) { return m_answer(r); });
        m_settings = {};
        m_settings.home = path("home");
        fs::create_directories(m_settings.home);
        m_settings.kubeconfig = path("config").string();
        m_settings.agent = "/bin/true";
        m_settings.http = m_http;
        std::ofstream(m_settings.kubeconfig) << kLabKubeconfig;
    }

    void aServerThatIsAwayIsToldBeforeAnythingIsMade() {
        const auto submitted = submit(job());
        QVERIFY(!submitted);
        QCOMPARE(submitted.error().code, ErrorCode::Timeout);
        QCOMPARE(submitted.error().message,
                 std::string("cannot submit to lab/team-a: fake:443 did not answer"));
        QCOMPARE(submitted.error().hint, std::string("Check the network"));
        QCOMPARE(m_told, std::vector<std::string>{"asking lab/team-a"});
        QCOMPARE(m_http->requests().size(), std::size_t{1});
        QVERIFY(RunStore::open(m_settings.home)->list()->empty());
    }
    void anAccountWithoutTheRightIsToldBeforeAnythingIsMade() {
        m_answer = [](const HttpRequest&) { return review(false); };
        const auto submitted = submit(job());
        QVERIFY(!submitted);
        QCOMPARE(submitted.error().code, ErrorCode::PermissionDenied);
        QCOMPARE(m_http->requests().size(), std::size_t{1});
        QVERIFY(RunStore::open(m_settings.home)->list()->empty());
    }
    void aRegistryThatIsOfNoUseIsToldBeforeAnythingIsMade_data() {
        QTest::addColumn<QByteArray>("registry");
        QTest::addColumn<int>("status");  // 0: no answer
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("words");
        QTest::addColumn<QByteArray>("hint");
        const auto row = [](const char* name, const char* registry, int status, ErrorCode code,
                            const char* words, const char* hint) {
            QTest::newRow(name) << QByteArray(registry) << status << int(code) << QByteArray(words)
                                << QByteArray(hint);
        };
        row("not named", "", 0, ErrorCode::InvalidArgument, "no registry is known for lab/team-a",
            "--registry");
        row("no name", "r.example/Team A", 0, ErrorCode::InvalidArgument, "is no image reference",
            "Write registry/repository");
        row("away", "r.example/team", 0, ErrorCode::Unavailable,
            "cannot push to r.example/team/mlp: r.example:443 refused", "Check that the server runs");
        row("not logged in", "r.example/team", 401, ErrorCode::PermissionDenied,
            "cannot push to r.example/team/mlp: the registry does not let this user in",
            "docker login r.example");
        row("forbidden", "r.example/team", 403, ErrorCode::PermissionDenied,
            "cannot push to r.example/team/mlp: ", "docker login r.example");
        row("https and not http", "http://r.example/team", 400, ErrorCode::Unavailable,
            "cannot push to r.example/team/mlp: ", "write https:// before");
    }
    void aRegistryThatIsOfNoUseIsToldBeforeAnythingIsMade() {
        QFETCH(QByteArray, registry);
        QFETCH(int, status);
        QFETCH(int, code);
        QFETCH(QByteArray, words);
        QFETCH(QByteArray, hint);
        m_answer = [&](const HttpRequest& r) -> Result<HttpResponse> {
            if (isReview(r)) return review(true);
            if (status != 0) return answer(status, "");
            return Error{ErrorCode::Unavailable, "r.example:443 refused", "", "Check that the server runs",
                         true};
        };
        SubmissionRequest asked = request(job());
        asked.registry = registry.toStdString();
        const auto submitted = submitJob(m_settings, asked, [](const TransferProgress&) {}, {});
        QVERIFY(!submitted);
        const Error& told = submitted.error();
        QVERIFY2(int(told.code) == code, describe(told).c_str());
        QVERIFY2(told.message.find(words.toStdString()) != std::string::npos, told.message.c_str());
        QVERIFY2(told.hint.find(hint.toStdString()) != std::string::npos, told.hint.c_str());
        QVERIFY(RunStore::open(m_settings.home)->list()->empty());
    }
    void aRegistryThatLetsOneLookOnlyEndsTheRun() {
        m_answer = [&](const HttpRequest& r) -> Result<HttpResponse> {
            if (isReview(r)) return review(true);
            return answer(r.method == "POST" ? 403 : 404, "");
        };
        JobSpec spec = job();
        std::get<ProgramSpec>(spec.work).image = emptyImage();
        const auto submitted = submit(spec);
        QVERIFY(!submitted);
        QCOMPARE(submitted.error().code, ErrorCode::PermissionDenied);
        QVERIFY(submitted.error().hint.find("docker login r.example") != std::string::npos);
        const auto runs = RunStore::open(m_settings.home)->list();
        QCOMPARE(runs->size(), std::size_t{1});
        QCOMPARE(runs->at(0).status, (RunStatus{RunState::Failed, submitted.error().message}));
        QVERIFY(runs->at(0).ended);
    }
    // The server goes away while the image is pushed.
    void aRunEndsWhenItsJobSurelyNeverArrived_data() {
        QTest::addColumn<bool>("isUnsent");
        QTest::newRow("never left") << true;
        QTest::newRow("perhaps arrived") << false;
    }
    void aRunEndsWhenItsJobSurelyNeverArrived() {
        QFETCH(bool, isUnsent);
        m_answer = [&](const HttpRequest& r) -> Result<HttpResponse> {
            if (isReview(r)) return review(true);
            if (r.url.starts_with("https://fake/"))
                return Error{ErrorCode::Unavailable, "fake:443 refused", "", "", isUnsent};
            return answer(r.method == "PUT" ? 201 : 200, "");  // a registry that has every blob
        };
        JobSpec spec = job();
        std::get<ProgramSpec>(spec.work).image = emptyImage();
        const auto submitted = submit(spec);
        QVERIFY(!submitted);
        QCOMPARE(submitted.error().message, std::string("fake:443 refused"));
        const auto runs = RunStore::open(m_settings.home)->list();
        QCOMPARE(runs->size(), std::size_t{1});
        QCOMPARE(runs->at(0).status,
                 isUnsent
                     ? (RunStatus{RunState::Failed, "fake:443 refused"})
                     : (RunStatus{RunState::Preparing, "the cluster did not answer; it may have the job"}));
        QCOMPARE(runs->at(0).ended.has_value(), isUnsent);
    }

    void cancellingARunWhoseContextIsGone_data() {
        QTest::addColumn<bool>("isSent");
        QTest::addColumn<int>("state");
        QTest::newRow("never sent") << false << int(RunState::Cancelled);
        QTest::newRow("perhaps arrived") << true << int(RunState::Lost);
    }
    void cancellingARunWhoseContextIsGone() {
        QFETCH(bool, isSent);
        QFETCH(int, state);
        const RunFolder folder =
            sent("gone/team-a", isSent ? std::map<std::string, std::string>{{kRemoteKind, "kubernetes"}}
                                       : std::map<std::string, std::string>{});
        const auto cancelled = cancelRun(m_settings, folder, {});
        QVERIFY2(cancelled, cancelled ? "" : describe(cancelled.error()).c_str());
        const RunRecord record = *folder.record();
        QCOMPARE(int(record.status.state), state);
        QVERIFY(record.ended.has_value());
        const bool isTold =
            record.status.reason.find(
                "no kubeconfig names gone/team-a now; its cluster may have the job mlp-1-") == 0;
        QCOMPARE(isTold, isSent);
    }
    void aRunInAClusterWhoseContextIsGoneGoesOn() {
        const RunFolder folder = sent("gone/team-a", {{kRemoteKind, "kubernetes"}, {kRemoteUid, "u"}});
        const auto cancelled = cancelRun(m_settings, folder, {});
        QVERIFY(!cancelled);
        QCOMPARE(cancelled.error().code, ErrorCode::NotFound);
        QCOMPARE(
            cancelled.error().message,
            std::string("run #1, last seen preparing, went to gone/team-a, which no kubeconfig names now"));
        QVERIFY(!folder.record()->isCancelRequested);
    }
    // Its submitter ends well while the command looks for the context; the kubeconfig is a pipe, so the test knows when.
    void aRunThatItsClusterTookJustNowIsNotLost() {
        const RunFolder folder = sent("gone/team-a", {{kRemoteKind, "kubernetes"}});
        m_settings.kubeconfig = path("pipe").string();
        QCOMPARE(::mkfifo(m_settings.kubeconfig.c_str(), 0600), 0);
        auto cancelling = std::async(std::launch::async, [&] { return cancelRun(m_settings, folder, {}); });
        std::ofstream pipe(m_settings.kubeconfig);  // opens once the command reads it
        QVERIFY(folder.update([](RunRecord& r) {
            r.remote[kRemoteUid] = "u";
            r.status = {RunState::Queued, ""};
        }));
        fs::rename(path("config"), m_settings.kubeconfig);
        pipe.close();
        const auto cancelled = cancelling.get();
        QCOMPARE(folder.record()->status.state, RunState::Queued);
        QVERIFY(!cancelled);
        QCOMPARE(cancelled.error().code, ErrorCode::NotFound);
        QVERIFY(!folder.record()->isCancelRequested);
    }
    void aRunOfAClusterThatIsAwayIsCancelledLater() {
        const RunFolder folder = sent("lab/team-a", {{kRemoteKind, "kubernetes"}});
        const auto cancelled = cancelRun(m_settings, folder, {});
        QVERIFY(!cancelled);
        QCOMPARE(cancelled.error().code, ErrorCode::Timeout);
        QCOMPARE(cancelled.error().message,
                 std::string("run #1 is cancelled when lab/team-a answers again, which it does not now: "
                             "fake:443 did not answer"));
        m_answer = [](const HttpRequest&) { return Result<HttpResponse>(refusal(404, "NotFound", "no")); };
        const auto target = openTargetOf(m_settings, *folder.record());
        QVERIFY(target);
        QCOMPARE(target->observer->refresh(folder, {})->status.state, RunState::Cancelled);
    }
};

QTEST_GUILESS_MAIN(tst_SubmissionAway)
#include "tst_submissionaway.moc"
