// SPDX-License-Identifier: Apache-2.0
#include "backends/http/url.h"

#include "backends/http/httpclient.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <memory>

namespace slipway {

namespace {

struct FreeUrl {
    void operator()(CURLU* handle) const { curl_url_cleanup(handle); }
};
using UrlHandle = std::unique_ptr<CURLU, FreeUrl>;

Error badUrl(std::string_view url, std::string_view reason) {
    return {ErrorCode::InvalidArgument,
            "`" + redactUrl(url) + "` is no http or https URL",
            std::string(reason),
            {}};
}

std::string part(CURLU* handle, CURLUPart which, unsigned int flags = 0) {
    char* text = nullptr;
    if (curl_url_get(handle, which, &text, flags) != CURLUE_OK) return {};
    std::string copy = text;
    curl_free(text);
    return copy;
}

Result<UrlHandle> parse(const std::string& url) {
    if (url.size() > kMaxUrlBytes) return badUrl(url.substr(0, 100), "it is longer than 64 KiB");
    UrlHandle handle(curl_url());
    if (!handle) return Error{ErrorCode::Internal, "out of memory", {}, {}};
    if (const CURLUcode code = curl_url_set(handle.get(), CURLUPART_URL, url.c_str(), 0); code != CURLUE_OK) {
        return badUrl(url, curl_url_strerror(code));
    }
    const std::string scheme = part(handle.get(), CURLUPART_SCHEME);
    if (scheme != "http" && scheme != "https") return badUrl(url, "its scheme is `" + scheme + "`");
    return handle;
}

}  // namespace

Result<UrlParts> splitUrl(const std::string& url) {
    SLIPWAY_TRY(const UrlHandle handle, parse(url));
    UrlParts parts;
    parts.scheme = part(handle.get(), CURLUPART_SCHEME);
    parts.host = part(handle.get(), CURLUPART_HOST);
    if (parts.host.size() > 1 && parts.host.front() == '[')
        parts.host = parts.host.substr(1, parts.host.size() - 2);
    const std::string port = part(handle.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
    std::from_chars(port.data(), port.data() + port.size(), parts.port);
    parts.path = part(handle.get(), CURLUPART_PATH);
    parts.query = part(handle.get(), CURLUPART_QUERY);
    if (parts.host.empty()) return badUrl(url, "it names no host");
    return parts;
}

bool isSameOrigin(const UrlParts& a, const UrlParts& b) {
    const auto equal = [](char x, char y) { return std::tolower(x) == std::tolower(y); };
    return a.scheme == b.scheme && a.port == b.port &&
           std::equal(a.host.begin(), a.host.end(), b.host.begin(), b.host.end(), equal);
}

bool isLoopbackHost(std::string_view host) {
    if (host == "localhost" || host == "::1") return true;
    return host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::string redactUrl(std::string_view url) {
    std::string text(url.substr(0, url.find_first_of("?#")));
    const bool hasTail = text.size() < url.size();
    const std::size_t begin = text.find("://");
    const std::size_t authority = begin == std::string::npos ? 0 : begin + 3;
    const std::size_t slash = std::min(text.find('/', authority), text.size());
    if (const std::size_t at = text.rfind('@', slash);
        at != std::string::npos && at >= authority && at < slash) {
        text.erase(authority, at + 1 - authority);
    }
    return hasTail ? text + "?…" : text;
}

Result<std::string> resolveUrl(const std::string& base, const std::string& reference) {
    SLIPWAY_TRY(const UrlHandle handle, parse(base));
    if (reference.size() > kMaxUrlBytes) return badUrl(reference.substr(0, 100), "it is longer than 64 KiB");
    if (const CURLUcode code = curl_url_set(handle.get(), CURLUPART_URL, reference.c_str(), 0);
        code != CURLUE_OK) {
        return badUrl(reference, curl_url_strerror(code));
    }
    std::string resolved = part(handle.get(), CURLUPART_URL);
    SLIPWAY_TRY(const UrlHandle again, parse(resolved));
    return resolved;
}

std::string percentEncode(std::string_view text) {
    constexpr std::string_view kUnreserved =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string encoded;
    encoded.reserve(text.size());
    for (const char c : text) {
        if (kUnreserved.find(c) != std::string_view::npos) {
            encoded += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            encoded += {'%', kHex[byte >> 4U], kHex[byte & 15U]};
        }
    }
    return encoded;
}

}  // namespace slipway
