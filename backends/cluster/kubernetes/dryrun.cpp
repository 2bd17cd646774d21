// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/dryrun.h"

#include "backends/cluster/kubernetes/jsonread.h"
#include "backends/cluster/kubernetes/kubetarget.h"
#include "backends/cluster/kubernetes/kueue.h"
#include "backends/cluster/kubernetes/writers/jobwriter.h"
#include "backends/core/jobneeds.h"
#include "backends/core/nearestname.h"
#include "backends/image/packager.h"

#include <nlohmann/json.hpp>

#include <map>

namespace slipway::kube {
namespace {

// Never pulled: a dry run looks at the form of a reference only.
constexpr const char* kAnyImage =
    "dry-run.invalid/job@sha256:0000000000000000000000000000000000000000000000000000000000000000";
constexpr const char* kDryRun = "?dryRun=All&fieldManager=slipway&fieldValidation=Strict";

using Amounts = std::map<std::string, std::int64_t>;

// "requested: a=1,b=2, used: …": the list behind `label`.
Amounts listedAmounts(std::string_view words, std::string_view label) {
    Amounts out;
    const std::size_t begin = words.find(label);
    if (begin == std::string_view::npos) return out;
    std::string_view rest = words.substr(begin + label.size());
    rest = rest.substr(0, rest.find(": "));  // up to the next label
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos) continue;
        const std::size_t start = pair.find_first_not_of(' ');
        if (const auto amount = parseMilliQuantity(pair.substr(equals + 1)))
            out[std::string(pair.substr(start, equals - start))] = *amount;
    }
    return out;
}

Amounts requested(const JobSpec& job) {
    Amounts out{{"cpu", job.resources.cpu.count * job.replicas},
                {"memory", job.resources.memory.count * 1000 * job.replicas}};
    if (const GpuRequest gpu = gpuRequest(job.resources); gpu.count > 0)
        out[gpu.resource] = std::int64_t{1000} * gpu.count * job.replicas;
    return out;
}

std::string asQuantity(const std::string& resource, std::int64_t milli) {
    return resource == "cpu" ? quantity(MilliCpu{milli}) : quantity(Bytes{milli / 1000});
}

std::int64_t milliAt(const nlohmann::json& json, std::string_view key) {
    const nlohmann::json& value = at(json, key);
    const auto amount =
        parseMilliQuantity(value.is_number_integer() ? std::to_string(asInt(value)) : asText(value));
    return amount ? *amount : 0;
}

struct Quota {
    std::int64_t nominal = 0;
    std::int64_t most = 0;  // with what may be borrowed; -1: no limit
    std::int64_t reserved = 0;
};

// Flavors of one resource are added up: which of them the job would take is the queue's choice.
std::map<std::string, Quota> quotas(const nlohmann::json& clusterQueue) {
    std::map<std::string, Quota> out;
    const nlohmann::json& spec = at(clusterQueue, "spec");
    // v1beta1 has it as `cohort`.
    const bool isInCohort = !textAt(spec, "cohortName").empty() || !textAt(spec, "cohort").empty();
    for (const auto& group : at(spec, "resourceGroups")) {
        for (const auto& flavor : at(group, "flavors")) {
            for (const auto& resource : at(flavor, "resources")) {
                Quota& quota = out[textAt(resource, "name")];
                const std::int64_t nominal = milliAt(resource, "nominalQuota");
                quota.nominal += nominal;
                if (isInCohort && at(resource, "borrowingLimit").is_null()) quota.most = -1;
                if (quota.most >= 0)
                    quota.most += nominal + (isInCohort ? milliAt(resource, "borrowingLimit") : 0);
            }
        }
    }
    for (const auto& flavor : at(clusterQueue, "status", "flavorsReservation")) {
        for (const auto& resource : at(flavor, "resources"))
            out[textAt(resource, "name")].reserved += milliAt(resource, "total");
    }
    return out;
}

