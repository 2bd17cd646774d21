// SPDX-License-Identifier: Apache-2.0
#include "backends/http/httpclient.h"
#include "scriptedserver.h"

#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <fstream>
#include <future>
#include <thread>

using namespace slipway;
using namespace std::chrono_literals;
using Connection = ScriptedServer::Connection;
using Request = ScriptedServer::Request;

class tst_CurlClient : public QObject {
    Q_OBJECT

    std::shared_ptr<HttpClient> m_http = makeCurlHttpClient();

    static HttpRequest get(const std::string& url) {
        HttpRequest request;
        request.url = url;
        return request;
    }

private Q_SLOTS:
    void sendsAndReceives() {
        ScriptedServer server([](const Request& request, Connection& to) {
            to.answer(201, request.body, "X-Thing:  a \r\nX-Thing: b\r\n");
        });
        HttpRequest request = get(server.url("/p?q=1"));
        request.method = "POST";
        request.headers = {{"Content-Type", "text/x"}};
        request.body = std::string("a\0b", 3);
        request.identity.bearerToken = "t0ken";
        const auto response = m_http->send(request);
        QVERIFY(response);
        QCOMPARE(response->status, 201);
        QCOMPARE(response->body, request.body);
        QCOMPARE(response->header("x-thing"), std::string_view("a"));
        QCOMPARE(response->allHeaders("x-thing").size(), std::size_t{2});
        const Request seen = server.requests().at(0);
        QCOMPARE(seen.method, std::string("POST"));
        QCOMPARE(seen.target, std::string("/p?q=1"));
        QCOMPARE(seen.headers.at("content-type"), std::string("text/x"));
        QCOMPARE(seen.headers.at("authorization"), std::string("Bearer t0ken"));
        QVERIFY(seen.headers.at("user-agent").starts_with("slipway/"));
    }

    void methodsWithoutBody() {
        ScriptedServer server([](const Request&, Connection& to) { to.answer(204, {}); });
        for (const char* method : {"GET", "HEAD", "DELETE", "POST", "PUT"}) {
            HttpRequest request = get(server.url("/"));
            request.method = method;
            const auto response = m_http->send(request);
            QVERIFY2(response, method);
            QCOMPARE(server.requests().back().method, std::string(method));
        }
        QCOMPARE(server.requests().back().headers.at("content-length"), std::string("0"));
        QCOMPARE(server.connections(), 1);  // kept alive
    }

    void basicIdentity() {
        ScriptedServer server([](const Request&, Connection& to) { to.answer(200, {}); });
        HttpRequest request = get(server.url("/"));
        request.identity.basicUser = "u";
        request.identity.basicPassword = "p:w";
        QVERIFY(m_http->send(request));
        QCOMPARE(server.requests().at(0).headers.at("authorization"), std::string("Basic dTpwOnc="));
    }

