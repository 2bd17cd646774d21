// SPDX-License-Identifier: Apache-2.0
// One repository of a registry, by the distribution specification: token or password login, blobs up and down with restarts,
// manifests. Not shared between threads; calls are synchronous. Credentials come from docker's configuration at the first 401.
#pragma once

#include "backends/http/httpclient.h"
#include "backends/image/credentials.h"
#include "backends/image/manifest.h"
#include "backends/image/reference.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace slipway::oci {

// Another's download of the same is waited for so long.
inline constexpr std::chrono::hours kDownloadPatience{24};

struct FetchedManifest {
    std::string bytes;
    std::string digest;
    std::string mediaType;
};

class Registry {
public:
    using Progress = std::function<void(std::uint64_t bytes)>;

    // `isPushing`: the token is asked for with the right to push.
    Registry(HttpClient& http, Reference reference, bool isPushing, std::stop_token stop);

    // Every call: PermissionDenied, NotFound, Unavailable, Timeout, Cancelled; an error names the registry and what it said.

    // By tag or digest, checked against the digest where one was given. Corrupt.
    Result<FetchedManifest> fetchManifest(const std::string& version);

    // Small ones, checked. Corrupt.
    Result<std::string> fetchBlob(const Descriptor& blob);
    // To a file: goes on where an earlier call stopped, is checked, and is there only when whole. One call a file at a time: where
    // another may be at it, the caller holds a FileLock. Corrupt, Io.
    Result<void> fetchBlobTo(const Descriptor& blob, const std::filesystem::path& file,
                             const Progress& progress);

    Result<bool> hasBlob(const std::string& digest);
    // Asks for a blob of another repository of this registry; false: it must be uploaded.
    Result<bool> mountBlob(const std::string& digest, const std::string& fromRepository);
    Result<void> uploadBlob(const Descriptor& blob, const std::filesystem::path& file,
                            const Progress& progress);
    Result<void> uploadBlob(const Descriptor& blob, const std::string& bytes);

    // True when it was not there before with that digest.
    Result<bool> putManifest(const std::string& version, const std::string& bytes,
                             const std::string& mediaType);

    const Reference& reference() const { return m_reference; }

private:
    using Sink = std::function<bool(std::string_view)>;

    std::string url(const std::string& tail) const;
    Result<HttpResponse> perform(HttpRequest request, const Sink* sink = nullptr);
    Result<HttpResponse> performOnce(const HttpRequest& request, const Sink* sink);
    Result<void> login(const HttpResponse& response);
    Result<void> fetchToken(const std::map<std::string, std::string>& challenge);
    Result<void> pause(std::chrono::milliseconds time) const;
    Result<void> upload(const Descriptor& blob, HttpRequest request);
    Error refused(const HttpResponse& response, const std::string& what) const;

    HttpClient& m_http;
    Reference m_reference;
    bool m_isPushing;
    std::stop_token m_stop;
    std::string m_mountSource;
    std::optional<RegistryCredential> m_credential;
    std::string m_token;
    bool m_isBasic = false;
};

}  // namespace slipway::oci
