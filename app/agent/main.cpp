// SPDX-License-Identifier: Apache-2.0
// slipway-agent: the detached parent of every run on this machine, and the entry point of every image.
#include <CLI/CLI.hpp>

#include <cstdio>

#include "backends/platform/folders.h"
#include "backends/platform/process.h"
#include "backends/supervise/rankcommand.h"
#include "backends/supervise/supervisor.h"

namespace {

using namespace slipway;

int complain(const Error& error) {
    std::fprintf(stderr, "slipway-agent: %s\n", describe(error).c_str());
    return exitStatus(error.code);
}

int supervise(Result<AgentPlan> plan) {
    if (!plan) return complain(plan.error());
    Supervisor supervisor(*std::move(plan));
    const auto ended = supervisor.run();
    return ended ? *ended : complain(ended.error());
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Supervises one run of a Slipway job: ranks, logs, checkpoints, result.", "slipway-agent");
    app.set_version_flag("--version", "slipway-agent " SLIPWAY_VERSION);
    app.require_subcommand(1);

    AgentOptions options;
    std::string runFolder;
    CLI::App* here =
        app.add_subcommand("run", "A run of this machine, whose folder holds job.yaml and run.json");
    here->add_option("--run-folder", runFolder, "The run's folder")->required();
    here->add_option("--runner", options.runner, "slipway-runner (default: beside this program)");
    here->add_option("--work-folder", options.workFolder,
                     "Folder of the job's files (default: as run.json says)");
    here->add_option("--resume", options.resumeFrom, "Checkpoint folder to go on from");
    here->add_flag("--echo", options.isEchoing, "Events on the standard output as well");
    CLI::App* pod = app.add_subcommand("pod", "The run of a pod, told by environment variables");
    CLI11_PARSE(app, argc, argv);

    // Under a loader of its own /proc/self/exe is that loader, so the name it was called by comes first.
    std::error_code failure;
    const std::filesystem::path called = argv[0];
    options.programFolder = called.has_parent_path() && std::filesystem::exists(called, failure)
                                ? std::filesystem::absolute(called, failure).parent_path()
                                : programFolder();
    if (pod->parsed()) return supervise(planInPod(environmentVariables(), options.programFolder));
    return supervise(planHere(std::filesystem::absolute(runFolder, failure).lexically_normal(), options));
}
