// SPDX-License-Identifier: Apache-2.0
#include "app/cli/verbs.h"

#include <CLI/CLI.hpp>
#include <array>

namespace slipway::cli {

std::span<const Verb> verbTable() {
    static const std::array table{
        newVerb(),    checkVerb(),   dataVerb(),     schemaVerb(),   runVerb(),        smokeVerb(),
        drillVerb(),  packageVerb(), pushVerb(),     submitVerb(),   runsVerb(),       showVerb(),
        curvesVerb(), compareVerb(), evalVerb(),     predictVerb(),  markVerb(),       watchVerb(),
        logsVerb(),   cancelVerb(),  removeVerb(),   pruneVerb(),    resumeVerb(),     fetchVerb(),
        importVerb(), exportVerb(),  clustersVerb(), devicesVerb(),  doctorVerb(),     settingsVerb(),
        openVerb(),   labVerb(),     tourVerb(),     glossaryVerb(), completionVerb(), manVerb(),
    };
    return table;
}

void addJobOptions(CLI::App& app, JobArgument& job) {
    app.add_option("job", job.path, "Job file, or a folder with a job.yaml")->capture_default_str();
    app.add_option("--set", job.overrides, "Change a setting: train.optimizer.lr=3e-4")
        ->type_name("PATH=VALUE");
}

}  // namespace slipway::cli
