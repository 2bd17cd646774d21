// SPDX-License-Identifier: Apache-2.0
// `slipway doctor`: what is installed, reachable and permitted, and a fix for each that is not.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "app/cli/packagedrun.h"
#include "app/cli/print.h"
#include "app/cli/verbs.h"
#include "backends/cluster/kubernetes/kubeconfig.h"
#include "backends/image/reference.h"
#include "backends/image/registry.h"
#include "backends/platform/process.h"
#include "backends/spec/clusterprofile.h"

namespace slipway::cli {
namespace {

namespace fs = std::filesystem;

struct Finding {
    std::string what;
    bool isGood = false;
    bool isNeeded = true;  // false: only some features miss it
    std::string detail;
    std::string fix;
};

// What is wrong, with the error's own next step as the fix.
Finding problem(std::string what, bool isNeeded, const Error& error) {
    return {std::move(what), false, isNeeded, describe({error.code, error.message, error.detail, ""}),
            error.hint};
}

Finding programFinding(const std::string& name, const std::string& fix) {
    const fs::path path = program(name);
    const bool isThere = ::access(path.c_str(), X_OK) == 0;
    return {name, isThere, true, isThere ? path.string() : "not beside slipway", fix};
}

Finding toolFinding(const std::string& name, const std::string& use, const std::string& fix) {
    const auto path = findProgram(name, currentEnvironment());
    if (path) return {name, true, false, *path, ""};
    return {name, false, false, path.error().message + "; " + use, fix};
}

// Being installed is not all: a sandbox can be forbidden, an engine out of order.
Finding runnerFinding(Session& session, const std::string& name, const std::string& use,
                      const std::string& fix) {
    Finding found = toolFinding(name, use, fix);
    if (!found.isGood) return found;
    const auto able = askRunner(name, session.stop.get_token());
    if (able) return found;
    Finding refused = problem(name, false, able.error());
    refused.detail += "; " + use;
    return refused;
}

Finding homeFinding(const Session& session) {
    std::error_code failure;
    fs::create_directories(session.home, failure);
    const bool isGood = ::access(session.home.c_str(), W_OK) == 0;
    return {"runs folder", isGood, true, session.home.string() + (isGood ? "" : " cannot be written"),
            "Name another with --home or SLIPWAY_HOME"};
}

Finding storeFinding(const Session& session) {
    const auto store = session.store();
    const auto runs = store ? store->list() : Result<std::vector<RunRecord>>(store.error());
    if (!runs) return problem("runs", true, runs.error());
    return {"runs", true, true, std::to_string(runs->size()) + " kept", ""};
}

Finding clusterFinding(Session& session, const TargetInfo& info) {
    const auto stop = session.stop.get_token();
    const auto queues = discoverQueues(session.targets(), info, stop);
    if (!queues) return problem(info.id.str(), false, queues.error());
    const auto missing = missingRights(session.targets(), info, stop);
    if (!missing) return problem(info.id.str(), false, missing.error());
    if (missing->empty())
        return {info.id.str(), true, false,
                "reachable, " + std::to_string(queues->size()) + " targets, all rights that jobs need", ""};
    std::string rights;
    for (const std::string& right : *missing) rights += (rights.empty() ? "" : ", ") + right;
    return {info.id.str(), false, false, "reachable, but this account may not " + rights,
            "Ask the cluster's administrator for a role with them in " + info.nameSpace};
}

// Whether the namespace's registry answers and lets this user push; none where no registry is known yet, or it was asked already.
std::optional<Finding> registryFinding(Session& session, const TargetInfo& info,
                                       std::set<std::string>& asked) {
    const auto profile = loadProfile(profileFile(session.home, info.context, info.nameSpace));
    if (!profile) return problem(info.id.str() + " profile", false, profile.error());
    if (profile->registry.empty() || !asked.insert(profile->registry).second) return std::nullopt;
    const auto reference = oci::parseReference(profile->registry + "/doctor");
    auto answer = reference ? oci::Registry(*session.http, *reference, true, session.stop.get_token())
                                  .hasBlob("sha256:" + std::string(64, '0'))
                            : Result<bool>(reference.error());
    if (answer) return Finding{profile->registry, true, false, "answers, and takes your name", ""};
    return problem(profile->registry, false, answer.error());
}

// What KUBECONFIG names and is not there is skipped without a word by all who read it.
std::vector<Finding> missingKubeconfigs(const Session& session) {
    std::vector<Finding> findings;
    const char* named = std::getenv("KUBECONFIG");
    if (!session.kubeconfig.empty() || named == nullptr || *named == '\0') return findings;
    for (const fs::path& file : kube::kubeconfigFiles({})) {
        std::error_code failure;
        if (!fs::exists(file, failure))
            findings.push_back({"kubeconfig", false, false,
                                "KUBECONFIG names " + file.string() + ", which is not there",
                                "Correct KUBECONFIG, or put the file there"});
    }
    return findings;
}

std::vector<Finding> clusterFindings(Session& session) {
    const auto targets = listTargets(session.targets());
    if (!targets) return {problem("kubeconfig", false, targets.error())};
    std::vector<Finding> findings = missingKubeconfigs(session);
    std::set<std::string> registries;
    for (const TargetInfo& info : *targets) {
        if (info.kind == "machine") continue;
        findings.push_back(clusterFinding(session, info));
        if (auto registry = registryFinding(session, info, registries))
            findings.push_back(*std::move(registry));
    }
    if (findings.empty())
        findings.push_back({"clusters", false, false, "no kubeconfig names one",
                            "Set KUBECONFIG, or pass --kubeconfig FILE"});
    return findings;
}

Result<int> examine(Session& session) {
    std::vector<Finding> findings{
        programFinding("slipway-agent", "Build it: installer/run"),
        programFinding("slipway-runner", "Build it with libtorch: installer/setup, then installer/run"),
        homeFinding(session),
        storeFinding(session),
        runnerFinding(session, "podman", "packaged images run here by docker or under bubblewrap",
                      "Install the package podman"),
        runnerFinding(session, "bwrap", "packaged images run here by podman or docker alone",
                      "Install the package bubblewrap"),
        toolFinding("python3", "programs in Python cannot run here", "Install the package python3")};
    for (Finding& finding : clusterFindings(session)) findings.push_back(std::move(finding));
    bool isHealthy = true;
    nlohmann::json json = nlohmann::json::array();
    std::vector<std::vector<std::string>> rows;
    for (const Finding& finding : findings) {
        isHealthy = isHealthy && (finding.isGood || !finding.isNeeded);
        json.push_back({{"what", finding.what},
                        {"good", finding.isGood},
                        {"needed", finding.isNeeded},
                        {"detail", finding.detail},
                        {"fix", finding.fix}});
        rows.push_back({finding.isGood     ? "✓"
                        : finding.isNeeded ? "✕"
                                           : "–",
                        finding.what,
                        finding.detail + (finding.isGood || finding.fix.empty() ? "" : ". " + finding.fix)});
    }
    if (session.isJson) {
        printJson(json);
    } else {
        printTable(rows);
    }
    return isHealthy ? 0 : 1;
}

}  // namespace

Verb doctorVerb() {
    return {"doctor", "What is installed, reachable and permitted, with a fix for each that is not",
            [](CLI::App&) -> VerbAction { return [](Session& session) { return examine(session); }; }};
}

}  // namespace slipway::cli
