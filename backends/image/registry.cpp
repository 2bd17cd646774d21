// SPDX-License-Identifier: Apache-2.0
#include "backends/image/registry.h"

#include "backends/http/url.h"
#include "backends/image/authchallenge.h"
#include "backends/image/sha256.h"
#include "backends/platform/files.h"
#include "backends/platform/stoppablewait.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace slipway::oci {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

constexpr int kAttempts = 4;
constexpr auto kFirstPause = 250ms;
constexpr auto kLongestPause = 30s;
constexpr auto kUploadIdleTimeout = 5min;  // a registry may store and hash a whole blob before it answers

bool isSuccess(int status) { return status >= 200 && status < 300; }

bool isBusy(int status) { return status == 429 || status == 502 || status == 503 || status == 504; }

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// "MANIFEST_UNKNOWN: manifest unknown" of the specification's error body; else the first words of the body.
std::string wordsOf(const HttpResponse& response) {
    const auto json = nlohmann::json::parse(response.body, nullptr, false);
    std::string status = "HTTP " + std::to_string(response.status);
    if (!json.is_object() || !json.contains("errors") || !json["errors"].is_array() || json["errors"].empty())
        return status;
    const auto& first = json["errors"][0];
    const auto field = [&](const char* key) {
        return first.is_object() && first.contains(key) && first[key].is_string()
                   ? first[key].get<std::string>().substr(0, 300)
                   : std::string();
    };
    return status + ", " + field("code") + " " + field("message");
}

Error damagedBlob(const Descriptor& blob, const std::string& where) {
    return {ErrorCode::Corrupt,
            "what " + where + " sent for " + blob.digest.substr(0, 19) + "… does not have that digest",
            {},
            "Try again; if it stays so, push the image again"};
}

}  // namespace

Registry::Registry(HttpClient& http, Reference reference, bool isPushing, std::stop_token stop)
    : m_http(http),
      m_reference(std::move(reference)),
      m_isPushing(isPushing),
      m_stop(std::move(stop)) {}

std::string Registry::url(const std::string& tail) const {
    return m_reference.origin() + "/v2/" + m_reference.repository + tail;
}

Error Registry::refused(const HttpResponse& response, const std::string& what) const {
    const std::string where = m_reference.registry + "/" + m_reference.repository;
    const std::string said = wordsOf(response);
    switch (response.status) {
        case 401:
        case 403: {
            const bool isAnonymous = !m_credential || m_credential->isAnonymous();
            const std::string hint = isAnonymous ? "Log in with docker login " + m_reference.registry
                                                 : "Ask who runs the registry for the right to " +
                                                       std::string(m_isPushing ? "push" : "pull") +
                                                       ", or log in as another user";
            return {ErrorCode::PermissionDenied, where + " does not allow to " + what, said, hint};
        }
        case 404:
            return {ErrorCode::NotFound, "cannot " + what + ": " + where + " does not have it", said,
                    "Check the name and the tag"};
        case 429:
            return {ErrorCode::Unavailable,
                    "cannot " + what + ": " + where + " limits the number of requests", said,
                    "Try again later"};
        case 413:
            return {ErrorCode::QuotaExceeded, "cannot " + what + ": it is too large for " + where, said,
                    "Ask who runs the registry to raise its limit"};
        default: break;
    }
    // What servers of https answer to http.
    const bool isHttpsMeant = response.status == 400 && m_reference.isPlainHttp;
    return {ErrorCode::Unavailable, "cannot " + what + ": " + where + " refused", said,
            isHttpsMeant             ? "If it speaks https, write https:// before its name"
            : response.status >= 500 ? "Try again later"
                                     : ""};
}

Result<void> Registry::pause(std::chrono::milliseconds time) const {
    if (!waitUnlessStopped(time, m_stop))
        return Error{ErrorCode::Cancelled, "talking to " + m_reference.registry + " was cancelled", {}, {}};
    return {};
}

