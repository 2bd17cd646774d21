// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/apiclient.h"

#include "backends/cluster/kubernetes/apierror.h"
#include "backends/cluster/kubernetes/jsonread.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace slipway::kube {
namespace {

constexpr int kMaxTries = 10;
constexpr int kMaxRetrySeconds = 30;
constexpr int kWatchSeconds = 290;
// Bookmarks come once a minute: a watch without a byte for longer is dead.
constexpr std::chrono::seconds kWatchIdle{90};

const Error kCancelled{ErrorCode::Cancelled, "cancelled", "", ""};

ApiAnswer answerOf(HttpResponse response) {
    ApiAnswer answer{response.status, std::string(response.header("content-type")), {}, {}};
    for (const std::string_view header : response.allHeaders("warning"))
        answer.warnings.push_back(warningText(header));
    answer.body = std::move(response.body);
    return answer;
}

// Seconds to wait before the same request may be sent again; 0: it may not.
int retrySeconds(const ApiRequest& request, const HttpResponse& response) {
    const bool isBusy = response.status == 429;
    if (!isBusy && (response.status < 500 || request.method == "POST")) return 0;
    const std::string_view header = response.header("retry-after");
    int seconds = 0;
    std::from_chars(header.data(), header.data() + header.size(), seconds);
    // A 429 of the eviction API means "not now" and comes without a time.
    if (seconds <= 0 && isBusy && response.body.find("DisruptionBudget") == std::string::npos) {
        seconds = std::max(1, statusRetrySeconds(response.body));
    }
    return std::clamp(seconds, 0, kMaxRetrySeconds);
}

Error unsent(Error error) {
    error.isUnsent = true;
    return error;
}

bool isForGood(const Error& error) {
    return error.code == ErrorCode::NotFound || error.code == ErrorCode::PermissionDenied ||
           error.code == ErrorCode::InvalidArgument || error.code == ErrorCode::Cancelled;
}

std::string joined(const std::string& path, const std::string& query, const std::string& more) {
    return path + "?" + query + (query.empty() || more.empty() ? "" : "&") + more;
}

}  // namespace

std::string resourcePath(std::string_view groupVersion, std::string_view nameSpace, std::string_view plural,
                         std::string_view name) {
    std::string path =
        (groupVersion.find('/') == std::string_view::npos ? "/api/" : "/apis/") + std::string(groupVersion);
    if (!nameSpace.empty()) path += "/namespaces/" + percentEncode(nameSpace);
    path += "/" + std::string(plural);
    if (!name.empty()) path += "/" + percentEncode(name);
    return path;
}

std::string warningText(std::string_view header) {
    const std::size_t begin = header.find('"');
    if (begin == std::string_view::npos) return std::string(header);
    std::string text;
    for (std::size_t i = begin + 1; i < header.size() && header[i] != '"'; ++i) {
        if (header[i] == '\\' && i + 1 < header.size()) ++i;
        text.push_back(header[i]);
    }
    return text;
}

ApiClient::ApiClient(std::shared_ptr<HttpClient> http, std::shared_ptr<Access> access, Pacing pacing)
    : m_http(std::move(http)),
      m_access(std::move(access)),
      m_pacing(std::move(pacing)) {}

Result<HttpRequest> ApiClient::prepare(const ApiRequest& request, std::stop_token stop) {
    HttpRequest http;
    http.method = request.method;
    http.url = m_access->server() + request.path;
    http.headers = m_access->headers();
    http.headers.emplace_back("Accept", request.accept);
    http.headers.emplace_back("User-Agent", "slipway/" SLIPWAY_VERSION);
    if (!request.body.empty()) http.headers.emplace_back("Content-Type", request.contentType);
    http.body = request.body;
    auto identity = m_access->identity(stop);
    if (!identity) return unsent(std::move(identity).error());
    http.identity = *std::move(identity);
    return http;
}

Result<HttpResponse> ApiClient::send(const ApiRequest& request, std::stop_token stop) {
    SLIPWAY_TRY(HttpRequest http, prepare(request, stop));
    SLIPWAY_TRY(HttpResponse response, m_http->send(http, stop));
    if (response.status != 401) return response;
    auto renewed = m_access->renewed(http.identity, stop);
    if (!renewed) return unsent(std::move(renewed).error());  // the first one was refused
    if (!*renewed) return response;
    http.identity = **std::move(renewed);
    return m_http->send(http, stop);
}

Result<ApiAnswer> ApiClient::call(const ApiRequest& request, std::stop_token stop) {
    for (int tries = 1;; ++tries) {
        SLIPWAY_TRY(HttpResponse response, send(request, stop));
        const int seconds = retrySeconds(request, response);
        if (seconds == 0 || tries == kMaxTries) return answerOf(std::move(response));
        if (!m_pacing.wait(std::chrono::seconds(seconds), stop)) return kCancelled;
    }
}

Result<ApiAnswer> ApiClient::ask(const ApiRequest& request, std::string_view what, std::stop_token stop) {
    SLIPWAY_TRY(ApiAnswer answer, call(request, stop));
    if (!answer.isOk()) return apiError(answer.status, answer.body, what);
    return answer;
}

