// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/kueue.h"

#include <array>

namespace slipway::kube {
namespace {

// Newest first. v1beta2 came with Kueue 0.15, which goes on serving v1beta1.
constexpr std::array kVersions{"v1beta2", "v1beta1"};

// The first version that has the group's queues.
Result<std::string> served(ApiClient& api, const std::string& group, std::stop_token stop) {
    for (const char* version : kVersions) {
        std::string groupVersion = group + "/" + version;
        SLIPWAY_TRY(const bool isServed, api.hasResource(groupVersion, "localqueues", stop));
        if (isServed) return groupVersion;
    }
    return std::string();
}

}  // namespace

Result<std::optional<KueueApi>> findKueue(ApiClient& api, std::stop_token stop) {
    SLIPWAY_TRY(const std::string objects, served(api, "kueue.x-k8s.io", stop));
    if (objects.empty()) return std::optional<KueueApi>();
    const auto visibility = served(api, "visibility.kueue.x-k8s.io", stop);
    if (visibility && !visibility->empty()) return std::optional(KueueApi{objects, *visibility});
    // An extension server of its own, which may be down, and come back.
    return std::optional(KueueApi{objects, "visibility." + objects});
}

Result<KueueApi> kueueOfQueue(ApiClient& api, std::stop_token stop) {
    auto found = findKueue(api, std::move(stop));
    if (found) return found->value_or(KueueApi{});
    if (isUnanswered(found.error()) || found.error().code == ErrorCode::Cancelled) return found.error();
    return KueueApi{};
}

}  // namespace slipway::kube