// By the amounts, when the user may read them.
std::optional<TargetVerdict> amountsVerdict(const std::string& clusterQueue, const JobSpec& job) {
    const auto json = parseJson(clusterQueue);
    if (!json) return std::nullopt;
    const auto all = quotas(*json);
    TargetVerdict verdict{{}, Verdict::Now, "the queue has room for it", {}};
    for (const auto& [resource, amount] : requested(job)) {
        const auto it = all.find(resource);
        const std::string needs = asQuantity(resource, amount) + " " + resource;
        if (it == all.end()) return TargetVerdict{{}, Verdict::Never, "the queue has no " + resource, {}};
        const Quota& quota = it->second;
        if (quota.most >= 0 && amount > quota.most) {
            return TargetVerdict{
                {},
                Verdict::Never,
                "it needs " + needs + ", the queue has " + asQuantity(resource, quota.most) + " at most",
                {}};
        }
        if (amount > quota.nominal - quota.reserved) {
            verdict.verdict = Verdict::After;
            verdict.reason = "it needs " + needs + ", of which " +
                             asQuantity(resource, std::max<std::int64_t>(0, quota.nominal - quota.reserved)) +
                             " are free now";
        }
    }
    return verdict;
}

Result<ApiAnswer> send(ApiClient& api, std::string_view groupVersion, std::string_view plural,
                       const std::string& nameSpace, const std::string& body, std::stop_token stop) {
    return api.ask(
        {.method = "POST", .path = resourcePath(groupVersion, nameSpace, plural) + kDryRun, .body = body},
        "run it there", stop);
}

Result<TargetVerdict> missingQueue(ApiClient& api, const KueueApi& kueue, const TargetInfo& target,
                                   std::stop_token stop) {
    std::string reason = "there is no queue " + target.queue + " in " + target.nameSpace;
    TargetVerdict verdict{target.id, Verdict::Never, {}, {}};
    auto listed =
        api.list(resourcePath(kueue.objects, target.nameSpace, "localqueues"), "", "list the queues", stop);
    std::vector<std::string> names;
    if (listed) {
        for (const std::string& item : listed->items) {
            if (const auto queue = parseQueue(item)) names.push_back(queue->name);
        }
    }
    if (const auto near = nearestName(target.queue, names)) reason += "; did you mean " + *near + "?";
    verdict.reason = reason;
    return verdict;
}

// What pods of the job would wait for without end, and the namespace does not have; where this user may not look, nothing.
std::optional<std::string> lacking(ApiClient& api, const TargetInfo& target, const JobSpec& job,
                                   const std::stop_token& stop) {
    constexpr const char* kNamesOnly = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
    const auto isMissing = [&](const char* plural, const std::string& name) {
        const auto answer = api.call(
            {.path = resourcePath("v1", target.nameSpace, plural, name), .accept = kNamesOnly}, stop);
        return answer && answer->status == 404;
    };
    for (const InputSpec& input : job.inputs) {
        if (!input.source.starts_with(kVolumeScheme)) continue;
        const std::string rest = input.source.substr(kVolumeScheme.size());
        const std::string claim = rest.substr(0, rest.find('/'));
        if (isMissing("persistentvolumeclaims", claim))
            return "there is no volume claim " + claim + " in " + target.nameSpace + ", which the input `" +
                   input.name + "` is on";
    }
    for (const EnvVar& variable : job.env) {
        if (!variable.secretName.empty() && isMissing("secrets", variable.secretName))
            return "there is no secret " + variable.secretName + " in " + target.nameSpace +
                   ", which the variable " + variable.name + " comes from";
    }
    return std::nullopt;
}

}  // namespace

std::optional<Verdict> refusalVerdict(const Error& refusal) {
    if (refusal.code == ErrorCode::QuotaExceeded) {
        const Amounts wanted = listedAmounts(refusal.detail, "requested: ");
        const Amounts limits = listedAmounts(refusal.detail, "limited: ");
        bool isInUse = !wanted.empty();
        for (const auto& [name, amount] : wanted) {
            const auto limit = limits.find(name);
            isInUse = isInUse && limit != limits.end() && amount <= limit->second;
        }
        return isInUse ? Verdict::After : Verdict::Never;
    }
    if (refusal.code == ErrorCode::InvalidArgument || refusal.code == ErrorCode::PermissionDenied ||
        refusal.code == ErrorCode::NotFound)
        return Verdict::Never;
    return std::nullopt;
}

