// SPDX-License-Identifier: Apache-2.0
#include "backends/image/registry.h"

#include "backends/image/sha256.h"
#include "registryprocess.h"
#include "scriptedserver.h"

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <fstream>
#include <sstream>

using namespace slipway;
using namespace slipway::oci;
using Connection = ScriptedServer::Connection;
using Request = ScriptedServer::Request;
namespace fs = std::filesystem;

namespace {

Descriptor of(const std::string& bytes) {
    return {"application/octet-stream", sha256Of(bytes), bytes.size(), {}, {}, {}};
}

std::string auths(const std::string& host, const nlohmann::json& entry) {
    return nlohmann::json{{"auths", {{host, entry}}}}.dump();
}

std::string manifestOf(const Descriptor& config) {
    return nlohmann::json{
        {"schemaVersion", 2},
        {"mediaType", kManifestType},
        {"config", {{"mediaType", kConfigType}, {"digest", config.digest}, {"size", config.size}}},
        {"layers", nlohmann::json::array()}}
        .dump();
}

std::string textOf(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
}

std::string randomBytes(std::size_t size) {
    std::string bytes(size, '\0');
    std::uint32_t state = 1;
    for (char& c : bytes) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24U);
    return bytes;
}

}  // namespace

class tst_Registry : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    fs::path m_root;
    std::shared_ptr<HttpClient> m_http = makeCurlHttpClient();

    Registry at(const std::string& host, bool isPushing = true) {
        return Registry(*m_http, *parseReference(host + "/team/job:v1"), isPushing, {});
    }
    static std::string host(const ScriptedServer& server) {
        return "127.0.0.1:" + std::to_string(server.port());
    }
    void login(const std::string& config) const { std::ofstream(m_root / "config.json") << config; }

    static bool isMissing() { return !RegistryProcess::isInstalled(); }

