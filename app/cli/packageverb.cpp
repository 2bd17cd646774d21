// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/print.h"
#include "app/cli/verbs.h"
#include "backends/cluster/submission.h"
#include "backends/core/units.h"

namespace slipway::cli {
namespace {

struct Options {
    JobArgument job;
    std::string to;
    bool isPlanOnly = false;
};

void printPlan(const Session& session, const PackagePlan& plan) {
    if (session.isJson) {
        nlohmann::json files = nlohmann::json::array(), leftOut = nlohmann::json::array();
        for (const auto& file : plan.files)
            files.push_back({{"path", file.path}, {"bytes", file.size.count}});
        for (const auto& file : plan.leftOut) {
            leftOut.push_back({{"path", file.path}, {"bytes", file.size.count}, {"reason", file.reason}});
        }
        printJson({{"files", files}, {"leftOut", leftOut}});
        return;
    }
    for (const auto& file : plan.files)
        std::printf("%10s  %s\n", decimalSize(file.size).c_str(), file.path.c_str());
    for (const auto& file : plan.leftOut)
        std::printf("  left out  %s (%s)\n", file.path.c_str(), file.reason.c_str());
}

Result<int> package(Session& session, const Options& options) {
    SLIPWAY_TRY(const JobSpec job, options.job.load(NeededFiles::ForPackage));
    const PackageRequest request = packageRequest(session.targets(), job, options.job.folder());
    if (options.isPlanOnly) {
        SLIPWAY_TRY(const PackagePlan plan, planPackage(request));
        printPlan(session, plan);
        return 0;
    }
    const auto stop = session.stop.get_token();
    const ProgressCallback progress = transferPrinter();
    SLIPWAY_CHECK(askRegistry(options.to, *session.http, stop));
    SLIPWAY_TRY(const PackagedImage image, buildImage(request, *session.http, progress, stop));
    SLIPWAY_TRY(const PushResult pushed, pushImage(image, options.to, *session.http, progress, stop));
    if (session.isJson) {
        printJson(pushJson(pushed));
    } else {
        std::printf("%s\nsent %s of %s, %s new, %d already there\n", pushed.reference.c_str(),
                    decimalSize(pushed.sent).c_str(), decimalSize(pushed.total).c_str(),
                    counted(pushed.layersSent, "layer").c_str(), pushed.layersPresent);
    }
    return 0;
}

}  // namespace

Verb packageVerb() {
    return {"package", "Make an OCI image of a job: a layout folder or a registry",
            [](CLI::App& app) -> VerbAction {
                auto options = std::make_shared<Options>();
                addJobOptions(app, options->job);
                app.add_option("--to", options->to, "oci:DIR[:TAG], or [http://]REGISTRY/REPOSITORY[:TAG]")
                    ->default_val("oci:build/image");
                app.add_flag("--plan", options->isPlanOnly,
                             "Only list what would go in and what is left out, and why");
                return [options](Session& session) { return package(session, *options); };
            }};
}

Verb pushVerb() {
    return {"push", "Package a job and push it to a registry", [](CLI::App& app) -> VerbAction {
                auto options = std::make_shared<Options>();
                addJobOptions(app, options->job);
                app.add_option("--to", options->to, "[http://]REGISTRY/REPOSITORY[:TAG]")->required();
                return [options](Session& session) { return package(session, *options); };
            }};
}

}  // namespace slipway::cli
