// SPDX-License-Identifier: Apache-2.0
// The TLS server name is set by asking for that name and connecting (CURLOPT_CONNECT_TO) to the URL's host, whose name
// stays in the Host header: SNI, verification and routing then all see what they should.
#include "backends/http/curltransfer.h"

#include "backends/http/url.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

namespace slipway {

int statusOf(CURL* easy) {
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    return static_cast<int>(status);
}

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kStreamBufferBytes = std::size_t{1} << 20;
constexpr std::size_t kMaxHeaderBytes = 256 * 1024;
constexpr long kTransferBufferBytes = 256 * 1024;

bool isSuccess(int status) { return status >= 200 && status < 300; }

std::size_t onBody(char* data, std::size_t, std::size_t size, void* user) {
    auto& transfer = *static_cast<Transfer*>(user);
    transfer.lastActivity = Clock::now();
    if (transfer.isStreaming && isSuccess(statusOf(transfer.easy.get()))) {
        const std::scoped_lock lock(transfer.mutex);
        if (transfer.buffer.size() + size > kStreamBufferBytes && !transfer.buffer.empty()) {
            transfer.isPaused = true;
            return CURL_WRITEFUNC_PAUSE;
        }
        transfer.buffer.append(data, size);
        transfer.changed.notify_all();
        return size;
    }
    if (transfer.response.body.size() + size > transfer.request->maxBodyBytes) {
        transfer.ownError = Error{ErrorCode::Unavailable,
                                  "the answer of `" + redactUrl(transfer.url) + "` is larger than " +
                                      std::to_string(transfer.request->maxBodyBytes) + " bytes",
                                  {},
                                  {}};
        return CURL_WRITEFUNC_ERROR;
    }
    transfer.response.body.append(data, size);
    return size;
}

std::size_t onHeader(char* data, std::size_t, std::size_t size, void* user) {
    auto& transfer = *static_cast<Transfer*>(user);
    transfer.lastActivity = Clock::now();
    std::string_view line(data, size);
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
    if (line.starts_with("HTTP/")) {  // 100 Continue and the like come before the last answer
        transfer.response.headers.clear();
        transfer.hasAllHeaders = false;
        return size;
    }
    if (line.empty()) transfer.hasAllHeaders = true;
    transfer.headerBytes += size;
    if (transfer.headerBytes > kMaxHeaderBytes) {
        transfer.ownError =
            Error{ErrorCode::Unavailable,
                  "the answer of `" + redactUrl(transfer.url) + "` has more than 256 KiB of headers",
                  {},
                  {}};
        return CURL_WRITEFUNC_ERROR;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return size;
    std::string name(line.substr(0, colon));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::string_view value = line.substr(colon + 1);
    while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
    while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
    transfer.response.headers.emplace_back(std::move(name), value);
    return size;
}

std::size_t onRead(char* buffer, std::size_t, std::size_t size, void* user) {
    auto& transfer = *static_cast<Transfer*>(user);
    transfer.lastActivity = Clock::now();
    const auto wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(size, transfer.fileLength - transfer.sent));
    if (wanted == 0) return 0;
    const ssize_t got = transfer.file.readAt(buffer, wanted, transfer.request->bodyOffset + transfer.sent);
    if (got <= 0) {
        transfer.ownError = Error{
            ErrorCode::Io,
            "`" + transfer.request->bodyFile.string() + "` changed or could not be read while it was sent",
            {},
            {}};
        return CURL_READFUNC_ABORT;
    }
    transfer.sent += static_cast<std::uint64_t>(got);
    if (transfer.request->uploadProgress) transfer.request->uploadProgress(transfer.sent);
    return static_cast<std::size_t>(got);
}

// curl sends again from the start when a kept connection turned out to be dead.
int onSeek(void* user, curl_off_t offset, int origin) {
    auto& transfer = *static_cast<Transfer*>(user);
    if (origin != SEEK_SET || offset < 0 || static_cast<std::uint64_t>(offset) > transfer.fileLength)
        return CURL_SEEKFUNC_FAIL;
    transfer.sent = static_cast<std::uint64_t>(offset);
    return CURL_SEEKFUNC_OK;
}

int onConnected(void* user, char*, char*, int, int) {
    auto& transfer = *static_cast<Transfer*>(user);
    transfer.isConnected = true;
    transfer.lastActivity = Clock::now();
    return CURL_PREREQFUNC_OK;
}

int onSocket(void*, curl_socket_t descriptor, curlsocktype) {
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);  // programs we start must not hold our connections open
    return CURL_SOCKOPT_OK;
}