// Identity, one login, and patience with a busy registry or a broken connection.
Result<HttpResponse> Registry::perform(HttpRequest request, const Sink* sink) {
    bool hasLoggedIn = false;
    std::chrono::milliseconds wait = kFirstPause;
    for (int attempt = 1;; ++attempt) {
        auto response = performOnce(request, sink);
        const bool isLast = attempt >= kAttempts;
        if (!response) {
            if (isLast || sink != nullptr || !isUnanswered(response.error())) return response;
            SLIPWAY_CHECK(pause(wait));
        } else if (response->status == 401 && !hasLoggedIn) {
            hasLoggedIn = true;
            --attempt;
            SLIPWAY_CHECK(login(*response));
            continue;
        } else if (isBusy(response->status) && !isLast) {
            const auto seconds = number(response->header("retry-after"));
            const auto asked =
                seconds ? std::chrono::milliseconds(std::min<std::uint64_t>(*seconds, 3600) * 1000) : wait;
            if (asked > kLongestPause) return response;
            SLIPWAY_CHECK(pause(asked));
        } else {
            return response;
        }
        wait *= 2;
    }
}

Result<HttpResponse> Registry::performOnce(const HttpRequest& request, const Sink* sink) {
    HttpRequest mine = request;
    // An upload's Location may lead elsewhere: what is ours goes to the registry only.
    SLIPWAY_TRY(const UrlParts target, splitUrl(mine.url));
    SLIPWAY_TRY(const UrlParts home, splitUrl(m_reference.origin() + "/"));
    if (isSameOrigin(target, home)) {
        if (m_isBasic && m_credential) {
            mine.identity.basicUser = m_credential->user;
            mine.identity.basicPassword = m_credential->password;
        } else {
            mine.identity.bearerToken = m_token;
        }
    }
    return sink == nullptr ? m_http.send(mine, m_stop) : m_http.stream(mine, *sink, m_stop);
}

Result<void> Registry::login(const HttpResponse& response) {
    if (!m_credential) {
        SLIPWAY_TRY(m_credential, findCredential(m_reference.registry));
    }
    for (const std::string_view header : response.allHeaders("www-authenticate")) {
        for (const AuthChallenge& challenge : parseChallenges(header)) {
            if (challenge.scheme == "bearer") return fetchToken(challenge.parameters);
            if (challenge.scheme == "basic" && !m_credential->user.empty()) m_isBasic = true;
        }
    }
    return {};
}

// distribution's token protocol: docs/content/spec/auth/token.md and oauth.md.
Result<void> Registry::fetchToken(const std::map<std::string, std::string>& challenge) {
    const auto field = [&](const char* key) {
        const auto found = challenge.find(key);
        return found == challenge.end() ? std::string() : found->second;
    };
    SLIPWAY_TRY(const UrlParts realm, splitUrl(field("realm")));
    if (realm.scheme == "http" && !m_reference.isPlainHttp) {
        return Error{ErrorCode::Unavailable,
                     m_reference.registry + " sends logins to an address without TLS, which is not followed",
                     redactUrl(field("realm")),
                     {}};
    }
    const std::string scope =
        "repository:" + m_reference.repository + ":" + (m_isPushing ? "pull,push" : "pull");
    std::string query =
        "service=" + percentEncode(field("service")) + "&client_id=slipway&scope=" + percentEncode(scope);
    if (!m_mountSource.empty()) query += "&scope=" + percentEncode("repository:" + m_mountSource + ":pull");
    HttpRequest request;
    request.maxBodyBytes = 1 << 20;
    std::optional<HttpResponse> response;
    if (!m_credential->identityToken.empty()) {
        request.method = "POST";
        request.url = field("realm");
        request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
        request.body = "grant_type=refresh_token&" + query +
                       "&refresh_token=" + percentEncode(m_credential->identityToken);
        SLIPWAY_TRY(response, m_http.send(request, m_stop));
    }
    if (!response || response->status == 404) {
        request = {};
        request.maxBodyBytes = 1 << 20;
        request.url = field("realm") + (realm.query.empty() ? "?" : "&") + query;
        request.identity.basicUser = m_credential->user;
        request.identity.basicPassword = m_credential->password;
        SLIPWAY_TRY(response, m_http.send(request, m_stop));
    }
    if (!isSuccess(response->status)) return refused(*response, "log in");
    const auto json = nlohmann::json::parse(response->body, nullptr, false);
    m_token.clear();
    for (const char* key : {"token", "access_token"}) {
        if (m_token.empty() && json.is_object() && json.contains(key) && json[key].is_string())
            m_token = json[key].get<std::string>();
    }
    if (m_token.empty())
        return Error{ErrorCode::Unavailable,
                     "the login service of " + m_reference.registry + " gave no token",
                     {},
                     {}};
    return {};
}

