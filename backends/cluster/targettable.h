// SPDX-License-Identifier: Apache-2.0
// The table of kinds of targets, and the targets this user has: this machine, and each context of the kubeconfig with its
// namespace and queues. Listing reads files only; queues are asked for by discoverQueues.
#pragma once

#include "backends/cluster/roles.h"
#include "backends/http/httpclient.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace slipway {

struct TargetSettings {
    std::filesystem::path home;    // of the runs
    std::string kubeconfig;        // empty: KUBECONFIG, else ~/.kube/config
    std::filesystem::path agent;   // slipway-agent beside the calling program
    std::filesystem::path runner;  // slipway-runner; may be missing
    std::shared_ptr<HttpClient> http;
};

// "here" first, then one per context ("<context>/<namespace>"). A broken kubeconfig is an error with its place; a missing one is none.
Result<std::vector<TargetInfo>> listTargets(const TargetSettings& settings);
// Asks the cluster of `target` for its LocalQueues: one TargetInfo each ("<context>/<namespace>/<queue>"), or the plain one.
Result<std::vector<TargetInfo>> discoverQueues(const TargetSettings& settings, const TargetInfo& target,
                                               std::stop_token stop);
// The rights that this user lacks in the target's namespace, of those that submitting and watching need: "create jobs.batch".
Result<std::vector<std::string>> missingRights(const TargetSettings& settings, const TargetInfo& target,
                                               std::stop_token stop);
// "here", "<context>", "<context>/<namespace>" or "<context>/<namespace>/<queue>"; none when no kubeconfig names it.
Result<std::optional<Target>> findTarget(const TargetSettings& settings, const TargetId& id);
// As findTarget(). NotFound names the nearest.
Result<Target> openTarget(const TargetSettings& settings, const TargetId& id);
// Where the run was sent. NotFound, with its last known state, when no kubeconfig names that any more.
Result<Target> openTargetOf(const TargetSettings& settings, const RunRecord& run);

}  // namespace slipway
