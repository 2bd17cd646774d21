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
    std::string target;
    std::string registry;
    bool isDetached = false;
    bool isPreview = false;
};

Result<int> submit(Session& session, const Options& options) {
    SLIPWAY_TRY(const JobSpec job, options.job.load(filesFor(options.target)));
    const SubmissionRequest request{
        job,  options.job.folder(),         TargetId(options.target), options.registry, {},
        true, options.job.file().filename()};
    if (options.isPreview) {
        SLIPWAY_TRY(const std::string text, previewJob(session.targets(), request));
        printText(session.isJson, "manifests", text);
        return 0;
    }
    SLIPWAY_TRY(const Submission submission,
                submitJob(session.targets(), request, transferPrinter(), session.stop.get_token()));
    if (session.isJson) {
        nlohmann::json json = runJson(submission.record);
        if (submission.push) json["push"] = pushJson(*submission.push);
        json["registryRemembered"] = submission.isRegistryNew;
        printJson(json);
    } else {
        std::printf("#%lld %s on %s\n", static_cast<long long>(submission.record.number),
                    submission.record.id.str().c_str(), submission.record.target.str().c_str());
        if (submission.isRegistryNew) {
            std::printf("%s is remembered as this namespace's registry\n", options.registry.c_str());
        }
    }
    if (options.isDetached || session.isJson) return 0;
    return followRun(session, submission.folder, {});
}

}  // namespace

Verb submitVerb() {
    return {"submit", "Package, push and submit a job to a target, and follow it",
            [](CLI::App& app) -> VerbAction {
                auto options = std::make_shared<Options>();
                addJobOptions(app, options->job);
                app.add_option("--to", options->target,
                               "CONTEXT, CONTEXT/NAMESPACE or CONTEXT/NAMESPACE/QUEUE")
                    ->required();
                app.add_option("--registry", options->registry,
                               "[http://]REGISTRY/REPOSITORY for images; remembered")
                    ->envname("SLIPWAY_REGISTRY");
                app.add_flag("--detach", options->isDetached, "Return as soon as the cluster has the job");
                app.add_flag("--dry-run", options->isPreview, "Print the manifests instead");
                return [options](Session& session) { return submit(session, *options); };
            }};
}

}  // namespace slipway::cli