TargetVerdict queueVerdict(const QueueView& queue, const std::string& clusterQueue, const JobSpec& job) {
    TargetVerdict verdict;
    if (const Condition* active = findCondition(queue.conditions, "Active"); active && !active->isTrue) {
        const bool isStopped = active->reason == "Stopped" || active->reason == "ClusterQueueIsInactive";
        verdict.verdict = isStopped ? Verdict::Unknown : Verdict::Never;
        verdict.reason = (isStopped ? "the queue takes no work at present: " : "the queue takes no work: ") +
                         active->message;
        return verdict;
    }
    auto byAmounts = clusterQueue.empty() ? std::nullopt : amountsVerdict(clusterQueue, job);
    if (byAmounts && byAmounts->verdict == Verdict::Never) return *byAmounts;
    if (queue.pending > 0) {
        verdict.verdict = Verdict::After;
        verdict.reason = std::to_string(queue.pending) + (queue.pending == 1 ? " job waits" : " jobs wait") +
                         " in the queue before it";
        return verdict;
    }
    if (byAmounts) return *byAmounts;
    std::string held;
    for (const auto& [resource, amount] : queue.reserved)
        held.append(held.empty() ? "" : ", ").append(amount).append(" ").append(resource);
    verdict.verdict = Verdict::Unknown;
    verdict.reason =
        "the server takes the job as written and nobody waits; only administrators may read the queue's quota. Held now: " +
        (held.empty() ? "nothing" : held);
    return verdict;
}

Result<TargetVerdict> dryRunJob(ApiClient& api, const TargetInfo& target, const JobSpec& job,
                                std::stop_token stop) {
    if (const auto packable = checkPackable(job); !packable)
        return TargetVerdict{target.id, Verdict::Never, packable.error().message, {}};
    const WriteRequest request{.job = job,
                               .run = RunId(job.name + "-dry-run"),
                               .submission = "dry-run",
                               .nameSpace = target.nameSpace,
                               .queue = target.queue,
                               .image = kAnyImage};
    SLIPWAY_TRY(const JobManifest manifest, writeJobManifest(request));
    TargetVerdict verdict;
    verdict.target = target.id;
    for (const auto& [groupVersion, plural, body] :
         {std::tuple{"batch/v1", "jobs", &manifest.job}, std::tuple{"v1", "pods", &manifest.pod}}) {
        const auto answer = send(api, groupVersion, plural, target.nameSpace, *body, stop);
        if (answer) continue;
        const auto refused = refusalVerdict(answer.error());
        if (!refused) return answer.error();
        verdict.verdict = *refused;
        verdict.reason = answer.error().detail.empty() ? answer.error().message : answer.error().detail;
        return verdict;
    }
    if (const auto lack = lacking(api, target, job, stop))
        return TargetVerdict{target.id, Verdict::Never, *lack, {}};
    if (target.queue.empty()) {
        verdict.reason = "the server takes the job as written; a namespace's user cannot see the nodes";
        return verdict;
    }
    SLIPWAY_TRY(const KueueApi kueue, kueueOfQueue(api, stop));
    const auto answer =
        api.ask({.path = resourcePath(kueue.objects, target.nameSpace, "localqueues", target.queue)},
                "read the queue " + target.queue, stop);
    if (!answer && answer.error().code == ErrorCode::NotFound) return missingQueue(api, kueue, target, stop);
    if (!answer) return answer.error();
    SLIPWAY_TRY(const QueueView queue, parseQueue(answer->body));
    SLIPWAY_TRY(
        const ApiAnswer whole,
        api.call({.path = resourcePath(kueue.objects, "", "clusterqueues", queue.clusterQueue)}, stop));
    verdict = queueVerdict(queue, whole.isOk() ? whole.body : std::string(), job);
    verdict.target = target.id;
    return verdict;
}

}  // namespace slipway::kube
