// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/print.h"
#include "app/cli/verbs.h"

namespace slipway::cli {
namespace {

nlohmann::json targetJson(const TargetInfo& info) {
    return {{"id", info.id.str()},     {"label", info.label},         {"kind", info.kind},
            {"context", info.context}, {"namespace", info.nameSpace}, {"queue", info.queue},
            {"detail", info.detail}};
}

Result<int> list(Session& session) {
    for (const std::filesystem::path& file : missingKubeconfigs(session))
        std::fprintf(stderr, "slipway: KUBECONFIG names %s, which is not there\n", file.c_str());
    SLIPWAY_TRY(const std::vector<TargetInfo> targets, listTargets(session.targets()));
    nlohmann::json json = nlohmann::json::array();
    std::vector<std::vector<std::string>> rows{{"TARGET", "WHAT", "DETAIL"}};
    for (const TargetInfo& info : targets) {
        const auto queues = discoverQueues(session.targets(), info, session.stop.get_token());
        if (queues) {
            for (const TargetInfo& queue : *queues) {
                json.push_back(targetJson(queue));
                rows.push_back({queue.id.str(), queue.label, queue.detail});
            }
        } else {
            nlohmann::json one = targetJson(info);
            one["error"] = describe(queues.error());
            json.push_back(std::move(one));
            rows.push_back({info.id.str(), info.label, describe(queues.error())});
        }
    }
    if (session.isJson) {
        printJson(json);
    } else {
        printTable(rows);
    }
    return 0;
}

}  // namespace

Verb clustersVerb() {
    return {"clusters", "List where jobs can go: this machine, contexts, namespaces, queues",
            [](CLI::App&) -> VerbAction { return [](Session& session) { return list(session); }; }};
}

}  // namespace slipway::cli