bool isPlainText(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 && c != '\t'; });
}

bool isToken(std::string_view text) {
    constexpr std::string_view kSeparators = "()<>@,;:\\\"/[]?={} \t";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](unsigned char c) {
        return c > 0x20 && c < 0x7F && kSeparators.find(static_cast<char>(c)) == std::string_view::npos;
    });
}

curl_blob blobOf(const std::string& text) {
    return {const_cast<char*>(text.data()), text.size(), CURL_BLOB_COPY};
}

void appendHeader(std::unique_ptr<curl_slist, FreeList>& list, const std::string& line) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    (void)list.release();
    list.reset(longer);
}

std::string bracketed(const std::string& host) {
    return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

void setIdentity(CURL* easy, Transfer& transfer, const UrlParts& url) {
    const HttpIdentity& identity = transfer.request->identity;
    if (!identity.caPem.empty()) {
        const curl_blob blob = blobOf(identity.caPem);
        curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &blob);
        curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
    } else {
        // libcurl by itself looks at neither; the second is set in Slipway's images, where the base image may have no store.
        for (const char* name : {"SSL_CERT_FILE", "SLIPWAY_CA_FILE"}) {
            const char* bundle = std::getenv(name);
            if (bundle == nullptr || ::access(bundle, R_OK) != 0) continue;
            curl_easy_setopt(easy, CURLOPT_CAINFO, bundle);
            break;
        }
    }
    if (!identity.clientCertificatePem.empty()) {
        const curl_blob certificate = blobOf(identity.clientCertificatePem);
        const curl_blob key = blobOf(identity.clientKeyPem);
        curl_easy_setopt(easy, CURLOPT_SSLCERTTYPE, "PEM");
        curl_easy_setopt(easy, CURLOPT_SSLCERT_BLOB, &certificate);
        curl_easy_setopt(easy, CURLOPT_SSLKEYTYPE, "PEM");
        curl_easy_setopt(easy, CURLOPT_SSLKEY_BLOB, &key);
        curl_easy_setopt(easy, CURLOPT_KEYPASSWD, "");  // never ask on the terminal
    }
    if (identity.isTlsUnverified) {
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (!identity.proxy.empty()) {
        curl_easy_setopt(easy, CURLOPT_PROXY, identity.proxy.c_str());
        curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
    } else if (isLoopbackHost(url.host)) {
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
    }
    if (!identity.bearerToken.empty()) {
        appendHeader(transfer.headers, "Authorization: Bearer " + identity.bearerToken);
    } else if (!identity.basicUser.empty() || !identity.basicPassword.empty()) {
        if (identity.s3Region.empty())
            curl_easy_setopt(easy, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
        else
            curl_easy_setopt(easy, CURLOPT_AWS_SIGV4, ("aws:amz:" + identity.s3Region + ":s3").c_str());
        curl_easy_setopt(easy, CURLOPT_USERNAME, identity.basicUser.c_str());
        curl_easy_setopt(easy, CURLOPT_PASSWORD, identity.basicPassword.c_str());
    }
}

Result<void> setHeaders(Transfer& transfer, const std::string& host) {
    bool hasContentType = false;
    bool hasUserAgent = false;
    bool hasHost = false;
    for (const auto& [name, value] : transfer.request->headers) {
        if (!isToken(name) || !isPlainText(value)) {
            return Error{ErrorCode::InvalidArgument,
                         "the header `" + (isToken(name) ? name : "?") + "` cannot be sent",
                         {},
                         "Take out line breaks and control characters"};
        }
        std::string lower = name;
        std::transform(lower.begin(), lower.end(), lower.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        hasContentType = hasContentType || lower == "content-type";
        hasUserAgent = hasUserAgent || lower == "user-agent";
        hasHost = hasHost || lower == "host";
        std::string line = name;
        appendHeader(transfer.headers, value.empty() ? line + ";" : line.append(": ").append(value));
    }
    if (!hasContentType) appendHeader(transfer.headers, "Content-Type:");  // curl's own guess, taken out
    if (!hasUserAgent) appendHeader(transfer.headers, "User-Agent: slipway/" SLIPWAY_VERSION);
    if (!hasHost && !host.empty()) appendHeader(transfer.headers, "Host: " + host);
    appendHeader(transfer.headers, "Expect:");
    curl_easy_setopt(transfer.easy.get(), CURLOPT_HTTPHEADER, transfer.headers.get());
    return {};
}

Result<void> setBody(Transfer& transfer) {
    const HttpRequest& request = *transfer.request;
    CURL* easy = transfer.easy.get();
    if (!request.bodyFile.empty()) {
        if (!transfer.file.open(request.bodyFile))
            return errnoError("cannot read `" + request.bodyFile.string() + "`", errno);
        std::error_code code;
        const std::uint64_t size = std::filesystem::file_size(request.bodyFile, code);
        const std::uint64_t length = request.bodyLength.value_or(size - std::min(size, request.bodyOffset));
        if (code || request.bodyOffset > size || length > size - request.bodyOffset) {
            return Error{ErrorCode::InvalidArgument,
                         "`" + request.bodyFile.string() + "` is shorter than what is to be sent of it",
                         {},
                         {}};
        }
        transfer.fileLength = length;
        curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(easy, CURLOPT_READFUNCTION, onRead);
        curl_easy_setopt(easy, CURLOPT_READDATA, &transfer);
        curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, onSeek);
        curl_easy_setopt(easy, CURLOPT_SEEKDATA, &transfer);
        curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(length));
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    } else if (!request.body.empty() || request.method == "POST" || request.method == "PUT" ||
               request.method == "PATCH") {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    } else if (request.method == "HEAD") {
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    } else if (request.method != "GET") {
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    }
    return {};
}

}  // namespace

