// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/modelrunner.h"
#include "app/cli/print.h"
#include "app/cli/verbs.h"
#include "backends/core/units.h"

namespace slipway::cli {
namespace {

struct Options {
    std::string run;
    std::vector<std::string> files;
    std::string out = "-";
    std::string device = "auto";
    int top = 1;
    std::string prompt;
    std::int64_t tokens = 200;
    std::string temperature = "1";
    std::int64_t seed = 0;
};

Result<int> goOn(Session& session, const Options& options, const UsableModel& model) {
    if (!session.isJson) {
        std::printf("%s", options.prompt.c_str());
        std::fflush(stdout);
    }
    SLIPWAY_TRY(const RunnerTaskEnd end,
                runModelTask(session, model,
                             {"generate", "--device", options.device, "--prompt=" + options.prompt,
                              "--tokens", std::to_string(options.tokens), "--temperature",
                              options.temperature, "--seed", std::to_string(options.seed)},
                             session.isJson ? TaskOutput::Kept : TaskOutput::Shown));
    if (session.isJson)
        printJson({{"prompt", options.prompt}, {"text", end.out}});
    else
        std::printf("\n");
    return 0;
}

Result<int> predict(Session& session, const Options& options) {
    if (options.files.empty() == options.prompt.empty())
        return Error{ErrorCode::InvalidArgument, "there is nothing to predict", "",
                     "Name files or folders, or of a text model --prompt \"TEXT\""};
    SLIPWAY_TRY(const UsableModel model, usableModel(session, options.run));
    if (!options.prompt.empty()) return goOn(session, options, model);
    std::vector<std::string> words{
        "predict", "--device", options.device, "--out=" + options.out, "--top", std::to_string(options.top)};
    if (session.isJson) words.emplace_back("--json");
    words.emplace_back("--");
    words.insert(words.end(), options.files.begin(), options.files.end());
    SLIPWAY_TRY(
        const RunnerTaskEnd end,
        runModelTask(session, model, words, options.out == "-" ? TaskOutput::Shown : TaskOutput::None));
    if (options.out == "-") return 0;
    if (session.isJson)
        printJson({{"out", options.out}, {"samples", end.samples}});
    else
        std::printf("%s in %s\n", counted(end.samples, "prediction").c_str(), options.out.c_str());
    return 0;
}

}  // namespace

Verb predictVerb() {
    return {
        "predict", "What a run's model says of new data; a text model goes on with a text",
        [](CLI::App& app) -> VerbAction {
            auto options = std::make_shared<Options>();
            app.add_option(
                   "run", options->run,
                   "Run: 42, an id, a job's name, last, or a result's folder (./42 where a run has its name, too)")
                ->required();
            app.add_option("file", options->files, "Tables, pictures, folders of pictures, as its data were");
            app.add_option("--out", options->out, "FILE.csv, FILE.parquet, or - for stdout");
            app.add_option("--top", options->top, "The likeliest classes of each sample")
                ->check(CLI::Range(1, 10000));
            app.add_option("--prompt", options->prompt, "Of a text model: the text to go on with");
            app.add_option("--tokens", options->tokens, "How many are added to the text")
                ->check(CLI::Range(1, 1'000'000));
            app.add_option("--temperature", options->temperature, "0: always the likeliest token")
                ->check(CLI::Range(0.0, 100.0));
            app.add_option("--seed", options->seed, "Of what is drawn")->check(CLI::NonNegativeNumber);
            app.add_option("--device", options->device, "auto, cpu or cuda")
                ->check(CLI::IsMember({"auto", "cpu", "cuda"}));
            return [options](Session& session) { return predict(session, *options); };
        }};
}

}  // namespace slipway::cli