private Q_SLOTS:
    void initTestCase() {
        m_root = m_folder.path().toStdString();
        qputenv("DOCKER_CONFIG", m_folder.path().toUtf8());
        qunsetenv("DOCKER_AUTH_CONFIG");
    }
    void init() { fs::remove(m_root / "config.json"); }

    void realRegistry() {
        if (isMissing() && !qEnvironmentVariableIsSet("CI")) QSKIP("docker-registry is not installed");
        RegistryProcess process;
        QVERIFY2(process.start(), process.log().c_str());
        Registry registry = at(process.address());
        const std::string bytes = randomBytes(3'000'000);
        std::ofstream(m_root / "blob", std::ios::binary) << bytes;
        QVERIFY(!*registry.hasBlob(of(bytes).digest));
        std::uint64_t last = 0;
        const auto uploaded =
            registry.uploadBlob(of(bytes), m_root / "blob", [&](std::uint64_t sent) { last = sent; });
        QVERIFY2(uploaded, uploaded ? "" : describe(uploaded.error()).c_str());
        QCOMPARE(last, std::uint64_t{3'000'000});
        QVERIFY(*registry.hasBlob(of(bytes).digest));
        QVERIFY(registry.fetchBlobTo(of(bytes), m_root / "back", {}));
        QVERIFY(textOf(m_root / "back") == bytes);

        const std::string config = "{}";
        QVERIFY(registry.uploadBlob(of(config), config));
        QCOMPARE(*registry.fetchBlob(of(config)), config);
        const std::string manifest = manifestOf(of(config));
        QVERIFY(*registry.putManifest("v1", manifest, kManifestType));
        QVERIFY(!*registry.putManifest("v1", manifest, kManifestType));
        QCOMPARE(registry.fetchManifest("v1")->bytes, manifest);
        QCOMPARE(registry.fetchManifest(sha256Of(manifest))->mediaType, std::string(kManifestType));
        QCOMPARE(registry.fetchManifest("v2").error().code, ErrorCode::NotFound);
        QCOMPARE(registry.fetchBlob(of("nothing")).error().code, ErrorCode::NotFound);

        Registry other(*m_http, *parseReference(process.address() + "/other/job"), true, {});
        QVERIFY(!*other.hasBlob(of(bytes).digest));
        QVERIFY(*other.mountBlob(of(bytes).digest, "team/job"));
        QVERIFY(*other.hasBlob(of(bytes).digest));
        QVERIFY(!*other.mountBlob(of("nothing").digest, "team/job"));

        // A missing blob is told by the registry, in its words.
        std::string broken = manifest;
        broken.replace(broken.find(of(config).digest), of(config).digest.size(), of("nothing").digest);
        const auto refused = registry.putManifest("v2", broken, kManifestType);
        QVERIFY(!refused);
        QVERIFY2(describe(refused.error()).find("MANIFEST_BLOB_UNKNOWN") != std::string::npos,
                 describe(refused.error()).c_str());
    }

    void realRegistryWithLogin() {
        if (isMissing() && !qEnvironmentVariableIsSet("CI")) QSKIP("docker-registry is not installed");
        RegistryProcess process(RegistryProcess::Login::Basic);
        QVERIFY2(process.start(), process.log().c_str());
        const auto anonymous = at(process.address()).hasBlob(of("x").digest);
        QVERIFY(!anonymous);
        QCOMPARE(anonymous.error().code, ErrorCode::PermissionDenied);
        QVERIFY(describe(anonymous.error()).find("docker login") != std::string::npos);
        login(auths(process.address(), {{"username", "user"}, {"password", "wrong"}}));
        const auto wrong = at(process.address()).hasBlob(of("x").digest);
        QVERIFY(!wrong);
        QCOMPARE(wrong.error().code, ErrorCode::PermissionDenied);
        QVERIFY(describe(wrong.error()).find("wrong") == std::string::npos);
        login(auths(process.address(), {{"auth", QByteArray("user:geheim").toBase64().toStdString()}}));
        Registry registry = at(process.address());
        QVERIFY(registry.uploadBlob(of("x"), "x"));
        QVERIFY(*registry.hasBlob(of("x").digest));
    }

    void tokens() {
        std::string realm;
        ScriptedServer server([&](const Request& request, Connection& to) {
            if (request.target.starts_with("/token"))
                return to.answer(200, R"({"token":"abc","expires_in":60})");
            const auto given = request.headers.find("authorization");
            if (given != request.headers.end() && given->second == "Bearer abc") return to.answer(200, {});
            to.answer(401, "{}",
                      "WWW-Authenticate: Bearer realm=\"" + realm + "\",service=\"the reg\",scope=\"x\"\r\n");
        });
        realm = server.url("/token");
        login(auths(host(server), {{"username", "u"}, {"password", "p"}}));
        Registry registry = at(host(server));
        QVERIFY(*registry.hasBlob(of("x").digest));
        QVERIFY(*registry.hasBlob(of("y").digest));
        const auto requests = server.requests();
        QCOMPARE(requests.size(),
                 std::size_t{4});  // refused, token, again, and the second with the same token
        QCOMPARE(
            requests[1].target,
            std::string(
                "/token?service=the%20reg&client_id=slipway&scope=repository%3Ateam%2Fjob%3Apull%2Cpush"));
        QCOMPARE(requests[1].headers.at("authorization"), std::string("Basic dTpw"));
    }

    void refreshTokens() {
        std::string realm;
        ScriptedServer server([&](const Request& request, Connection& to) {
            if (request.target == "/token") return to.answer(200, R"({"access_token":"abc"})");
            if (request.headers.count("authorization") != 0) return to.answer(200, {});
            to.answer(401, "{}", "WWW-Authenticate: Bearer realm=\"" + realm + "\"\r\n");
        });
        realm = server.url("/token");
        login(auths(host(server), {{"identitytoken", "re fresh"}}));
        QVERIFY(*at(host(server), false).hasBlob(of("x").digest));
        QVERIFY(server.requests()[1].body.find("grant_type=refresh_token&") == 0);
        QVERIFY(server.requests()[1].body.find("&refresh_token=re%20fresh") != std::string::npos);
    }

    // A token without the right: told after one more try, no loop.
    void tokenWithoutTheRight() {
        std::string realm;
        ScriptedServer server([&](const Request& request, Connection& to) {
            if (request.target.starts_with("/token")) return to.answer(200, R"({"token":"abc"})");
            to.answer(401, R"({"errors":[{"code":"UNAUTHORIZED","message":"insufficient scope"}]})",
                      "WWW-Authenticate: Bearer realm=\"" + realm + "\",error=\"insufficient_scope\"\r\n");
        });
        realm = server.url("/token");
        const auto answer = at(host(server)).fetchManifest("v1");
        QCOMPARE(answer.error().code, ErrorCode::PermissionDenied);
        QVERIFY(describe(answer.error()).find("insufficient scope") != std::string::npos);
        QCOMPARE(server.requests().size(), std::size_t{3});
    }

    void busyIsWaitedFor() {
        std::atomic<int> left = 2;
        ScriptedServer server([&](const Request&, Connection& to) {
            left-- > 0 ? to.answer(left == 0 ? 429 : 503, {}, "Retry-After: 0\r\n") : to.answer(200, {});
        });
        QVERIFY(*at(host(server)).hasBlob(of("x").digest));
        QCOMPARE(server.requests().size(), std::size_t{3});
        left = 1000;
        const auto answer = at(host(server)).hasBlob(of("x").digest);
        QCOMPARE(answer.error().code, ErrorCode::Unavailable);
        QCOMPARE(server.requests().size(), std::size_t{7});
    }

    void waitingIsCancelled() {
        ScriptedServer server(
            [](const Request&, Connection& to) { to.answer(503, {}, "Retry-After: 20\r\n"); });
        std::stop_source stop;
        Registry registry(*m_http, *parseReference(host(server) + "/a"), true, stop.get_token());
        std::jthread watcher([&](const std::stop_token& end) {
            while (server.requests().empty() && !end.stop_requested()) std::this_thread::yield();
            stop.request_stop();
        });
        QCOMPARE(registry.hasBlob(of("x").digest).error().code, ErrorCode::Cancelled);
    }

    // Cut in the middle, then served by Range: only the rest is sent again.
    void downloadGoesOn_data() {
        QTest::addColumn<bool>("knowsRange");
        QTest::newRow("range") << true;
        QTest::newRow("no range") << false;
    }
    void downloadGoesOn() {
        QFETCH(bool, knowsRange);
        const std::string bytes = randomBytes(500'000);
        std::atomic<int> count = 0;
        ScriptedServer server([&](const Request& request, Connection& to) {
            const auto range = request.headers.find("range");
            if (count++ == 0) {
                to.write("HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n" + bytes.substr(0, 200'000));
                return to.close();
            }
            if (knowsRange && range != request.headers.end()) {
                const std::size_t from = std::stoul(range->second.substr(6));
                to.answer(206, bytes.substr(from),
                          "Content-Range: bytes " + std::to_string(from) + "-499999/500000\r\n");
                return;
            }
            to.answer(200, bytes);
        });
        const fs::path file = m_root / "download";
        fs::remove(file);
        const auto done = at(host(server)).fetchBlobTo(of(bytes), file, {});
        QVERIFY2(done, done ? "" : describe(done.error()).c_str());
        QVERIFY(textOf(file) == bytes);
        QVERIFY(!fs::exists(m_root / "download.partial"));
        if (knowsRange) QCOMPARE(server.requests().back().headers.at("range"), std::string("bytes=200000-"));
    }

    void downloadIsChecked() {
        std::string answer = "wrong";
        ScriptedServer server([&](const Request&, Connection& to) { to.answer(200, answer); });
        Registry registry = at(host(server));
        for (const char* text : {"wrong", "short", "much too long"}) {
            answer = text;
            QCOMPARE(registry.fetchBlobTo(of(answer == "wrong" ? "right" : "shorts"), m_root / "checked", {})
                         .error()
                         .code,
                     ErrorCode::Corrupt);
            QVERIFY(!fs::exists(m_root / "checked"));
            fs::remove(m_root / "checked.partial");
        }
        answer = "{}";
        QCOMPARE(registry.fetchManifest(of("other").digest).error().code, ErrorCode::Corrupt);
        QCOMPARE(registry.fetchBlob(of("other")).error().code, ErrorCode::Corrupt);
    }

    // The upload's place may be elsewhere; our login is not sent there, and a cut upload begins again with a new place.
    void uploadRestarts() {
        ScriptedServer storage([](const Request&, Connection& to) { to.answer(201, {}); });
        std::atomic<int> puts = 0;
        ScriptedServer server([&](const Request& request, Connection& to) {
            if (request.method == "POST") {
                const bool isFirst = puts == 0;
                return to.answer(
                    202, {},
                    "Location: " + (isFirst ? std::string("/up?_state=1") : storage.url("/up")) + "\r\n");
            }
            ++puts;
            to.close();
        });
        const auto done = at(host(server)).uploadBlob(of("content"), "content");
        QVERIFY2(done, done ? "" : describe(done.error()).c_str());
        QVERIFY(puts >= 1);
        const Request last = storage.requests().back();
        QCOMPARE(last.body, std::string("content"));
        QCOMPARE(last.target, "/up?digest=" + percentEncode(of("content").digest));
        QCOMPARE(last.headers.count("authorization"), std::size_t{0});
    }
};

QTEST_GUILESS_MAIN(tst_Registry)
#include "tst_registry.moc"
