// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/targettable.h"

#include "backends/cluster/kubernetes/accessreview.h"
#include "backends/cluster/kubernetes/kubetarget.h"
#include "backends/cluster/kubernetes/objects.h"
#include "backends/cluster/machine/machinetarget.h"
#include "backends/core/nearestname.h"

namespace slipway {
namespace {

TargetInfo kubernetesInfo(const std::string& context, const std::string& nameSpace, const std::string& queue,
                          const std::string& detail) {
    TargetInfo info;
    info.id = TargetId(context + "/" + nameSpace + (queue.empty() ? "" : "/" + queue));
    info.label = context + " / " + (queue.empty() ? nameSpace : queue);
    info.kind = "kubernetes";
    info.context = context;
    info.nameSpace = nameSpace;
    info.queue = queue;
    info.detail = detail;
    return info;
}

// What stands behind a context's name in an id: "/<namespace>[/<queue>]", or nothing.
struct Rest {
    std::string nameSpace;
    std::string queue;
};
std::optional<Rest> restAfter(const std::string& id, const kube::KubeContext& context) {
    if (id == context.name) return Rest{context.nameSpace, ""};
    if (!id.starts_with(context.name + "/")) return std::nullopt;
    const std::string rest = id.substr(context.name.size() + 1);
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    Rest parts{rest.substr(0, slash), slash < rest.size() ? rest.substr(slash + 1) : ""};
    if (parts.nameSpace.empty() || parts.queue.find('/') != std::string::npos) return std::nullopt;
    return parts;
}

// Names of contexts may hold slashes themselves: the longest that fits is meant.
std::optional<TargetInfo> infoOf(const kube::Kubeconfig& config, const std::string& id) {
    std::optional<TargetInfo> best;
    for (const kube::KubeContext& context : config.contexts) {
        const auto rest = restAfter(id, context);
        if (rest && (!best || context.name.size() > best->context.size()))
            best = kubernetesInfo(context.name, rest->nameSpace, rest->queue, "Kubernetes");
    }
    return best;
}

Result<std::shared_ptr<kube::ApiClient>> apiOf(const TargetSettings& settings, const kube::Kubeconfig& config,
                                               const std::string& context) {
    SLIPWAY_TRY(std::shared_ptr<kube::Access> access, kube::Access::open(config, context));
    return std::make_shared<kube::ApiClient>(settings.http, std::move(access));
}

}  // namespace

Result<std::vector<TargetInfo>> listTargets(const TargetSettings& settings) {
    std::vector<TargetInfo> targets{machineInfo()};
    SLIPWAY_TRY(const kube::Kubeconfig config, kube::loadKubeconfig(settings.kubeconfig));
    for (const kube::KubeContext& context : config.contexts)
        targets.push_back(kubernetesInfo(context.name, context.nameSpace, "", "Kubernetes"));
    return targets;
}

Result<std::vector<TargetInfo>> discoverQueues(const TargetSettings& settings, const TargetInfo& target,
                                               std::stop_token stop) {
    if (target.kind != "kubernetes") return std::vector{target};
    SLIPWAY_TRY(const kube::Kubeconfig config, kube::loadKubeconfig(settings.kubeconfig));
    SLIPWAY_TRY(const auto api, apiOf(settings, config, target.context));
    SLIPWAY_TRY(const bool hasQueues, api->hasResource(kube::kKueueVersion, "localqueues", stop));
    std::vector<TargetInfo> targets;
    if (hasQueues) {
        const auto queues =
            api->list(kube::resourcePath(kube::kKueueVersion, target.nameSpace, "localqueues"), "",
                      "list the queues of " + target.nameSpace, stop);
        // A namespace whose queues this user may not see can still take jobs.
        if (!queues && queues.error().code != ErrorCode::PermissionDenied) return queues.error();
        if (queues) {
            for (const std::string& item : queues->items) {
                SLIPWAY_TRY(const kube::QueueView queue, kube::parseQueue(item));
                targets.push_back(kubernetesInfo(target.context, target.nameSpace, queue.name,
                                                 "Kueue · " + queue.clusterQueue));
            }
        }
    }
    if (targets.empty()) targets.push_back(target);
    return targets;
}

Result<std::vector<std::string>> missingRights(const TargetSettings& settings, const TargetInfo& target,
                                               std::stop_token stop) {
    if (target.kind != "kubernetes") return std::vector<std::string>{};
    SLIPWAY_TRY(const kube::Kubeconfig config, kube::loadKubeconfig(settings.kubeconfig));
    SLIPWAY_TRY(const auto api, apiOf(settings, config, target.context));
    return kube::missingRights(*api, target.nameSpace, std::move(stop));
}

Result<Target> openTarget(const TargetSettings& settings, const TargetId& id) {
    if (id == machineInfo().id) return makeMachineTarget(settings);
    SLIPWAY_TRY(const kube::Kubeconfig config, kube::loadKubeconfig(settings.kubeconfig));
    auto info = infoOf(config, id.str());
    if (!info) {
        std::vector<std::string> names{machineInfo().id.str()};
        for (const kube::KubeContext& context : config.contexts) names.push_back(context.name);
        Error error{ErrorCode::NotFound, "there is no target \"" + id.str() + "\"", "",
                    "List them with: slipway clusters"};
        if (const auto near = nearestName(id.str().substr(0, id.str().find('/')), names))
            error.hint = "Did you mean " + *near + "?";
        return error;
    }
    SLIPWAY_TRY(auto api, apiOf(settings, config, info->context));
    return kube::makeKubernetesTarget(*std::move(info), std::move(api), settings.http);
}

}  // namespace slipway