Result<FetchedManifest> Registry::fetchManifest(const std::string& version) {
    HttpRequest request;
    request.url = url("/manifests/" + version);
    request.headers = {{"Accept", std::string(kIndexType) + ", " + kManifestType + ", " + kDockerIndexType +
                                      ", " + kDockerManifestType}};
    request.maxBodyBytes = kMaxManifestBytes;
    request.isFollowingRedirects = true;
    SLIPWAY_TRY(HttpResponse response, perform(request));
    if (response.status != 200) return refused(response, "read the image `" + version + "`");
    FetchedManifest manifest;
    manifest.bytes = std::move(response.body);
    manifest.digest = sha256Of(manifest.bytes);
    manifest.mediaType = std::string(response.header("content-type"));
    manifest.mediaType.erase(std::min(manifest.mediaType.find(';'), manifest.mediaType.size()));
    if (isDigest(version) && version != manifest.digest)
        return damagedBlob({{}, version, 0, {}, {}, {}}, m_reference.registry);
    return manifest;
}

Result<std::string> Registry::fetchBlob(const Descriptor& blob) {
    HttpRequest request;
    request.url = url("/blobs/" + blob.digest);
    request.maxBodyBytes = kMaxConfigBytes;
    request.isFollowingRedirects = true;
    SLIPWAY_TRY(HttpResponse response, perform(request));
    if (response.status != 200) return refused(response, "read " + blob.digest.substr(0, 19) + "…");
    if (sha256Of(response.body) != blob.digest || response.body.size() != blob.size)
        return damagedBlob(blob, m_reference.registry);
    return std::move(response.body);
}

Result<void> Registry::fetchBlobTo(const Descriptor& blob, const fs::path& file, const Progress& progress) {
    const fs::path partial = file.string() + ".partial";
    SLIPWAY_CHECK(makeFolders(file.parent_path()));
    SLIPWAY_TRY(const UniqueFd fd, openFile(partial, O_WRONLY | O_CREAT));
    struct stat info {};
    if (::fstat(fd.get(), &info) != 0) return errnoError("cannot read `" + partial.string() + "`", errno);
    std::uint64_t have = static_cast<std::uint64_t>(info.st_size);
    std::chrono::milliseconds wait = kFirstPause;
    for (int attempt = 1; have != blob.size; ++attempt) {
        if (have > blob.size) have = 0;
        const std::uint64_t asked = have;
        HttpRequest request;
        request.url = url("/blobs/" + blob.digest);
        request.isFollowingRedirects = true;
        if (asked > 0) request.headers = {{"Range", "bytes=" + std::to_string(asked) + "-"}};
        bool isTooLong = false;
        std::optional<Error> failure;
        const Sink sink = [&](std::string_view bytes) {
            isTooLong = have + bytes.size() > blob.size;
            if (isTooLong) return false;
            const bool isPlaced =
                have != asked || (::ftruncate(fd.get(), static_cast<off_t>(have)) == 0 &&
                                  ::lseek(fd.get(), static_cast<off_t>(have), SEEK_SET) >= 0);
            if (!isPlaced) failure = errnoError("cannot write `" + partial.string() + "`", errno);
            if (auto written = isPlaced ? writeAll(fd.get(), bytes, partial) : Result<void>(); !written)
                failure = written.error();
            have += bytes.size();
            if (progress && !failure) progress(have);
            return !failure;
        };
        const auto response = perform(request, &sink);
        if (failure) return *failure;
        if (isTooLong && asked == 0) return damagedBlob(blob, m_reference.registry);
        // A server that does not know Range sends all of it again, which was taken for the rest: once more from the start.
        if (isTooLong || (asked > 0 && response && (response->status == 200 || response->status == 416))) {
            have = 0;
            continue;
        }
        if (!response) {
            if (attempt >= kAttempts || !isUnanswered(response.error())) return response.error();
            SLIPWAY_CHECK(pause(wait));
            wait *= 2;
            continue;
        }
        if (!isSuccess(response->status))
            return refused(*response, "read " + blob.digest.substr(0, 19) + "…");
        if (have != blob.size) return damagedBlob(blob, m_reference.registry);
    }
    if (::fsync(fd.get()) != 0) return errnoError("cannot write `" + partial.string() + "`", errno);
    SLIPWAY_TRY(const FileDigest got, sha256OfFile(partial, m_stop));
    if (got.digest != blob.digest || got.size != blob.size) {
        ::unlink(partial.c_str());
        return damagedBlob(blob, m_reference.registry);
    }
    if (::rename(partial.c_str(), file.c_str()) != 0)
        return errnoError("cannot name `" + file.string() + "`", errno);
    return {};
}

