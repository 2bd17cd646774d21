// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/followprinter.h"
#include "app/cli/print.h"
#include "app/cli/verbs.h"
#include "backends/cluster/submission.h"

namespace slipway::cli {
namespace {

struct Options {
    JobArgument job;
    bool isDetached = false;
};

Result<int> run(Session& session, const Options& options) {
    SLIPWAY_TRY(const JobSpec job, options.job.load(NeededFiles::ForRunHere));
    const SubmissionRequest request{job,  options.job.folder(),         TargetId("here"), {}, {},
                                    true, options.job.file().filename()};
    SLIPWAY_TRY(const Submission submission,
                submitJob(session.targets(), request, transferPrinter(), session.stop.get_token()));
    if (!options.isDetached) return followRun(session, submission.folder, {.isCancelling = true});
    if (session.isJson) {
        printJson(runJson(submission.record));
    } else {
        std::printf("#%lld %s\n", static_cast<long long>(submission.record.number),
                    submission.record.id.str().c_str());
    }
    return 0;
}

}  // namespace

Verb runVerb() {
    return {"run", "Run a job on this machine and follow it", [](CLI::App& app) -> VerbAction {
                auto options = std::make_shared<Options>();
                addJobOptions(app, options->job);
                app.add_flag("--detach", options->isDetached, "Return at once; the run goes on");
                return [options](Session& session) { return run(session, *options); };
            }};
}

}  // namespace slipway::cli