Result<void> prepareTransfer(Transfer& transfer) {
    const HttpRequest& request = *transfer.request;
    const HttpIdentity& identity = request.identity;
    SLIPWAY_TRY(const UrlParts url, splitUrl(request.url));
    if (!isToken(request.method))
        return Error{
            ErrorCode::InvalidArgument, "`" + request.method.substr(0, 40) + "` is no HTTP method", {}, {}};
    if (!isPlainText(identity.bearerToken) || !isPlainText(identity.basicUser) ||
        !isPlainText(identity.basicPassword)) {
        return Error{
            ErrorCode::InvalidArgument,
            "a credential for `" + redactUrl(request.url) + "` holds a line break or control character",
            {},
            "Check the file it was read from"};
    }
    transfer.easy.reset(curl_easy_init());
    if (!transfer.easy) return Error{ErrorCode::Internal, "out of memory", {}, {}};
    CURL* easy = transfer.easy.get();

    transfer.url = request.url;
    std::string host;
    if (!identity.tlsServerName.empty() && identity.tlsServerName != url.host) {
        const std::string port = std::to_string(url.port);
        transfer.url = url.scheme + "://" + bracketed(identity.tlsServerName) + ":" + port + url.path +
                       (url.query.empty() ? "" : "?" + url.query);
        host = bracketed(url.host) + ":" + port;
        std::string route = bracketed(identity.tlsServerName);
        route.append(":").append(port).append(":").append(host);
        transfer.connectTo.reset(curl_slist_append(nullptr, route.c_str()));
        curl_easy_setopt(easy, CURLOPT_CONNECT_TO, transfer.connectTo.get());
    }
    curl_easy_setopt(easy, CURLOPT_URL, transfer.url.c_str());
    curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.errorText);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT,
                     1L);  // a cancelled name lookup is left behind, not waited for
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, url.scheme == "https" ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, kTransferBufferBytes);
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, kTransferBufferBytes);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, 30L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, 10L);
    curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, onSocket);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connectTimeout.count()));
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, onBody);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, onHeader);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, onConnected);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, &transfer);
    setIdentity(easy, transfer, url);
    SLIPWAY_CHECK(setHeaders(transfer, host));
    return setBody(transfer);
}

}  // namespace slipway
