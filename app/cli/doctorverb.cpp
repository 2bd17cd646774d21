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
#include "backends/core/units.h"
#include "backends/devices/nvml.h"
#include "backends/image/reference.h"
#include "backends/image/registry.h"
#include "backends/platform/process.h"
#include "backends/runs/prune.h"
#include "backends/spec/clusterprofile.h"
#include "backends/spec/preferencefile.h"

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

// The next step for an error that has none of its own. `place`: where what was asked for is written down, "the server in the kubeconfig".
std::string usualFix(ErrorCode code, const std::string& place) {
    switch (code) {
        case ErrorCode::InvalidArgument:
        case ErrorCode::NotFound:
        case ErrorCode::Internal:
            return "Look at " + place +
                   ": it may lead to another service or version; if it is right, tell "
                   "its administrator";
        case ErrorCode::PermissionDenied: return "Sign in again, or ask for the right; look at " + place;
        case ErrorCode::QuotaExceeded: return "Wait until other work has ended, or ask for a larger quota";
        case ErrorCode::Unavailable:
        case ErrorCode::Timeout: return "Try again in a while; look at the network and at " + place;
        case ErrorCode::Conflict:
        case ErrorCode::Cancelled: return "Call slipway doctor again";
        case ErrorCode::Corrupt: return "Restore what it names, or move it away; look at " + place;
        case ErrorCode::Io: break;
    }
    return "Look at the rights and the free space of " + place;
}

// What is wrong, with the error's own next step as the fix, else the usual one.
Finding problem(std::string what, bool isNeeded, const Error& error, const std::string& place) {
    return {std::move(what), false, isNeeded, describe({error.code, error.message, error.detail, ""}),
            error.hint.empty() ? usualFix(error.code, place) : error.hint};
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
    Finding refused = problem(name, false, able.error(), "how " + name + " is set up");
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
    if (!runs) return problem("runs", true, runs.error(), session.home.string());
    return {"runs", true, true, std::to_string(runs->size()) + " kept", ""};
}

// How much runs take is told where a limit is set.
Finding settingsFinding(const Session& session) {
    const auto preferences = loadPreferences(session.home);
    if (!preferences) return problem("settings", false, preferences.error(), "what slipway settings takes");
    const auto budget = diskBudget(*preferences);
    const auto store = session.store();
    if (!budget || !store) return {"settings", true, false, "no disk budget is set", ""};
    const auto taken = runsOnDisk(*store, session.stop.get_token());
    if (!taken) return problem("settings", false, taken.error(), session.home.string());
    return {"disk budget", taken->count <= budget->count, false, "runs take " + binarySizeOf(*taken, *budget),
            "See what would go: slipway prune --to-budget --dry-run"};
}

// No driver is no problem: most laptops have none.
Finding gpuFinding() {
    const std::string name = "NVIDIA GPUs";
    auto nvml = Nvml::open();
    if (!nvml) return problem(name, false, nvml.error(), "the driver's installation");
    if (!*nvml) return {name, true, false, "no NVIDIA driver found: jobs train on the CPU here", ""};
    const GpuReport report = (*nvml)->sample();
    for (const GpuDevice& gpu : report.devices) {
        if (gpu.problem.empty()) continue;
        return {name, false, false, "GPU " + std::to_string(gpu.index) + " " + gpu.problem,
                "Look at slipway devices; tell the machine's administrator"};
    }
    return {name, true, false,
            counted(static_cast<std::int64_t>(report.devices.size()), "GPU") + ", driver " + report.driver +
                ", CUDA up to " + report.cuda,
            ""};
}

constexpr const char* kServer = "the context's server and user in the kubeconfig";

Finding clusterFinding(Session& session, const TargetInfo& info) {
    const auto stop = session.stop.get_token();
    const auto queues = discoverQueues(session.targets(), info, stop);
    if (!queues) return problem(info.id.str(), false, queues.error(), kServer);
    const auto missing = missingRights(session.targets(), info, stop);
    if (!missing) return problem(info.id.str(), false, missing.error(), kServer);
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
    if (!profile) {
        return problem(info.id.str() + " profile", false, profile.error(),
                       profileFile(session.home, info.context, info.nameSpace).string());
    }
    if (profile->registry.empty() || !asked.insert(profile->registry).second) return std::nullopt;
    const auto reference = oci::parseReference(profile->registry + "/doctor");
    auto answer = reference ? oci::Registry(*session.http, *reference, true, session.stop.get_token())
                                  .hasBlob("sha256:" + std::string(64, '0'))
                            : Result<bool>(reference.error());
    if (answer) return Finding{profile->registry, true, false, "answers, and takes your name", ""};
    return problem(profile->registry, false, answer.error(),
                   "the registry's address, which submit --registry sets, and its login");
}

std::vector<Finding> kubeconfigFindings(const Session& session) {
    std::vector<Finding> findings;
    for (const fs::path& file : missingKubeconfigs(session))
        findings.push_back({"kubeconfig", false, false,
                            "KUBECONFIG names " + file.string() + ", which is not there",
                            "Correct KUBECONFIG, or put the file there"});
    return findings;
}

std::vector<Finding> clusterFindings(Session& session) {
    const auto targets = listTargets(session.targets());
    if (!targets) return {problem("kubeconfig", false, targets.error(), "the kubeconfig")};
    std::vector<Finding> findings = kubeconfigFindings(session);
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
        settingsFinding(session),
        runnerFinding(session, "podman", "packaged images run here by docker or under bubblewrap",
                      "Install the package podman"),
        runnerFinding(session, "docker", "packaged images run here by podman or under bubblewrap",
                      "Install the package docker.io"),
        runnerFinding(session, "bwrap", "packaged images run here by podman or docker alone",
                      "Install the package bubblewrap"),
        toolFinding("python3", "programs in Python cannot run here", "Install the package python3"),
        gpuFinding()};
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