    void chunkedInSlowPieces() {
        ScriptedServer server([](const Request&, Connection& to) {
            for (
                const char c : std::string_view(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")) {
                to.write(std::string_view(&c, 1));
            }
        });
        std::string body;
        const auto response = m_http->stream(
            get(server.url("/")), [&](std::string_view bytes) { return body.append(bytes), true; });
        QVERIFY(response);
        QCOMPARE(body, std::string("abcde"));
        QVERIFY(response->body.empty());
    }

    // Whatever byte the connection ends at, the answer is whole or an error, never a shorter body.
    void cutAtAnyByte() {
        const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        std::atomic<std::size_t> cut = 0;
        ScriptedServer server([&](const Request&, Connection& to) {
            to.write(std::string_view(answer).substr(0, cut));
            to.close();
        });
        for (; cut < answer.size(); ++cut) {
            const auto response = m_http->send(get(server.url("/")));
            QVERIFY2(!response, std::to_string(cut).c_str());
            QCOMPARE(response.error().code, ErrorCode::Unavailable);
            QVERIFY(!response.error().isUnsent);
        }
        const auto whole = m_http->send(get(server.url("/")));
        QVERIFY(whole);
        QCOMPARE(whole->body, std::string("hello"));
    }

    void cutChunkedStream() {
        ScriptedServer server([](const Request&, Connection& to) {
            to.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            to.close();
        });
        std::string body;
        const auto response = m_http->stream(
            get(server.url("/")), [&](std::string_view bytes) { return body.append(bytes), true; });
        QVERIFY(!response);
        QCOMPARE(response.error().code, ErrorCode::Unavailable);
        QCOMPARE(body, std::string("abc"));
    }

    void streamKeepsErrorBodyOutOfTheSink() {
        ScriptedServer server(
            [](const Request&, Connection& to) { to.answer(503, "busy", "Retry-After: 7\r\n"); });
        bool isCalled = false;
        const auto response =
            m_http->stream(get(server.url("/")), [&](std::string_view) { return isCalled = true; });
        QVERIFY(response);
        QCOMPARE(response->status, 503);
        QCOMPARE(response->body, std::string("busy"));
        QCOMPARE(response->header("retry-after"), std::string_view("7"));
        QVERIFY(!isCalled);
    }

    // A sink that does not take bytes stops the server: no more than the buffers of both sides are ever under way.
    void slowSinkHoldsTheServerBack() {
        constexpr std::size_t kTotal = std::size_t{64} << 20;
        std::atomic<std::size_t> written = 0;
        ScriptedServer server([&](const Request& request, Connection& to) {
            if (request.target == "/other") return to.answer(200, std::string(1 << 20, 'y'));
            to.write("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kTotal) + "\r\n\r\n");
            const std::string block(1 << 16, 'x');
            while (written < kTotal && to.write(block)) written += block.size();
        });
        std::size_t taken = 0;
        std::size_t largest = 0;
        std::size_t lead = 0;
        const auto response = m_http->stream(get(server.url("/")), [&](std::string_view bytes) {
            // While the first bytes are held, the client goes on serving others, which gives the server time to run ahead.
            for (int i = 0; taken == 0 && i < 100; ++i) {
                if (!m_http->send(get(server.url("/other")))) return false;
            }
            if (taken == 0) lead = written;
            taken += bytes.size();
            largest = std::max(largest, bytes.size());
            return true;
        });
        QVERIFY(response);
        QCOMPARE(taken, kTotal);
        QVERIFY2(lead < kTotal / 2, std::to_string(lead).c_str());
        QVERIFY2(largest <= (std::size_t{1} << 20) + (std::size_t{256} << 10),
                 std::to_string(largest).c_str());
    }

    void sinkEndsTheTransfer() {
        ScriptedServer server([](const Request&, Connection& to) {
            to.write("HTTP/1.1 200 OK\r\n\r\nx");
            to.waitForClient();
        });
        const auto response = m_http->stream(get(server.url("/")), [](std::string_view) { return false; });
        QVERIFY(!response);
        QCOMPARE(response.error().code, ErrorCode::Cancelled);
    }

    void cancelsWithin100Milliseconds() {
        ScriptedServer server([](const Request&, Connection& to) { to.waitForClient(); });
        std::stop_source stop;
        auto pending = std::async(std::launch::async,
                                  [&] { return m_http->send(get(server.url("/")), stop.get_token()); });
        QTRY_COMPARE(server.requests().size(), std::size_t{1});
        const auto begin = std::chrono::steady_clock::now();
        stop.request_stop();
        const auto response = pending.get();
        QVERIFY(std::chrono::steady_clock::now() - begin < 100ms);
        QVERIFY(!response);
        QCOMPARE(response.error().code, ErrorCode::Cancelled);
        QVERIFY(!response.error().isUnsent);
        const auto unsent = m_http->send(get(server.url("/")), stop.get_token());
        QVERIFY(!unsent && unsent.error().isUnsent);  // asked before it began
    }

    void endOfClientCancelsWhatIsUnderWay() {
        ScriptedServer server([](const Request&, Connection& to) { to.waitForClient(); });
        auto client = makeCurlHttpClient();
        auto pending = std::async(
            std::launch::async, [raw = client.get(), url = server.url("/")] { return raw->send(get(url)); });
        QTRY_COMPARE(server.requests().size(), std::size_t{1});
        client.reset();
        QCOMPARE(pending.get().error().code, ErrorCode::Cancelled);
    }

    void silenceIsATimeout() {
        ScriptedServer server([](const Request&, Connection& to) {
            to.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
            to.waitForClient();
        });
        HttpRequest request = get(server.url("/"));
        request.idleTimeout = 150ms;
        const auto response = m_http->send(request);
        QVERIFY(!response);
        QCOMPARE(response.error().code, ErrorCode::Timeout);
    }

    void refusedAndUnknown() {
        std::uint16_t port = 0;
        {
            port = ScriptedServer([](const Request&, Connection&) {}).port();
        }
        const auto refused = m_http->send(get("http://127.0.0.1:" + std::to_string(port) + "/?token=geheim"));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Unavailable);
        QVERIFY(describe(refused.error()).find("refused") != std::string::npos);
        QVERIFY(describe(refused.error()).find("geheim") == std::string::npos);
        const auto unknown = m_http->send(get("http://no-such-host.invalid/"));
        QVERIFY(!unknown);
        QCOMPARE(unknown.error().code, ErrorCode::Unavailable);
        QVERIFY(refused.error().isUnsent && unknown.error().isUnsent);
    }

    void bodyHasALimit() {
        ScriptedServer server([](const Request&, Connection& to) { to.answer(200, std::string(2000, 'x')); });
        HttpRequest request = get(server.url("/"));
        request.maxBodyBytes = 1999;
        QVERIFY(!m_http->send(request));
        request.maxBodyBytes = 2000;
        QVERIFY(m_http->send(request));
    }

    void headersHaveALimit() {
        ScriptedServer server([](const Request&, Connection& to) {
            to.write("HTTP/1.1 200 OK\r\n");
            const std::string line = "X: " + std::string(1000, 'x') + "\r\n";
            for (int i = 0; i < 400 && to.write(line); ++i) {
            }
            to.close();
        });
        const auto response = m_http->send(get(server.url("/")));
        QVERIFY(!response);
        QVERIFY(describe(response.error()).find("256 KiB") != std::string::npos);
    }

    void uploadsAFileRange() {
        QTemporaryDir folder;
        const std::string path = folder.filePath(QStringLiteral("f")).toStdString();
        std::string content(3'000'000, '\0');
        for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 7);
        std::ofstream(path, std::ios::binary) << content;
        ScriptedServer server([](const Request&, Connection& to) { to.answer(201, {}); });
        HttpRequest request = get(server.url("/"));
        request.method = "PUT";
        request.bodyFile = path;
        request.bodyOffset = 1000;
        request.bodyLength = 2'500'000;
        std::uint64_t last = 0;
        bool isRising = true;
        request.uploadProgress = [&](std::uint64_t sent) {
            isRising = isRising && sent > last;
            last = sent;
        };
        QVERIFY(m_http->send(request));
        QVERIFY(server.requests().at(0).body == content.substr(1000, 2'500'000));
        QCOMPARE(last, std::uint64_t{2'500'000});
        QVERIFY(isRising);
        request.bodyLength = 2'999'001;
        QCOMPARE(m_http->send(request).error().code, ErrorCode::InvalidArgument);
        request.bodyFile = path + "x";
        QCOMPARE(m_http->send(request).error().code, ErrorCode::NotFound);
    }

