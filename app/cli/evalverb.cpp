// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/evaluationtext.h"
#include "app/cli/modelrunner.h"
#include "app/cli/print.h"
#include "app/cli/verbs.h"
#include "backends/core/jobneeds.h"
#include "backends/core/units.h"
#include "backends/runs/evaluationfile.h"

namespace slipway::cli {
namespace {

struct Options {
    std::string run = "last";
    std::string data;
    std::string group;
    std::string device = "auto";
};

Result<int> evaluate(Session& session, const Options& options) {
    SLIPWAY_TRY(const UsableModel model, usableModel(session, options.run));
    std::vector<std::string> words{"evaluate", "--device", options.device};
    if (!options.group.empty()) words.push_back("--group=" + options.group);
    const std::string data = options.data.empty() ? model.data.string() : options.data;
    if (data.empty() || !schemeOf(data).empty())
        return Error{ErrorCode::InvalidArgument,
                     data.empty() ? "a folder does not tell what the model was trained with"
                                  : "its data are at " + data + ", not on this machine",
                     "", "Name data with --data PATH"};
    words.push_back("--data=" + data);
    if (options.data.empty()) words.emplace_back("--held-out");
    if (options.data.empty() && !model.digest.empty()) words.push_back("--digest=" + model.digest);
    SLIPWAY_TRY(const RunnerTaskEnd end, runModelTask(session, model, words, TaskOutput::Kept));
    SLIPWAY_TRY(const EvaluationReport report, evaluationOf(end.out, "the evaluation"));
    if (session.isJson) {
        std::fwrite(end.out.data(), 1, end.out.size(), stdout);
        return 0;
    }
    std::printf("%s: %s%s\n", data.c_str(), counted(report.samples, "sample").c_str(),
                options.data.empty() ? ", held out when it was trained" : "");
    for (const auto& [name, score] : report.scores)
        score ? std::printf("  %-16s %.6g\n", name.c_str(), *score)
              : std::printf("  %-16s -\n", name.c_str());
    printParts(report);
    return 0;
}

}  // namespace

Verb evalVerb() {
    return {
        "eval", "How well a run's model does, on the data held out from it or on others",
        [](CLI::App& app) -> VerbAction {
            auto options = std::make_shared<Options>();
            app.add_option(
                "run", options->run,
                "Run: 42, an id, a job's name, last, or a result's folder (./42 where a run has its name, too)");
            app.add_option("--data", options->data, "A file or folder; where it has a test part, that");
            app.add_option("--group", options->group, "A table's column; its values are told apart, too");
            app.add_option("--device", options->device, "auto, cpu or cuda")
                ->check(CLI::IsMember({"auto", "cpu", "cuda"}));
            return [options](Session& session) { return evaluate(session, *options); };
        }};
}

}  // namespace slipway::cli