Result<ApiClient::List> ApiClient::list(const std::string& path, const std::string& query,
                                        std::string_view what, std::stop_token stop) {
    List list;
    std::string next;
    bool isRestarted = false;
    for (bool isMore = true; isMore; isMore = !next.empty()) {
        const std::string page = "limit=500" + (next.empty() ? "" : "&continue=" + percentEncode(next));
        SLIPWAY_TRY(ApiAnswer answer, call({.path = joined(path, query, page)}, stop));
        if (answer.status == 410 && !next.empty() && !isRestarted) {
            isRestarted = true;
            next.clear();
            list = {};
            SLIPWAY_TRY(answer, call({.path = joined(path, query, "limit=500")}, stop));
        }
        if (!answer.isOk()) return apiError(answer.status, answer.body, what);
        SLIPWAY_TRY(const nlohmann::json json, parseJson(answer.body));
        list.resourceVersion = textAt(json, "metadata", "resourceVersion");
        next = textAt(json, "metadata", "continue");
        for (const nlohmann::json& item : at(json, "items")) list.items.push_back(dumpJson(item));
        if (list.items.size() > kMaxListItems) {
            return Error{
                ErrorCode::InvalidArgument,
                "cannot " + std::string(what) + ": there are more than " + std::to_string(kMaxListItems), "",
                ""};
        }
    }
    return list;
}

// The version to go on from; empty: it has expired, list again.
Result<std::string> ApiClient::watch(const std::string& path, const std::string& query, std::string version,
                                     const ListWatchSink& sink, std::stop_token stop) {
    const std::string parameters = "watch=1&allowWatchBookmarks=true&timeoutSeconds=" +
                                   std::to_string(kWatchSeconds + static_cast<int>(m_pacing.jitter() * 60)) +
                                   "&resourceVersion=" + percentEncode(version);
    SLIPWAY_TRY(HttpRequest http, prepare({.path = joined(path, query, parameters)}, stop));
    http.idleTimeout = kWatchIdle;
    WatchStream decoder;
    std::optional<Error> problem;
    bool isExpired = false;
    const auto take = [&](WatchEvent event) {
        if (event.kind == WatchKind::Error) {
            isExpired = event.code == 410;
            if (!isExpired)
                problem =
                    Error{ErrorCode::Unavailable, "the watch was ended by the server", event.message, ""};
            return false;
        }
        if (!event.resourceVersion.empty()) version = event.resourceVersion;
        if (event.kind != WatchKind::Bookmark) sink.changed(event);
        return true;
    };
    auto response = m_http->stream(
        http,
        [&](std::string_view bytes) {
            auto isGoingOn = decoder.feed(bytes, take);
            if (isGoingOn) return *isGoingOn;
            problem = std::move(isGoingOn).error();
            return false;
        },
        stop);
    if (isExpired) return std::string();
    if (problem) return *std::move(problem);
    if (!response && response.error().code == ErrorCode::Timeout) return version;
    if (!response) return std::move(response).error();
    if (response->status == 410) return std::string();
    if (response->status == 401) {
        SLIPWAY_TRY(const auto identity, m_access->renewed(http.identity, stop));
        if (identity) return version;
    }
    if (response->status >= 300) return apiError(response->status, response->body, "watch");
    return version;
}

Result<void> ApiClient::listWatch(const std::string& path, const std::string& query, std::string_view what,
                                  const ListWatchSink& sink, std::stop_token stop) {
    Backoff backoff(m_pacing);
    std::string version;
    while (!stop.stop_requested()) {
        std::optional<Error> problem;
        if (version.empty()) {
            auto listed = list(path, query, what, stop);
            if (listed) {
                version = listed->resourceVersion;
                sink.replaced(std::move(listed->items));
            } else {
                problem = std::move(listed).error();
            }
        }
        if (!problem) {
            const auto begun = std::chrono::steady_clock::now();
            auto next = watch(path, query, version, sink, stop);
            // A list after a cut: a stream that is torn at the same place each time must not hide what is behind it.
            if (next) {
                version = *std::move(next);
            } else {
                version.clear();
                problem = std::move(next).error();
            }
            if (std::chrono::steady_clock::now() - begun > std::chrono::seconds(10)) backoff.reset();
        }
        if (stop.stop_requested()) break;
        if (problem) {
            if (isForGood(*problem)) return *std::move(problem);
            sink.cut(*problem);
        }
        // A stream that ends at once over and over must not become a flood of requests either.
        if (!backoff.wait(stop)) break;
    }
    return kCancelled;
}

Result<void> ApiClient::stream(const std::string& path, std::string_view what,
                               const std::function<bool(std::string_view)>& sink, std::stop_token stop) {
    for (bool isSecond = false;; isSecond = true) {
        SLIPWAY_TRY(HttpRequest http, prepare({.path = path, .accept = "*/*"}, stop));
        http.idleTimeout = kWatchIdle;
        SLIPWAY_TRY(const HttpResponse response, m_http->stream(http, sink, stop));
        if (response.status == 401 && !isSecond) {
            SLIPWAY_TRY(const auto identity, m_access->renewed(http.identity, stop));
            if (identity) continue;
        }
        if (response.status >= 300) return apiError(response.status, response.body, what);
        return {};
    }
}

Result<bool> ApiClient::hasResource(const std::string& groupVersion, std::string_view plural,
                                    std::stop_token stop) {
    const std::lock_guard lock(m_mutex);
    auto known = m_offered.find(groupVersion);
    if (known == m_offered.end()) {
        const std::string root = groupVersion.find('/') == std::string::npos ? "/api/" : "/apis/";
        SLIPWAY_TRY(const ApiAnswer answer, call({.path = root + groupVersion}, stop));
        if (!answer.isOk() && answer.status != 404 && answer.status != 403)
            return apiError(answer.status, answer.body, "ask what the cluster offers");
        std::set<std::string, std::less<>> plurals;
        if (answer.isOk()) {
            SLIPWAY_TRY(const nlohmann::json json, parseJson(answer.body));
            for (const auto& resource : at(json, "resources")) plurals.insert(textAt(resource, "name"));
        }
        known = m_offered.emplace(groupVersion, std::move(plurals)).first;
    }
    return known->second.contains(plural);
}

}  // namespace slipway::kube