    void redirectsKeepCredentialsAtHome() {
        ScriptedServer other([](const Request&, Connection& to) { to.answer(200, "there"); });
        ScriptedServer server([&](const Request& request, Connection& to) {
            if (request.target == "/away") to.answer(307, {}, "Location: " + other.url("/x") + "\r\n");
            if (request.target == "/near") to.answer(302, {}, "Location: here\r\n");
            if (request.target == "/here") to.answer(200, "here");
            if (request.target == "/loop") to.answer(302, {}, "Location: /loop\r\n");
            if (request.target == "/file") to.answer(302, {}, "Location: file:///etc/passwd\r\n");
        });
        HttpRequest request = get(server.url("/away"));
        request.identity.bearerToken = "t0ken";
        request.headers = {{"Authorization", "x"}, {"Accept", "a/b"}};
        QCOMPARE(m_http->send(request)->status, 307);
        request.isFollowingRedirects = true;
        QCOMPARE(m_http->send(request)->body, std::string("there"));
        QCOMPARE(other.requests().at(0).headers.count("authorization"), std::size_t{0});
        QCOMPARE(other.requests().at(0).headers.at("accept"), std::string("a/b"));
        request.headers.clear();
        request.url = server.url("/near");
        QCOMPARE(m_http->send(request)->body, std::string("here"));
        QCOMPARE(server.requests().back().headers.at("authorization"), std::string("Bearer t0ken"));
        for (const char* path : {"/loop", "/file"}) {
            request.url = server.url(path);
            QVERIFY2(!m_http->send(request), path);
        }
    }

    void refusesWhatWouldBreakTheRequest() {
        HttpRequest request = get("http://127.0.0.1:1/");
        request.headers = {{"X", "a\r\nY: b"}};
        QCOMPARE(m_http->send(request).error().code, ErrorCode::InvalidArgument);
        request.headers = {{"X Y", "a"}};
        QCOMPARE(m_http->send(request).error().code, ErrorCode::InvalidArgument);
        request.headers.clear();
        request.method = "GET /x";
        QCOMPARE(m_http->send(request).error().code, ErrorCode::InvalidArgument);
        request.method = "GET";
        request.identity.bearerToken = "geheim\n";
        const auto response = m_http->send(request);
        QCOMPARE(response.error().code, ErrorCode::InvalidArgument);
        QVERIFY(describe(response.error()).find("geheim") == std::string::npos);
    }

    void manyAtOnce() {
        ScriptedServer server([&](const Request& request, Connection& to) {
            server.waitForRelease();
            to.answer(200, request.target);
        });
        std::vector<std::future<bool>> pending;
        pending.reserve(40);
        for (int i = 0; i < 40; ++i) {
            pending.push_back(std::async(std::launch::async, [this, &server, i] {
                const std::string path = "/" + std::to_string(i);
                const auto response = m_http->send(get(server.url(path)));
                return response && response->body == path;
            }));
        }
        QTRY_COMPARE(server.requests().size(), std::size_t{40});  // all under way at the same time
        server.release();
        for (auto& one : pending) QVERIFY(one.get());
    }
};

QTEST_GUILESS_MAIN(tst_CurlClient)
#include "tst_curlclient.moc"
