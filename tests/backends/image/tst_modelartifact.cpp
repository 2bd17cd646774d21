// SPDX-License-Identifier: Apache-2.0
#include "backends/image/modelartifact.h"

#include "backends/image/eventlayer.h"
#include "backends/image/sha256.h"
#include "registryprocess.h"
#include "scriptedserver.h"

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <fstream>
#include <future>
#include <sstream>

using namespace slipway;
namespace fs = std::filesystem;

class tst_ModelArtifact : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    fs::path m_root;
    std::shared_ptr<HttpClient> m_http = makeCurlHttpClient();

    static std::string textOf(const fs::path& file) {
        std::ostringstream text;
        text << std::ifstream(file, std::ios::binary).rdbuf();
        return text.str();
    }

private Q_SLOTS:
    void initTestCase() {
        m_root = m_folder.path().toStdString();
        qputenv("DOCKER_CONFIG", m_folder.path().toUtf8());
    }

    void thereAndBack() {
        if (!RegistryProcess::isInstalled() && !qEnvironmentVariableIsSet("CI"))
            QSKIP("docker-registry is not installed");
        RegistryProcess process;
        QVERIFY2(process.start(), process.log().c_str());
        const fs::path result = m_root / "result";
        fs::create_directories(result / "deep/er");
        std::ofstream(result / "model.safetensors") << std::string(700'000, 'w');
        std::ofstream(result / "deep/er/curves.jsonl") << "{}\n";
        std::ofstream(result / "empty").flush();
        const std::string to = process.address() + "/team/model:r1";
        const auto pushed = pushModel(result, "clf", to, *m_http, {});
        QVERIFY2(pushed, pushed ? "" : describe(pushed.error()).c_str());
        QCOMPARE(pushed->layersSent, 3);
        QCOMPARE(pushed->sent.count, pushed->total.count);
        const auto again = pushModel(result, "clf", to, *m_http, {});
        QCOMPARE(again->sent.count, std::int64_t{0});
        QCOMPARE(again->reference, pushed->reference);

        const fs::path home = m_root / "home";
        const auto pulled = pullModel(pushed->reference, home, *m_http, {}, {});
        QVERIFY2(pulled, pulled ? "" : describe(pulled.error()).c_str());
        QCOMPARE(pulled->size(), std::size_t{3});
        for (const char* name : {"model.safetensors", "deep/er/curves.jsonl", "empty"})
            QVERIFY2(textOf(home / name) == textOf(result / name), name);
        QVERIFY(!fs::exists(m_root / "home.partial"));

        // What is there with the right content stays, what is not is made right.
        const auto before = fs::last_write_time(home / "model.safetensors");
        std::ofstream(home / "deep/er/curves.jsonl") << "damaged";
        std::ofstream(home / "own") << "mine";
        QVERIFY(pullModel(to, home, *m_http, {}, {}));
        QCOMPARE(textOf(home / "deep/er/curves.jsonl"), std::string("{}\n"));
        QCOMPARE(textOf(home / "own"), std::string("mine"));
        QVERIFY(fs::last_write_time(home / "model.safetensors") == before);
    }

    void eventsGoWithItAndAreNoneOfItsFiles_data() {
        QTest::addColumn<bool>("isTaken");
        QTest::newRow("as a layer of their own") << false;
        QTest::newRow("the model has a file of that name") << true;
    }
    void eventsGoWithItAndAreNoneOfItsFiles() {
        if (!RegistryProcess::isInstalled() && !qEnvironmentVariableIsSet("CI"))
            QSKIP("docker-registry is not installed");
        QFETCH(bool, isTaken);
        RegistryProcess process;
        QVERIFY2(process.start(), process.log().c_str());
        const fs::path result = m_root / (isTaken ? "taken" : "plain");
        fs::create_directories(result / ".slipway");
        std::ofstream(result / "model.safetensors") << "weights";
        if (isTaken) std::ofstream(result / ".slipway/events.jsonl.gz") << "mine";
        const fs::path lines = m_root / "lines";
        std::ofstream(lines) << "{\"seq\":1}\n";
        QVERIFY(*oci::packLines({lines}, m_root / "packed", {}));
        const auto plain = pushModel(result, "clf", process.address() + "/team/model:plain", *m_http, {});
        const auto pushed = pushModel(result, "clf", process.address() + "/team/model:r1", *m_http, {},
                                      {.part = {}, .progress = {}, .events = m_root / "packed"});
        QVERIFY2(pushed, pushed ? "" : describe(pushed.error()).c_str());

        const auto before = pullModel(plain->reference, m_root / "before", *m_http, {}, {});
        const fs::path home = m_root / (isTaken ? "taken home" : "plain home");
        const auto pulled = pullModel(pushed->reference, home, *m_http, {}, {});
        QVERIFY2(pulled, pulled ? "" : describe(pulled.error()).c_str());
        QCOMPARE(pulled->size(), before->size());
        for (std::size_t i = 0; i < pulled->size(); ++i) QCOMPARE((*pulled)[i].digest, (*before)[i].digest);
        QCOMPARE(fs::exists(home / ".slipway"), isTaken);
        const auto has = pullModelEvents(pushed->reference, m_root / "events.jsonl", *m_http, {});
        QVERIFY2(has, has ? "" : describe(has.error()).c_str());
        QCOMPARE(*has, !isTaken);
        if (*has) QVERIFY(textOf(m_root / "events.jsonl") == textOf(lines));
        QVERIFY(!*pullModelEvents(plain->reference, m_root / "none", *m_http, {}));
    }

    // The second waits for the first, which is in the middle of a file, and finds its work; it can be called off meanwhile.
    void twoAtOnceFetchOnce() {
        const std::string bytes(500'000, 'w');
        const nlohmann::json blob{{"mediaType", "m"},
                                  {"digest", oci::sha256Of(bytes)},
                                  {"size", bytes.size()},
                                  {"annotations", {{"org.cncf.model.filepath", "model.safetensors"}}}};
        const std::string manifest = nlohmann::json{
            {"schemaVersion", 2},
            {"artifactType", "application/vnd.cncf.model.manifest.v1+json"},
            {"config", blob},
            {"layers", {blob}}}.dump();
        std::atomic<int> manifests = 0;
        std::atomic<int> blobs = 0;
        ScriptedServer* gate = nullptr;
        ScriptedServer server([&](const ScriptedServer::Request& request, ScriptedServer::Connection& to) {
            if (request.target.find("/manifests/") != std::string::npos) {
                to.answer(200, manifest);
                ++manifests;
                return;
            }
            if (blobs++ > 0) return to.answer(200, bytes);
            gate->answerHeld(to, bytes);
        });
        gate = &server;
        const fs::path home = m_root / "shared";
        const auto pull = [&](std::stop_token stop) {
            return pullModel("127.0.0.1:" + std::to_string(server.port()) + "/a:t", home, *m_http, {},
                             std::move(stop));
        };
        const auto fetch = [&](std::stop_token stop) {
            return std::async(std::launch::async, pull, std::move(stop));
        };
        auto first = fetch({});
        QTRY_COMPARE(blobs.load(), 1);
        std::stop_source stop;
        auto calledOff = fetch(stop.get_token());
        QTRY_COMPARE(manifests.load(), 2);
        stop.request_stop();
        const auto cancelled = calledOff.get();
        auto second = fetch({});
        QTRY_COMPARE(manifests.load(), 3);
        server.release();
        QVERIFY(!cancelled);
        QCOMPARE(cancelled.error().code, ErrorCode::Cancelled);
        for (auto* one : {&first, &second}) {
            const auto pulled = one->get();
            QVERIFY2(pulled, pulled ? "" : describe(pulled.error()).c_str());
        }
        QVERIFY(textOf(home / "model.safetensors") == bytes);
        QCOMPARE(blobs.load(), 1);
        QVERIFY(!fs::exists(m_root / "shared.partial"));
    }

    void refusesWhatIsNoModel_data() {
        QTest::addColumn<QString>("artifactType");
        QTest::addColumn<QString>("path");
        const QString type = QStringLiteral("application/vnd.cncf.model.manifest.v1+json");
        QTest::newRow("other artifact") << QStringLiteral("text/x") << QStringLiteral("a");
        QTest::newRow("above") << type << QStringLiteral("../a");
        QTest::newRow("inside above") << type << QStringLiteral("a/../../b");
        QTest::newRow("absolute") << type << QStringLiteral("/a");
        QTest::newRow("folder") << type << QStringLiteral("a/");
        QTest::newRow("empty") << type << QString();
    }
    void refusesWhatIsNoModel() {
        QFETCH(QString, artifactType);
        QFETCH(QString, path);
        const nlohmann::json blob{{"mediaType", "m"},
                                  {"digest", oci::sha256Of("x")},
                                  {"size", 1},
                                  {"annotations", {{"org.cncf.model.filepath", path.toStdString()}}}};
        const nlohmann::json manifest{{"schemaVersion", 2},
                                      {"artifactType", artifactType.toStdString()},
                                      {"config", blob},
                                      {"layers", {blob}}};
        ScriptedServer server([&](const ScriptedServer::Request& request, ScriptedServer::Connection& to) {
            to.answer(200, request.target.find("/manifests/") != std::string::npos ? manifest.dump() : "x");
        });
        const auto pulled = pullModel("127.0.0.1:" + std::to_string(server.port()) + "/a:t",
                                      m_root / "refused", *m_http, {}, {});
        QVERIFY(!pulled);
        QVERIFY(!fs::exists(m_root / "refused"));
        QVERIFY(!fs::exists(m_root / "a"));
        QVERIFY(!fs::exists(m_root / "b"));
    }

    void nothingToPush() {
        fs::create_directories(m_root / "nothing");
        QCOMPARE(pushModel(m_root / "nothing", "x", "127.0.0.1:1/a:t", *m_http, {}).error().code,
                 ErrorCode::InvalidArgument);
        QCOMPARE(pushModel(m_root / "nothing", "x", "oci:/a:t", *m_http, {}).error().code,
                 ErrorCode::InvalidArgument);
    }
};

QTEST_GUILESS_MAIN(tst_ModelArtifact)
#include "tst_modelartifact.moc"