Result<bool> Registry::hasBlob(const std::string& digest) {
    HttpRequest request;
    request.method = "HEAD";
    request.url = url("/blobs/" + digest);
    request.isFollowingRedirects = true;
    SLIPWAY_TRY(const HttpResponse response, perform(request));
    if (response.status == 404) return false;
    if (response.status != 200) return refused(response, "look for " + digest.substr(0, 19) + "…");
    return true;
}

Result<bool> Registry::mountBlob(const std::string& digest, const std::string& fromRepository) {
    if (m_mountSource != fromRepository) {
        m_mountSource = fromRepository;
        m_token.clear();  // the next one is asked for with the right to read there
    }
    HttpRequest request;
    request.method = "POST";
    request.url =
        url("/blobs/uploads/?mount=" + percentEncode(digest) + "&from=" + percentEncode(fromRepository));
    SLIPWAY_TRY(const HttpResponse response, perform(request));
    if (response.status == 201) return true;
    if (response.status == 202) {
        // An upload was opened instead; it is not used, so it is closed. A registry that keeps it open drops it by itself.
        const auto target = resolveUrl(request.url, std::string(response.header("location")));
        if (target) {
            HttpRequest close;
            close.method = "DELETE";
            close.url = *target;
            (void)performOnce(close, nullptr);
        }
    }
    return false;
}

Result<void> Registry::upload(const Descriptor& blob, HttpRequest request) {
    const std::string what = "upload " + blob.digest.substr(0, 19) + "…";
    std::chrono::milliseconds wait = kFirstPause;
    for (int attempt = 1;; ++attempt) {
        HttpRequest open;
        open.method = "POST";
        open.url = url("/blobs/uploads/");
        SLIPWAY_TRY(const HttpResponse session, perform(open));
        if (session.status != 202) return refused(session, what);
        SLIPWAY_TRY(const std::string location,
                    resolveUrl(open.url, std::string(session.header("location"))));
        request.method = "PUT";
        request.url = location + (location.find('?') == std::string::npos ? "?" : "&") +
                      "digest=" + percentEncode(blob.digest);
        request.headers = {{"Content-Type", "application/octet-stream"}};
        request.idleTimeout = kUploadIdleTimeout;
        auto response = performOnce(request, nullptr);
        if (response && response->status == 201) return {};
        // The upload's address is good for one try: a new one each time.
        const bool isRetrying =
            attempt < kAttempts &&
            (response ? isBusy(response->status) || response->status == 401 : isUnanswered(response.error()));
        if (!isRetrying) return response ? refused(*response, what) : response.error();
        if (response && response->status == 401) {
            SLIPWAY_CHECK(login(*response));
            continue;
        }
        SLIPWAY_CHECK(pause(wait));
        wait *= 2;
    }
}

Result<void> Registry::uploadBlob(const Descriptor& blob, const fs::path& file, const Progress& progress) {
    HttpRequest request;
    request.bodyFile = file;
    request.bodyLength = blob.size;
    request.uploadProgress = progress;
    return upload(blob, std::move(request));
}

Result<void> Registry::uploadBlob(const Descriptor& blob, const std::string& bytes) {
    HttpRequest request;
    request.body = bytes;
    return upload(blob, std::move(request));
}

Result<bool> Registry::putManifest(const std::string& version, const std::string& bytes,
                                   const std::string& mediaType) {
    const std::string digest = sha256Of(bytes);
    HttpRequest look;
    look.method = "HEAD";
    look.url = url("/manifests/" + version);
    look.headers = {{"Accept", mediaType}};
    SLIPWAY_TRY(const HttpResponse there, perform(look));
    if (there.status == 200 && there.header("docker-content-digest") == digest) return false;
    HttpRequest request;
    request.method = "PUT";
    request.url = url("/manifests/" + version);
    request.headers = {{"Content-Type", mediaType}};
    request.body = bytes;
    SLIPWAY_TRY(const HttpResponse response, perform(request));
    if (response.status != 201) return refused(response, "write the image `" + version + "`");
    const std::string_view got = response.header("docker-content-digest");
    if (!got.empty() && got != digest) {
        return Error{ErrorCode::Corrupt,
                     m_reference.registry + " stored the image under another digest",
                     std::string(got),
                     {}};
    }
    return true;
}

}  // namespace slipway::oci
