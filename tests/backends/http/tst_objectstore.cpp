// SPDX-License-Identifier: Apache-2.0
// What a store may answer, played; tests/cluster has a real one.
#include "backends/http/objectstore.h"
#include "backends/platform/files.h"
#include "scriptedserver.h"

#include <QTemporaryDir>
#include <QTest>

using namespace slipway;
namespace fs = std::filesystem;

namespace {

constexpr const char* kSecret = "wJalrXUtnFEMI/K7MDENG";

// A store with one object, whose answers to GET a test may change.
struct Store {
    std::string content = std::string(300000, 'a').append("the end");
    std::string tag = "\"d41d8cd9\"";
    using Answer = std::function<bool(const ScriptedServer::Request&, ScriptedServer::Connection&)>;
    Answer head, get;  // true: it has answered
    ScriptedServer server{[this](const ScriptedServer::Request& request, ScriptedServer::Connection& to) {
        const std::string headers = "ETag: " + tag + "\r\n";
        if (request.method == "HEAD") {
            if (head && head(request, to)) return;
            to.write("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(content.size()) + "\r\n" +
                     headers + "\r\n");
            return;
        }
        if (get && get(request, to)) return;
        const std::string range = request.headers.at("range");  // "bytes=7-"
        const auto from = static_cast<std::size_t>(std::stoll(range.substr(6)));
        to.answer(206, std::string_view(content).substr(from), headers);
    }};

    ObjectAccess access() {
        const std::string url = server.url("");
        return {url.ends_with('/') ? url.substr(0, url.size() - 1) : url, "eu-central-1", "AKIAEXAMPLE",
                kSecret, ""};
    }
    int gets() const {
        int count = 0;
        for (const auto& request : server.requests()) count += request.method == "GET";
        return count;
    }
};

}  // namespace

class tst_ObjectStore : public QObject {
    Q_OBJECT

    const std::shared_ptr<HttpClient> m_http = makeCurlHttpClient();
    QTemporaryDir m_folder;
    int m_count = 0;

    fs::path cache() { return fs::path(m_folder.path().toStdString()) / std::to_string(++m_count); }
    Result<fs::path> bring(const ObjectAccess& access, const fs::path& to,
                           const std::stop_token& stop = {}) const {
        return bringObject(
            *m_http, access, {"lab", "2026/train rows.csv"}, to, [](Bytes, Bytes) {}, stop);
    }
    static bool hasNothing(const fs::path& folder) {
        std::error_code failure;
        for (fs::recursive_directory_iterator at(folder, failure), end; !failure && at != end;
             at.increment(failure))
            if (at->is_regular_file() && at->path().filename() != ".lock") return false;
        return true;
    }

private Q_SLOTS:
    void anObjectIsBroughtOnce() {
        Store store;
        const fs::path to = cache();
        Bytes told;
        const auto file = bringObject(*m_http, store.access(), {"lab", "2026/train rows.csv"}, to,
                                      [&](Bytes done, Bytes all) {
                                          QVERIFY(done.count > told.count && done.count <= all.count);
                                          told = done;
                                      },
                                      {});
        QVERIFY2(file, file ? "" : describe(file.error()).c_str());
        QCOMPARE(file->filename().string(), std::string("train rows.csv"));
        QVERIFY(*readFile(*file, 1 << 20) == store.content);
        QCOMPARE(told.count, static_cast<std::int64_t>(store.content.size()));
        const auto asked = store.server.requests();
        QCOMPARE(asked.front().target, std::string("/lab/2026/train%20rows.csv"));
        const std::string signature = asked.back().headers.at("authorization");
        QVERIFY2(signature.starts_with("AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/"), signature.c_str());
        QVERIFY(signature.find("/eu-central-1/s3/aws4_request") != std::string::npos);
        QVERIFY(signature.find(kSecret) == std::string::npos);

        QCOMPARE(*bring(store.access(), to), *file);
        QCOMPARE(store.gets(), 1);
        // Another version has another file.
        store.tag = "\"e99a18c4\"";
        store.content = "new";
        const auto newer = bring(store.access(), to);
        QVERIFY(*newer != *file);
        QCOMPARE(*readFile(*newer, 100), std::string("new"));
    }

