// SPDX-License-Identifier: Apache-2.0
// One thread owns the curl multi handle and every easy handle; callers hand it Transfers and wait on a condition variable.
// A Transfer is touched by its caller and the curl thread under its own mutex. Connections are shared by all calls; curl
// itself keeps apart those with other TLS settings, and tokens are per request, so that one identity never rides on another's.
#include "backends/http/curlerror.h"
#include "backends/http/curltransfer.h"
#include "backends/http/httpclient.h"
#include "backends/http/url.h"

#include <curl/curl.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

namespace slipway {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kMaxRedirects = 10;

class CurlHttpClient final : public HttpClient {
public:
    CurlHttpClient() {
        static std::once_flag once;
        std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
        m_multi = curl_multi_init();
        curl_multi_setopt(m_multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
        curl_multi_setopt(m_multi, CURLMOPT_MAXCONNECTS, 32L);
        m_thread = std::thread([this] { run(); });
    }

    CurlHttpClient(const CurlHttpClient&) = delete;
    CurlHttpClient& operator=(const CurlHttpClient&) = delete;

    ~CurlHttpClient() override {
        m_isStopping = true;
        curl_multi_wakeup(m_multi);
        m_thread.join();
        curl_multi_cleanup(m_multi);
    }

    Result<HttpResponse> send(const HttpRequest& request, std::stop_token stop) override {
        return follow(request, nullptr, stop);
    }

    Result<HttpResponse> stream(const HttpRequest& request, const std::function<bool(std::string_view)>& sink,
                                std::stop_token stop) override {
        return follow(request, &sink, stop);
    }

private:
    using Sink = std::function<bool(std::string_view)>;

    // Redirects are followed here and not by curl, so that what may be sent on is decided in one visible place.
    Result<HttpResponse> follow(const HttpRequest& request, const Sink* sink, const std::stop_token& stop) {
        if (!request.isFollowingRedirects) return once(request, sink, stop);
        HttpRequest next = request;
        for (int hop = 0; hop <= kMaxRedirects; ++hop) {
            auto answered = once(next, sink, stop);
            if (!answered) {
                Error error = std::move(answered).error();
                error.isUnsent = error.isUnsent && hop == 0;
                return error;
            }
            HttpResponse response = *std::move(answered);
            const std::string location(response.header("location"));
            const int status = response.status;
            const bool isRedirect =
                status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
            if (!isRedirect || location.empty()) return response;
            SLIPWAY_TRY(const std::string target, resolveUrl(next.url, location));
            SLIPWAY_TRY(const UrlParts from, splitUrl(next.url));
            SLIPWAY_TRY(const UrlParts to, splitUrl(target));
            if (from.scheme == "https" && to.scheme == "http") {
                return Error{
                    ErrorCode::Unavailable,
                    "`" + redactUrl(next.url) + "` redirects from https to http, which is not followed",
                    redactUrl(target),
                    {}};
            }
            if (!isSameOrigin(from, to)) dropCredentials(next);
            if (status == 303 || ((status == 301 || status == 302) && next.method == "POST")) {
                next.method = next.method == "HEAD" ? "HEAD" : "GET";
                next.body.clear();
                next.bodyFile.clear();
            }
            next.url = target;
        }
        return Error{
            ErrorCode::Unavailable, "`" + redactUrl(request.url) + "` redirects more than 10 times", {}, {}};
    }

    static void dropCredentials(HttpRequest& request) {
        HttpIdentity kept;
        kept.caPem = request.identity.caPem;
        kept.proxy = request.identity.proxy;
        kept.isTlsUnverified = request.identity.isTlsUnverified;
        request.identity = kept;
        std::erase_if(request.headers, [](const auto& header) {
            std::string name = header.first;
            std::transform(name.begin(), name.end(), name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
            return name == "authorization" || name == "cookie" || name == "host" ||
                   name == "proxy-authorization";
        });
    }

    Result<HttpResponse> once(const HttpRequest& request, const Sink* sink, const std::stop_token& stop) {
        if (stop.stop_requested()) return cancelled(request, false);
        const auto transfer = std::make_shared<Transfer>();
        transfer->request = &request;
        transfer->isStreaming = sink != nullptr;
        SLIPWAY_CHECK(prepareTransfer(*transfer));
        post({Command::Start, transfer});
        const std::stop_callback onStop(stop, [this, transfer] { post({Command::Cancel, transfer}); });
        bool isSinkOpen = true;
        std::unique_lock lock(transfer->mutex);
        while (true) {
            transfer->changed.wait(lock, [&] { return transfer->isDone || !transfer->buffer.empty(); });
            if (!transfer->buffer.empty()) {
                std::string bytes;
                bytes.swap(transfer->buffer);
                const bool isPaused = transfer->isPaused;
                lock.unlock();
                if (isPaused) post({Command::Resume, transfer});
                if (isSinkOpen && !stop.stop_requested() && !(*sink)(bytes)) {
                    isSinkOpen = false;
                    post({Command::Cancel, transfer});
                }
                lock.lock();
                continue;
            }
            break;
        }
        if (!isSinkOpen) return cancelled(request, true);
        if (transfer->error) return *transfer->error;
        transfer->response.status = statusOf(transfer->easy.get());
        return std::move(transfer->response);
    }

    static Error cancelled(const HttpRequest& request, bool isConnected) {
        return {ErrorCode::Cancelled,
                "the request to `" + redactUrl(request.url) + "` was cancelled",
                {},
                {},
                !isConnected};
    }

    // Everything below runs on the curl thread, post() apart.

    static Error cancelled(const Transfer& transfer) {
        return cancelled(*transfer.request, transfer.isConnected);
    }

    struct Command {
        enum Kind { Start, Resume, Cancel } kind = Start;
        std::shared_ptr<Transfer> transfer;
    };

    void post(Command command) {
        {
            const std::scoped_lock lock(m_mutex);
            m_commands.push_back(std::move(command));
        }
        curl_multi_wakeup(m_multi);
    }

    void run() {
        while (!m_isStopping) {
            obeyCommands();
            int running = 0;
            curl_multi_perform(m_multi, &running);
            collectFinished();
            const int wait = endIdle();
            curl_multi_poll(m_multi, nullptr, 0, wait, nullptr);
        }
        obeyCommands();
        while (!m_active.empty()) finish(m_active.begin()->second, cancelled(*m_active.begin()->second));
    }

    void obeyCommands() {
        std::deque<Command> commands;
        {
            const std::scoped_lock lock(m_mutex);
            commands.swap(m_commands);
        }
        for (const Command& command : commands) {
            const auto& transfer = command.transfer;
            CURL* easy = transfer->easy.get();
            if (command.kind == Command::Start) {
                transfer->lastActivity = Clock::now();
                m_active.emplace(transfer.get(), transfer);
                if (curl_multi_add_handle(m_multi, easy) != CURLM_OK)
                    finish(transfer, Error{ErrorCode::Internal, "cannot start a request", {}, {}});
            } else if (m_active.count(transfer.get()) == 0) {
                continue;  // over before the command came
            } else if (command.kind == Command::Cancel) {
                finish(transfer, cancelled(*transfer));
            } else {
                resume(*transfer);
            }
        }
    }

    static void resume(Transfer& transfer) {
        {
            const std::scoped_lock lock(transfer.mutex);
            if (!transfer.isPaused) return;
            transfer.isPaused = false;
        }
        transfer.lastActivity = Clock::now();
        curl_easy_pause(transfer.easy.get(), CURLPAUSE_CONT);  // may call onBody at once
    }

    void collectFinished() {
        int left = 0;
        while (const CURLMsg* message = curl_multi_info_read(m_multi, &left)) {
            if (message->msg != CURLMSG_DONE) continue;
            void* user = nullptr;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &user);
            const auto found = m_active.find(static_cast<Transfer*>(user));
            if (found == m_active.end()) continue;
            const std::shared_ptr<Transfer> transfer = found->second;
            CURLcode code = message->data.result;
            if (code == CURLE_OK && !transfer->hasAllHeaders)
                code = CURLE_PARTIAL_FILE;  // curl takes cut headers for whole
            if (code == CURLE_OK) {
                finish(transfer, std::nullopt);
            } else if (transfer->ownError) {
                finish(transfer, transfer->ownError);
            } else {
                CurlFailure failure;
                failure.code = code;
                failure.url = transfer->request->url;
                failure.text = transfer->errorText;
                failure.isConnected = transfer->isConnected;
                curl_easy_getinfo(message->easy_handle, CURLINFO_SSL_VERIFYRESULT, &failure.verifyResult);
                curl_easy_getinfo(message->easy_handle, CURLINFO_OS_ERRNO, &failure.osError);
                finish(transfer, curlError(failure));
            }
        }
    }

    // Ends what has been silent for too long; returns how many milliseconds may pass until the next look.
    int endIdle() {
        const auto now = Clock::now();
        auto wait = std::chrono::milliseconds(1000);
        std::vector<std::shared_ptr<Transfer>> idle;
        for (const auto& [key, transfer] : m_active) {
            const auto limit = transfer->request->idleTimeout;
            if (limit.count() <= 0 || transfer->isPaused || !transfer->isConnected) continue;
            const auto left =
                std::chrono::ceil<std::chrono::milliseconds>(transfer->lastActivity + limit - now);
            if (left.count() <= 0) idle.push_back(transfer);
            wait = std::clamp(left, std::chrono::milliseconds(0), wait);
        }
        for (const auto& transfer : idle) {
            CurlFailure failure;
            failure.code = CURLE_OPERATION_TIMEDOUT;
            failure.url = transfer->request->url;
            finish(transfer, curlError(failure));
        }
        return static_cast<int>(wait.count());
    }

    // By value: the map's own entry goes here.
    void finish(std::shared_ptr<Transfer> transfer, std::optional<Error> error) {
        curl_multi_remove_handle(m_multi, transfer->easy.get());
        m_active.erase(transfer.get());
        const std::scoped_lock lock(transfer->mutex);
        transfer->error = std::move(error);
        transfer->isDone = true;
        transfer->changed.notify_all();
    }

    CURLM* m_multi = nullptr;
    std::atomic<bool> m_isStopping = false;
    std::mutex m_mutex;
    std::deque<Command> m_commands;
    std::map<Transfer*, std::shared_ptr<Transfer>> m_active;
    std::thread m_thread;
};

}  // namespace

std::shared_ptr<HttpClient> makeCurlHttpClient() { return std::make_shared<CurlHttpClient>(); }

}  // namespace slipway
