// SPDX-License-Identifier: Apache-2.0
// A thin client of one API server over HttpClient: requests with the server's own words as errors, retries where the server asks
// for them, one new sign-in after a 401, discovery, and list+watch that survives cuts. Bodies are JSON text.
// Any thread; synchronous; shares the HttpClient's connections.
#pragma once

#include "backends/cluster/kubernetes/access.h"
#include "backends/cluster/kubernetes/pacing.h"
#include "backends/cluster/kubernetes/watchstream.h"
#include "backends/core/result.h"
#include "backends/http/httpclient.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::kube {

struct ApiRequest {
    std::string method = "GET";
    std::string path;  // below the server's address, with its query
    std::string body;
    std::string contentType = "application/json";
    std::string accept = "application/json";
};

// Any status.
struct ApiAnswer {
    int status = 0;
    std::string contentType;
    std::string body;
    std::vector<std::string> warnings;  // of Warning: headers, their text only
    bool isOk() const { return status >= 200 && status < 300; }
};

struct ListWatchSink {
    // The whole list: what is not in it is gone.
    std::function<void(std::vector<std::string> objects)> replaced;
    std::function<void(const WatchEvent&)> changed;
    // The server could not be reached or refused for now; it goes on trying.
    std::function<void(const Error&)> cut;
};

class ApiClient {
public:
    ApiClient(std::shared_ptr<HttpClient> http, std::shared_ptr<Access> access, Pacing pacing = realPacing());

    const std::string& nameSpace() const { return m_access->nameSpace(); }
    const std::string& server() const { return m_access->server(); }

    // Errors are those of the connection and of signing in. 429, and 5xx with Retry-After when not a POST, are tried again (10 times).
    Result<ApiAnswer> call(const ApiRequest& request, std::stop_token stop);
    // As call(), a status that is no success being apiError(…, what).
    Result<ApiAnswer> ask(const ApiRequest& request, std::string_view what, std::stop_token stop);

    // A collection's items, page by page; at most kMaxListItems.
    struct List {
        std::vector<std::string> items;
        std::string resourceVersion;
    };
    Result<List> list(const std::string& path, const std::string& query, std::string_view what,
                      std::stop_token stop);

    // Until the stop is asked (Cancelled) or the server refuses for good (NotFound, PermissionDenied, InvalidArgument).
    Result<void> listWatch(const std::string& path, const std::string& query, std::string_view what,
                           const ListWatchSink& sink, std::stop_token stop);

    // A response's body as it comes; `sink` false ends it with Cancelled. Answers with a status that is no success are errors.
    Result<void> stream(const std::string& path, std::string_view what,
                        const std::function<bool(std::string_view)>& sink, std::stop_token stop);

    // Whether the server offers "jobs" of "batch/v1"; asked once for each version and kept. A version that this user may not look
    // at counts as not offered.
    Result<bool> hasResource(const std::string& groupVersion, std::string_view plural, std::stop_token stop);

    const Pacing& pacing() const { return m_pacing; }

private:
    Result<HttpRequest> prepare(const ApiRequest& request, std::stop_token stop);
    Result<HttpResponse> send(const ApiRequest& request, std::stop_token stop);
    Result<std::string> watch(const std::string& path, const std::string& query, std::string version,
                              const ListWatchSink& sink, std::stop_token stop);

    std::shared_ptr<HttpClient> m_http;
    std::shared_ptr<Access> m_access;
    Pacing m_pacing;

    std::mutex m_mutex;
    std::map<std::string, std::set<std::string, std::less<>>> m_offered;  // group version -> plurals
};

inline constexpr std::size_t kMaxListItems = 20000;

// "/apis/batch/v1/namespaces/team-a/jobs[/name]"; "v1" gives the core group's "/api/v1/…".
std::string resourcePath(std::string_view groupVersion, std::string_view nameSpace, std::string_view plural,
                         std::string_view name = {});

// The text of a Warning header: 299 - "text" -> text.
std::string warningText(std::string_view header);

}  // namespace slipway::kube
