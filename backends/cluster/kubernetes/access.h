// SPDX-License-Identifier: Apache-2.0
// One context of a kubeconfig made ready for use: where the server is, who we are, and how to become so again after a refusal.
// Any thread (it guards what it caches); reads credential files and runs the exec plugin when first asked for an identity.
#pragma once

#include "backends/cluster/kubernetes/execplugin.h"
#include "backends/cluster/kubernetes/kubeconfig.h"
#include "backends/core/result.h"
#include "backends/core/timestamp.h"
#include "backends/http/httpclient.h"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

namespace slipway::kube {

class Access {
public:
    // NotFound when the context, its cluster or its user is not in the file, with the names that are; InvalidArgument for settings
    // that exclude each other; Io and NotFound for files that cannot be read.
    static Result<std::shared_ptr<Access>> open(const Kubeconfig& config, const std::string& context,
                                                RunPlugin plugin = runPlugin,
                                                std::function<Timestamp()> clock = now);

    const std::string& server() const { return m_cluster.server; }  // without a slash at its end
    const std::string& nameSpace() const { return m_nameSpace; }
    const HttpHeaders& headers() const { return m_headers; }  // impersonation

    Result<HttpIdentity> identity(std::stop_token stop);
    // After a 401: a different identity, when there is one to be had (another thread's, the token file's, the plugin's, which is
    // run once for each rejected token); none: asking again is of no use.
    Result<std::optional<HttpIdentity>> renewed(const HttpIdentity& rejected, std::stop_token stop);

private:
    Access(KubeCluster cluster, KubeUser user, RunPlugin plugin, std::function<Timestamp()> clock);
    Result<void> loadFixed();
    Result<HttpIdentity> build(bool isForced, std::stop_token stop);

    KubeCluster m_cluster;
    KubeUser m_user;
    std::string m_nameSpace;
    HttpHeaders m_headers;
    HttpIdentity m_fixed;
    RunPlugin m_runPlugin;
    std::function<Timestamp()> m_clock;

    std::mutex m_mutex;
    std::optional<ExecCredential> m_credential;
    std::string m_fileToken;
    Timestamp m_fileTokenRead{};
};

}  // namespace slipway::kube
