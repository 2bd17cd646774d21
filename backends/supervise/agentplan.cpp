// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/agentplan.h"

#include "backends/platform/processidentity.h"
#include "backends/runs/runstore.h"
#include "backends/spec/specdocument.h"

#include <charconv>

namespace slipway {
namespace {

namespace fs = std::filesystem;

fs::path firstExisting(const std::vector<fs::path>& candidates) {
    std::error_code failure;
    for (const fs::path& candidate : candidates) {
        if (fs::exists(candidate, failure)) return candidate;
    }
    return {};
}

fs::path findPythonFolder(const fs::path& programs) {
    return firstExisting({fs::path(kImagePythonFolder) / "slipway.py", programs / "python" / "slipway.py",
                          programs / ".." / "python" / "slipway.py",
                          programs / ".." / "share" / "slipway" / "python" / "slipway.py"})
        .parent_path();
}

Result<fs::path> resolveHere(const InputSpec& input, const fs::path& jobFolder) {
    if (input.source.find("://") != std::string::npos) {
        return Error{ErrorCode::InvalidArgument,
                     "input \"" + input.name + "\" (" + input.source + ") cannot be read on this machine", "",
                     "Run it where that source is, or name a file or folder"};
    }
    return (jobFolder / input.source).lexically_normal();
}

std::string valueOf(const Variables& environment, const std::string& name, const std::string& fallback) {
    const auto found = environment.find(name);
    return found == environment.end() || found->second.empty() ? fallback : found->second;
}

Result<int> numberOf(const Variables& environment, const std::string& name, int fallback, int low, int high) {
    const std::string text = valueOf(environment, name, std::to_string(fallback));
    int number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size() || number < low ||
        number > high) {
        return Error{ErrorCode::InvalidArgument,
                     name + " must be a number from " + std::to_string(low) + " to " + std::to_string(high),
                     "", ""};
    }
    return number;
}

}  // namespace

fs::path objectCache(const fs::path& home) { return home / "cache" / "objects"; }

Result<AgentPlan> planHere(const fs::path& place, const AgentOptions& options) {
    // Without the "/" at the end, which would make the folder its own parent.
    const fs::path runFolder = place.has_filename() ? place : place.parent_path();
    const RunFolder folder(runFolder);
    SLIPWAY_TRY(const RunRecord record, folder.record());
    AgentPlan plan;
    SLIPWAY_TRY(plan.job, loadJob(folder.jobFile(), {}));
    plan.run = record.id;
    plan.number = record.number;
    plan.attempt = record.attempt;
    plan.jobFile = folder.jobFile();
    plan.runFolder = runFolder;
    plan.workFolder = options.workFolder.empty() ? fs::path(record.jobFolder) : options.workFolder;
    for (const InputSpec& input : plan.job.inputs) {
        if (auto object = objectPlace(input.source)) {
            plan.objects.emplace(input.name, *std::move(object));
            continue;
        }
        SLIPWAY_TRY(plan.inputs[input.name], resolveHere(input, plan.workFolder));
    }
    plan.objectFolder = objectCache(runFolder.parent_path().parent_path());
    plan.localRanks = plan.worldSize = plan.job.replicas;
    plan.runner = options.runner.empty() ? options.programFolder / "slipway-runner" : options.runner;
    plan.isEchoing = options.isEchoing;
    plan.slotFolder = runFolder.parent_path().parent_path() / "slots" / machineId();
    plan.pythonFolder = findPythonFolder(options.programFolder);
    plan.resumeFrom = options.resumeFrom;
    return plan;
}

Result<AgentPlan> planInPod(const Variables& environment, const fs::path& programFolder) {
    AgentPlan plan;
    plan.jobFile = valueOf(environment, "SLIPWAY_JOB", kImageJobFile);
    SLIPWAY_TRY(plan.job, loadJob(plan.jobFile, {}));
    plan.run = RunId(valueOf(environment, "SLIPWAY_RUN", plan.job.name));
    SLIPWAY_TRY(plan.attempt, numberOf(environment, "SLIPWAY_ATTEMPT", 1, 1, 1000000));
    SLIPWAY_TRY(plan.worldSize, numberOf(environment, "SLIPWAY_WORLD_SIZE", 1, 1, 100000));
    SLIPWAY_TRY(plan.firstRank, numberOf(environment, "JOB_COMPLETION_INDEX", 0, 0, plan.worldSize - 1));
    plan.masterAddress = valueOf(environment, "MASTER_ADDR", "127.0.0.1");
    SLIPWAY_TRY(plan.masterPort, numberOf(environment, "MASTER_PORT", 29500, 1, 65535));
    plan.runFolder = valueOf(environment, "SLIPWAY_RUN_FOLDER", kImageRunFolder);
    plan.packagedFolder = plan.jobFile.parent_path();
    plan.workFolder = plan.runFolder / "work";
    const fs::path inputs = valueOf(environment, "SLIPWAY_INPUTS", kImageInputsFolder);
    for (const InputSpec& input : plan.job.inputs) {
        if (auto object = objectPlace(input.source))
            plan.objects.emplace(input.name, *std::move(object));
        else
            plan.inputs.emplace(input.name, inputs / input.name);
    }
    plan.objectFolder = plan.runFolder / "inputs";
    plan.runner = firstExisting({kImageRunner, programFolder / "slipway-runner"});
    plan.pythonFolder = findPythonFolder(programFolder);
    plan.isEchoing = true;
    plan.needsSlot = false;
    plan.isRunFolderLasting = false;
    SLIPWAY_TRY(const int sendingGrace, numberOf(environment, "SLIPWAY_SENDING_GRACE",
                                                 static_cast<int>(kSendingGrace.count()), 0, 3600));
    plan.sendingGrace = std::chrono::seconds(sendingGrace);
    plan.resultReference = valueOf(environment, "SLIPWAY_RESULT", "");
    plan.isResultPlainHttp = valueOf(environment, "SLIPWAY_RESULT_PLAIN_HTTP", "") == "1";
    return plan;
}

}  // namespace slipway
