// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/targettable.h"

#include "backends/cluster/kubernetes/accessreview.h"
#include "backends/cluster/kubernetes/kubetarget.h"
#include "backends/cluster/kubernetes/kueue.h"
#include "backends/cluster/kubernetes/objects.h"
#include "backends/cluster/machine/machinetarget.h"
#include "backends/core/nearestname.h"
#include "backends/runs/importedrun.h"

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
    SLIPWAY_TRY(const std::optional<kube::KueueApi> kueue, kube::findKueue(*api, stop));
    std::vector<TargetInfo> targets;
    if (kueue) {
        const auto queues = api->list(kube::resourcePath(kueue->objects, target.nameSpace, "localqueues"), "",
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

Result<std::optional<Target>> findTarget(const TargetSettings& settings, const TargetId& id) {
    if (id == machineInfo().id) return std::optional(makeMachineTarget(settings));
    SLIPWAY_TRY(const kube::Kubeconfig config, kube::loadKubeconfig(settings.kubeconfig));
    auto info = infoOf(config, id.str());
    if (!info) return std::optional<Target>();
    SLIPWAY_TRY(auto api, apiOf(settings, config, info->context));
    return std::optional(kube::makeKubernetesTarget(*std::move(info), std::move(api), settings.http));
}

Result<Target> openTarget(const TargetSettings& settings, const TargetId& id) {
    SLIPWAY_TRY(std::optional<Target> target, findTarget(settings, id));
    if (target) return *std::move(target);
    SLIPWAY_TRY(const std::vector<TargetInfo> targets, listTargets(settings));
    std::vector<std::string> names{machineInfo().id.str()};
    for (const TargetInfo& info : targets) {
        if (!info.context.empty()) names.push_back(info.context);
    }
    Error error{ErrorCode::NotFound, "there is no target \"" + id.str() + "\"", "",
                "List them with: slipway clusters"};
    if (const auto near = nearestName(id.str().substr(0, id.str().find('/')), names))
        error.hint = "Did you mean " + *near + "?";
    return error;
}

Result<Target> openTargetOf(const TargetSettings& settings, const RunRecord& run) {
    if (isImported(run)) {
        return Error{ErrorCode::InvalidArgument,
                     "run #" + std::to_string(run.number) + " was imported from " +
                         run.remote.at(kImportedFrom) + ": only what it told is here",
                     "", "See it with: slipway show " + std::to_string(run.number)};
    }
    SLIPWAY_TRY(std::optional<Target> target, findTarget(settings, run.target));
    if (target) return *std::move(target);
    return Error{ErrorCode::NotFound,
                 "run #" + std::to_string(run.number) + ", last seen " +
                     std::string(runStateName(run.status.state)) + ", went to " + run.target.str() +
                     ", which no kubeconfig names now",
                 "", "Set KUBECONFIG, or pass --kubeconfig FILE, to one that names it"};
}

}  // namespace slipway
