// SPDX-License-Identifier: Apache-2.0
// A namespace of a cluster, with or without a Kueue queue, as a target. The roles share one ApiClient. Any thread.
#pragma once

#include "backends/cluster/kubernetes/apiclient.h"
#include "backends/cluster/roles.h"

#include <memory>

namespace slipway::kube {

// `info` names context, namespace and queue; `http` is used for pulling results.
Target makeKubernetesTarget(TargetInfo info, std::shared_ptr<ApiClient> api,
                            std::shared_ptr<HttpClient> http);

std::shared_ptr<Submitter> makeKubeSubmitter(TargetInfo info, std::shared_ptr<ApiClient> api);
// With `http`, events that the cluster dropped from its logs are fetched from where the run's end sent them.
std::shared_ptr<Observer> makeKubeObserver(TargetInfo info, std::shared_ptr<ApiClient> api,
                                           std::shared_ptr<HttpClient> http = nullptr);
std::shared_ptr<ResultSource> makeKubeResultSource(std::shared_ptr<HttpClient> http);

// Keys of RunRecord::remote.
inline constexpr const char* kRemoteKind = "kind";
inline constexpr const char* kRemoteNameSpace = "namespace";
inline constexpr const char* kRemoteQueue = "queue";
inline constexpr const char* kRemoteName = "name";
inline constexpr const char* kRemoteUid = "uid";
inline constexpr const char* kRemoteSent = "sent";  // when the Job was sent for the last time
inline constexpr const char* kRemoteWarnings = "warnings";
inline constexpr const char* kRemotePlainHttp = "resultPlainHttp";
inline constexpr const char* kRemoteCheckpoint = "checkpoint";  // digest reference

}  // namespace slipway::kube
