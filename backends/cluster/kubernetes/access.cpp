// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/access.h"

#include "backends/core/nearestname.h"
#include "backends/platform/files.h"

#include <utility>

namespace slipway::kube {
namespace {

constexpr std::size_t kMaxCredentialBytes = std::size_t{1} << 20;
constexpr std::chrono::minutes kTokenFileAge{1};
constexpr std::chrono::seconds kExpiryMargin{10};

template <typename T>
Error unknownName(std::string_view kind, const std::string& name, const std::vector<T>& entries) {
    std::vector<std::string> names;
    names.reserve(entries.size());
    for (const T& entry : entries) names.push_back(entry.name);
    Error error{ErrorCode::NotFound, "the kubeconfig has no " + std::string(kind) + " \"" + name + "\"", "",
                ""};
    if (const auto near = nearestName(name, names)) error.hint = "Did you mean " + *near + "?";
    return error;
}

std::string trimmed(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
        text.pop_back();
    return text;
}

Result<std::string> inlineOrFile(const std::string& text, const std::filesystem::path& file) {
    if (!text.empty() || file.empty()) return text;
    return readFile(file, kMaxCredentialBytes);
}

bool isSameIdentity(const HttpIdentity& a, const HttpIdentity& b) {
    return a.bearerToken == b.bearerToken && a.clientCertificatePem == b.clientCertificatePem;
}

HttpHeaders impersonation(const KubeUser& user) {
    HttpHeaders headers;
    if (user.asUser.empty()) return headers;
    headers.emplace_back("Impersonate-User", user.asUser);
    if (!user.asUid.empty()) headers.emplace_back("Impersonate-Uid", user.asUid);
    for (const std::string& group : user.asGroups) headers.emplace_back("Impersonate-Group", group);
    for (const auto& [key, values] : user.asExtra) {
        for (const std::string& value : values)
            headers.emplace_back("Impersonate-Extra-" + percentEncode(key), value);
    }
    return headers;
}

}  // namespace

Access::Access(KubeCluster cluster, KubeUser user, RunPlugin plugin, std::function<Timestamp()> clock)
    : m_cluster(std::move(cluster)),
      m_user(std::move(user)),
      m_headers(impersonation(m_user)),
      m_runPlugin(std::move(plugin)),
      m_clock(std::move(clock)) {}

Result<std::shared_ptr<Access>> Access::open(const Kubeconfig& config, const std::string& contextName,
                                             RunPlugin plugin, std::function<Timestamp()> clock) {
    const KubeContext* context = config.context(contextName);
    if (!context) return unknownName("context", contextName, config.contexts);
    const KubeCluster* cluster = config.cluster(context->cluster);
    if (!cluster) return unknownName("cluster", context->cluster, config.clusters);
    const KubeUser* user = config.user(context->user);
    if (!user && !context->user.empty()) return unknownName("user", context->user, config.users);
    std::shared_ptr<Access> access(
        new Access(*cluster, user ? *user : KubeUser{}, std::move(plugin), std::move(clock)));
    access->m_nameSpace = context->nameSpace;
    SLIPWAY_CHECK(access->loadFixed());
    return access;
}

Result<void> Access::loadFixed() {
    if (!m_user.authProvider.empty()) {
        return Error{ErrorCode::InvalidArgument,
                     "user " + m_user.name + " signs in by the auth-provider \"" + m_user.authProvider +
                         "\", which is no longer supported",
                     "", "Use the provider's exec plugin instead (gke-gcloud-auth-plugin, kubelogin)"};
    }
    m_fixed.tlsServerName = m_cluster.tlsServerName;
    m_fixed.isTlsUnverified = m_cluster.isTlsUnverified;
    m_fixed.proxy = m_cluster.proxy;
    SLIPWAY_TRY(m_fixed.caPem, inlineOrFile(m_cluster.caPem, m_cluster.caFile));
    // Credentials go over TLS only.
    if (!m_cluster.server.starts_with("https://")) return {};
    SLIPWAY_TRY(m_fixed.clientCertificatePem, inlineOrFile(m_user.certificatePem, m_user.certificateFile));
    SLIPWAY_TRY(m_fixed.clientKeyPem, inlineOrFile(m_user.keyPem, m_user.keyFile));
    m_fixed.basicUser = m_user.basicUser;
    m_fixed.basicPassword = m_user.basicPassword;
    m_fixed.bearerToken = m_user.token;
    return {};
}

Result<HttpIdentity> Access::identity(std::stop_token stop) {
    const std::lock_guard lock(m_mutex);
    return build(false, stop);
}

Result<std::optional<HttpIdentity>> Access::renewed(const HttpIdentity& rejected, std::stop_token stop) {
    const std::lock_guard lock(m_mutex);
    SLIPWAY_TRY(HttpIdentity current, build(false, stop));
    if (isSameIdentity(current, rejected)) {
        SLIPWAY_TRY(current, build(true, stop));
    }
    if (isSameIdentity(current, rejected)) return std::optional<HttpIdentity>();
    return std::optional(std::move(current));
}

Result<HttpIdentity> Access::build(bool isForced, std::stop_token stop) {
    HttpIdentity identity = m_fixed;
    if (!m_cluster.server.starts_with("https://")) return identity;
    if (!m_user.tokenFile.empty()) {
        if (isForced || m_fileToken.empty() || m_clock() - m_fileTokenRead > kTokenFileAge) {
            auto text = readFile(m_user.tokenFile, kMaxCredentialBytes);
            // A token that was good stays in use while its file is away.
            if (!text && m_fileToken.empty()) return std::move(text).error();
            if (text) m_fileToken = trimmed(*std::move(text));
            m_fileTokenRead = m_clock();
        }
        identity.bearerToken = m_fileToken;
        return identity;
    }
    const bool hasOwn = !identity.bearerToken.empty() || !identity.basicUser.empty() ||
                        !identity.clientCertificatePem.empty();
    if (hasOwn || !m_user.exec) return identity;
    const bool isExpired =
        m_credential && m_credential->expires && *m_credential->expires - kExpiryMargin <= m_clock();
    if (isForced || !m_credential || isExpired) {
        SLIPWAY_TRY(m_credential, fetchExecCredential(*m_user.exec, m_cluster, m_runPlugin, stop));
    }
    identity.bearerToken = m_credential->token;
    identity.clientCertificatePem = m_credential->certificatePem;
    identity.clientKeyPem = m_credential->keyPem;
    return identity;
}

}  // namespace slipway::kube