    void aBrokenConnectionIsTakenUpWhereItBroke() {
        Store store;
        int breaks = 0;
        store.get = [&](const ScriptedServer::Request& request, ScriptedServer::Connection& to) {
            if (++breaks > 6) return false;
            const auto from = static_cast<std::size_t>(std::stoll(request.headers.at("range").substr(6)));
            to.write("HTTP/1.1 206 Partial Content\r\nContent-Length: " +
                     std::to_string(store.content.size() - from) + "\r\n\r\n" +
                     store.content.substr(from, 20000));
            to.close();
            return true;
        };
        const auto file = bring(store.access(), cache());
        QVERIFY2(file, file ? "" : describe(file.error()).c_str());
        QVERIFY(*readFile(*file, 1 << 20) == store.content);
        QCOMPARE(store.gets(), 7);  // more often than a store that gives nothing is asked
        QCOMPARE(store.server.requests().back().headers.at("range"), std::string("bytes=120000-"));
        QCOMPARE(store.server.requests().back().headers.at("if-match"), store.tag);
    }

    void whatIsRefusedIsTold_data() {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("headers");
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("words");
        const auto row = [](const char* name, int status, const char* headers, ErrorCode code,
                            const char* words) {
            QTest::newRow(name) << status << QByteArray(headers) << static_cast<int>(code)
                                << QByteArray(words);
        };
        row("not there", 404, "", ErrorCode::NotFound,
            "there is no s3://lab/2026/train rows.csv at http://127.0.0.1");
        row("forbidden", 403, "", ErrorCode::PermissionDenied, "may not be read with these keys");
        row("elsewhere", 301, "x-amz-bucket-region: us-west-2\r\n", ErrorCode::InvalidArgument,
            "is in the region us-west-2");
        row("changed", 412, "", ErrorCode::Conflict, "another version came");
        row("odd", 418, "", ErrorCode::InvalidArgument, "the store answers 418");
    }
    void whatIsRefusedIsTold() {
        QFETCH(int, status);
        QFETCH(QByteArray, headers);
        QFETCH(int, code);
        QFETCH(QByteArray, words);
        Store store;
        store.get = [&](const ScriptedServer::Request&, ScriptedServer::Connection& to) {
            to.answer(status, "<Error><Code>Refused</Code></Error>", headers.toStdString());
            return true;
        };
        const fs::path to = cache();
        const auto file = bring(store.access(), to);
        QVERIFY(!file);
        QCOMPARE(static_cast<int>(file.error().code), code);
        const std::string text = describe(file.error());
        QVERIFY2(text.find(words.toStdString()) != std::string::npos, text.c_str());
        QVERIFY2(text.find(kSecret) == std::string::npos, text.c_str());
        QVERIFY(hasNothing(to));
    }

    void aStoreThatIsBusyIsAskedAgain() {
        Store store;
        int heads = 0;
        store.head = [&](const ScriptedServer::Request&, ScriptedServer::Connection& to) {
            if (++heads > 1) return false;
            to.write("HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\n\r\n");
            return true;
        };
        QVERIFY(bring(store.access(), cache()));
        QCOMPARE(heads, 2);
    }

    // A look has no body that could tell why.
    void aSessionThatHasEndedIsTold() {
        Store store;
        store.head = [&](const ScriptedServer::Request&, ScriptedServer::Connection& to) {
            to.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
            return true;
        };
        ObjectAccess access = store.access();
        access.sessionToken = "TOKEN";
        const auto file = bring(access, cache());
        QVERIFY(!file);
        QCOMPARE(file.error().code, ErrorCode::PermissionDenied);
        QVERIFY(file.error().hint.find("AWS_SESSION_TOKEN") != std::string::npos);
    }

    // Stores repeat what they were sent.
    void aTokenInAnAnswerIsNotTold() {
        Store store;
        store.get = [&](const ScriptedServer::Request&, ScriptedServer::Connection& to) {
            to.answer(
                403,
                "<Error><Code>ExpiredToken</Code><Message>It has expired.</Message><Token-0>SECRET</Token-0></Error>");
            return true;
        };
        const auto file = bring(store.access(), cache());
        const std::string text = describe(file.error());
        QVERIFY2(file.error().detail == "ExpiredToken: It has expired.", text.c_str());
        QVERIFY2(text.find("SECRET") == std::string::npos, text.c_str());
    }

