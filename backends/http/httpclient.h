// SPDX-License-Identifier: Apache-2.0
// HTTP as the rest of Slipway needs it: many streams over few connections, bounded memory, cancellation, no exceptions.
// An HttpClient may be called from any thread; calls are synchronous (the implementation drives them all from one curl-multi
// thread) and end early when their stop_token is asked. Interface for fakes; CurlHttpClient is the real one.
#pragma once

#include "backends/core/result.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slipway {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

// Who we are to a server and whom we trust; part of the connection, never of the request text, so that no log shows it.
struct HttpIdentity {
    std::string bearerToken;
    std::string basicUser;
    std::string basicPassword;
    std::string
        s3Region;  // not empty: requests are signed for S3 there (AWS Signature Version 4) by these two, not told them
    std::string caPem;  // empty: the system's store
    std::string clientCertificatePem;
    std::string clientKeyPem;
    std::string tlsServerName;  // empty: the URL's host
    std::string proxy;          // http://, https://, socks5://; empty: from the environment
    bool isTlsUnverified = false;
};

struct HttpRequest {
    std::string method = "GET";
    std::string url;
    HttpHeaders headers;
    std::string body;
    // A body from a file range instead: uploads of any size without reading them into memory.
    std::filesystem::path bodyFile;
    std::uint64_t bodyOffset = 0;
    std::optional<std::uint64_t> bodyLength;
    HttpIdentity identity;
    std::chrono::milliseconds connectTimeout{10000};
    std::chrono::milliseconds idleTimeout{30000};      // no byte for so long: Timeout; 0: none (watches)
    std::size_t maxBodyBytes = std::size_t{64} << 20;  // of the answer held in memory; more is an error
    bool isFollowingRedirects = false;                 // Authorization is never sent on to another host
    // Bytes sent so far of the body, for progress; called on the client's thread, must be quick.
    std::function<void(std::uint64_t sent)> uploadProgress;
};

struct HttpResponse {
    int status = 0;
    HttpHeaders headers;  // of the last answer; names lower case
    std::string body;

    std::string_view header(std::string_view lowerCaseName) const;
    std::vector<std::string_view> allHeaders(std::string_view lowerCaseName) const;
};

class HttpClient {
public:
    HttpClient() = default;
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;
    virtual ~HttpClient() = default;

    // Any status is a value; errors are Unavailable (connect, DNS, TLS, reset: which, in words), Timeout, Cancelled, InvalidArgument.
    virtual Result<HttpResponse> send(const HttpRequest& request, std::stop_token stop = {}) = 0;

    // The body goes to `sink` as it comes (returned HttpResponse has an empty body) when the status is 2xx, else into the response.
    // `sink` runs on the calling thread; false ends the transfer with Cancelled. While it does not take bytes, about 1 MiB is held
    // for it, and over HTTP/2 up to curl's window of 32 MiB besides; then the server waits.
    virtual Result<HttpResponse> stream(const HttpRequest& request,
                                        const std::function<bool(std::string_view)>& sink,
                                        std::stop_token stop = {}) = 0;
};

// The real one. Owns its thread; the destructor waits for calls under way to be cancelled.
std::shared_ptr<HttpClient> makeCurlHttpClient();

// scheme, host, port, path … of a URL; relative references resolved as RFC 3986 says. InvalidArgument.
Result<std::string> resolveUrl(const std::string& base, const std::string& reference);
std::string percentEncode(std::string_view text);

}  // namespace slipway
