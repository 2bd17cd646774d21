// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/rankcommand.h"

#include "backends/core/jobneeds.h"
#include "backends/core/programscript.h"

#include <algorithm>
#include <array>

namespace slipway {
namespace {

// The agent's own instructions are no business of the program.
constexpr std::array<const char*, 6> kAgentOnly{"SLIPWAY_SENDING_GRACE", "SLIPWAY_RESULT_PLAIN_HTTP",
                                                "SLIPWAY_JOB",           "SLIPWAY_WORLD_SIZE",
                                                "SLIPWAY_RESULT",        "SLIPWAY_INPUTS"};

std::string parametersJson(const ProgramSpec& notebook) {
    std::string json = "{";
    for (const ProgramParameter& one : notebook.parameters)
        json += (json.size() > 1 ? ", \"" : "\"") + one.name + "\": " + one.value;
    return json + "}";
}

// https://docs.pytorch.org/docs/stable/elastic/run.html#environment-variables
void addTorchrunVariables(const AgentPlan& plan, int localRank, int masterPort, Variables& all) {
    const std::string rank = std::to_string(plan.firstRank + localRank);
    const std::string world = std::to_string(plan.worldSize);
    all["RANK"] = all["ROLE_RANK"] = rank;
    all["LOCAL_RANK"] = std::to_string(localRank);
    all["WORLD_SIZE"] = all["ROLE_WORLD_SIZE"] = world;
    all["LOCAL_WORLD_SIZE"] = std::to_string(plan.localRanks);
    all["GROUP_RANK"] = std::to_string(plan.firstRank / plan.localRanks);
    all["GROUP_WORLD_SIZE"] = std::to_string(plan.worldSize / plan.localRanks);
    all["MASTER_ADDR"] = plan.masterAddress;
    all["MASTER_PORT"] = std::to_string(masterPort);
    // By these a framework knows that its processes are started for it; a single one is free to start its own.
    if (plan.worldSize == 1) return;
    all["TORCHELASTIC_RUN_ID"] = plan.run.str();
    all["TORCHELASTIC_RESTART_COUNT"] = std::to_string(plan.attempt - 1);
    all["TORCHELASTIC_MAX_RESTARTS"] = "0";
}

}  // namespace

std::string variableName(const std::string& name) {
    std::string variable;
    for (const char c : name) {
        const bool isLower = c >= 'a' && c <= 'z';
        const bool isPlain = isLower || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        variable += isLower ? static_cast<char>(c - 'a' + 'A') : isPlain ? c : '_';
    }
    return variable;
}

std::vector<std::string> environmentEntries(const Variables& variables) {
    std::vector<std::string> entries;
    entries.reserve(variables.size());
    for (const auto& [name, value] : variables)
        entries.push_back(std::string(name).append("=").append(value));
    return entries;
}

std::vector<std::string> rankCommand(const AgentPlan& plan) {
    if (const ProgramSpec* program = plan.job.program()) {
        std::vector<std::string> command;
        if (!program->interpreter.empty())
            command.push_back(program->interpreter);
        else if (isRunByFoundPython(*program))
            command.push_back(plan.python ? plan.python->python.string() : "python3");
        if (isNotebook(*program)) command.push_back((plan.pythonFolder / "slipway_notebook.py").string());
        command.insert(command.end(), program->command.begin(), program->command.end());
        if (!program->parameters.empty())
            command.insert(command.end(), {"--parameters", parametersJson(*program)});
        return command;
    }
    std::vector<std::string> command{plan.runner.string()};
    // In an image, the runner comes with its loader.
    std::error_code failure;
    if (const auto packaged = packagedCommand(plan.runner);
        std::filesystem::exists(packaged.front(), failure))
        command = packaged;
    command.insert(command.end(), {"--job", plan.jobFile.string(), "--run-folder", plan.runFolder.string()});
    for (const auto& [name, path] : plan.inputs)
        command.insert(command.end(), {"--input", name + "=" + path.string()});
    if (!plan.resumeFrom.empty()) command.insert(command.end(), {"--resume", plan.resumeFrom.string()});
    return command;
}

std::filesystem::path rankFolder(const AgentPlan& plan) {
    const ProgramSpec* program = plan.job.program();
    return program ? (plan.workFolder / program->folder).lexically_normal() : plan.runFolder;
}

Result<Variables> rankEnvironment(const AgentPlan& plan, int localRank, int masterPort,
                                  const std::optional<std::string>& devices, const Variables& base) {
    Variables all = base;
    std::erase_if(all, [](const auto& entry) { return entry.first.starts_with(kSecretPrefix); });
    for (const char* name : kAgentOnly) all.erase(name);

    addTorchrunVariables(plan, localRank, masterPort, all);
    all["SLIPWAY_RANK"] = all["RANK"];
    all["SLIPWAY_RUN"] = plan.run.str();
    all["SLIPWAY_ATTEMPT"] = std::to_string(plan.attempt);
    all["SLIPWAY_EVENT_FD"] = std::to_string(kEventDescriptor);
    all["SLIPWAY_RUN_FOLDER"] = plan.runFolder.string();
    all["SLIPWAY_RESULT"] = (plan.runFolder / "result").string();
    all["SLIPWAY_SEED"] = std::to_string(plan.job.seed);
    if (!plan.resumeFrom.empty()) all["SLIPWAY_RESUME"] = plan.resumeFrom.string();
    for (const auto& [name, path] : plan.inputs) all["SLIPWAY_INPUT_" + variableName(name)] = path.string();
    all["OMP_NUM_THREADS"] = std::to_string(std::max<std::int64_t>(1, plan.job.resources.cpu.count / 1000));
    all.emplace("PYTHONUNBUFFERED", "1");
    // Cores are often shared: threads that spin for each other (the OpenMP default) then train three times slower than ones that sleep.
    if (plan.job.train() != nullptr) all.emplace("GOMP_SPINCOUNT", "1000");
    const auto known = all.find("PYTHONPATH");
    const std::string before = known == all.end() ? "" : known->second;
    if (!plan.pythonFolder.empty() &&
        (":" + before + ":").find(":" + plan.pythonFolder.string() + ":") == std::string::npos) {
        all["PYTHONPATH"] = plan.pythonFolder.string() + (before.empty() ? "" : ":" + before);
    }
    if (devices) all["CUDA_VISIBLE_DEVICES"] = *devices;
    const ProgramSpec* program = plan.job.program();
    if (program != nullptr && program->interpreter.empty() && plan.python) activate(*plan.python, all);

    return withVariablesAndSecrets(std::move(all), plan.job, base);
}

Result<Variables> withVariablesAndSecrets(Variables all, const JobSpec& job, const Variables& base) {
    for (const EnvVar& variable : job.env) {
        if (variable.secretName.empty()) {
            all[variable.name] = variable.value;
            continue;
        }
        const auto secret = secretHere(variable, base);
        if (!secret) {
            return Error{ErrorCode::InvalidArgument,
                         "the secret for " + variable.name + " (" + variable.secretName + "/" +
                             variable.secretKey + ") is not known here",
                         "",
                         "Set " + std::string(kSecretPrefix) + variable.name +
                             " in the environment that starts the run"};
        }
        all[variable.name] = *secret;
    }
    return all;
}

std::vector<std::string> secretValues(const AgentPlan& plan, const Variables& base) {
    std::vector<std::string> values;
    for (const EnvVar& variable : plan.job.env) {
        if (variable.secretName.empty()) continue;
        if (auto secret = secretHere(variable, base); secret && !secret->empty())
            values.push_back(*std::move(secret));
    }
    return values;
}

}  // namespace slipway