    void moreThanItShouldHaveIsRefused() {
        Store store;
        store.get = [&](const ScriptedServer::Request&, ScriptedServer::Connection& to) {
            to.answer(206, store.content + "more");
            return true;
        };
        const fs::path to = cache();
        QCOMPARE(bring(store.access(), to).error().code, ErrorCode::Conflict);
        QVERIFY(hasNothing(to));
    }

    void aStopLeavesNothing() {
        Store store;
        std::stop_source stop;
        store.get = [&](const ScriptedServer::Request&, ScriptedServer::Connection& to) {
            to.write("HTTP/1.1 206 Partial Content\r\nContent-Length: 300007\r\n\r\naaaa");
            stop.request_stop();
            to.waitForClient();
            return true;
        };
        const fs::path to = cache();
        const auto file = bring(store.access(), to, stop.get_token());
        QVERIFY(!file);
        QCOMPARE(file.error().code, ErrorCode::Cancelled);
        QVERIFY(hasNothing(to));
    }

    void aStoreWithoutTagsTellsByItsTimes() {
        std::string changed = "Sun, 29 Nov 2026 20:00:00 GMT";
        int gets = 0;
        ScriptedServer server([&](const ScriptedServer::Request& request, ScriptedServer::Connection& to) {
            if (request.method == "HEAD")
                to.write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nLast-Modified: " + changed + "\r\n\r\n");
            else
                to.answer(request.headers.contains("if-match") ? 412 : 206, ++gets == 1 ? "old" : "new");
        });
        ObjectAccess access{server.url(""), "us-east-1", "AK", kSecret, ""};
        const fs::path to = cache();
        QCOMPARE(*readFile(*bring(access, to), 9), std::string("old"));
        QCOMPARE(*readFile(*bring(access, to), 9), std::string("old"));
        changed = "Sun, 29 Nov 2026 20:00:01 GMT";
        QCOMPARE(*readFile(*bring(access, to), 9), std::string("new"));
        QCOMPARE(gets, 2);
    }

    void whoeverMayReadNeedsNoKeys() {
        Store store;
        ObjectAccess access = store.access();
        access.accessKey.clear();
        access.secretKey.clear();
        QVERIFY(bring(access, cache()));
        QVERIFY(!store.server.requests().back().headers.contains("authorization"));
    }

    void accessIsWhatTheEnvironmentSays() {
        const auto plain = objectAccess({{"HOME", "/nowhere"}});
        QCOMPARE(plain->endpoint, std::string("https://s3.us-east-1.amazonaws.com"));
        QVERIFY(plain->accessKey.empty());
        const auto told = objectAccess({{"AWS_ENDPOINT_URL", "http://minio:9000/"},
                                        {"AWS_DEFAULT_REGION", "eu-west-1"},
                                        {"AWS_ACCESS_KEY_ID", "AK"},
                                        {"AWS_SECRET_ACCESS_KEY", kSecret},
                                        {"AWS_SESSION_TOKEN", "T"}});
        QCOMPARE(told->endpoint, std::string("http://minio:9000"));
        QCOMPARE(told->region, std::string("eu-west-1"));
        QCOMPARE(told->sessionToken, std::string("T"));
        QVERIFY(!objectAccess({{"AWS_ENDPOINT_URL", "minio:9000"}}));

        const fs::path file = fs::path(m_folder.path().toStdString()) / "credentials";
        QVERIFY(writeFileAtomically(
            file,
            "[default]\naws_access_key_id = A\n\n[ lab ]\r\n"
            "aws_access_key_id=B\r\naws_secret_access_key = c/d=\r\n[next]\naws_access_key_id=C\n"));
        const auto shared =
            objectAccess({{"AWS_SHARED_CREDENTIALS_FILE", file.string()}, {"AWS_PROFILE", "lab"}});
        QCOMPARE(shared->accessKey, std::string("B"));
        QCOMPARE(shared->secretKey, std::string("c/d="));
        QCOMPARE(objectAccess({{"AWS_SHARED_CREDENTIALS_FILE", file.string()}})->accessKey, std::string("A"));
    }
};

QTEST_GUILESS_MAIN(tst_ObjectStore)
#include "tst_objectstore.moc"
