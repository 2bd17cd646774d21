// SPDX-License-Identifier: Apache-2.0
#include "app/runner/modeltask.h"

#include "app/runner/taskreport.h"
#include "backends/trainer/modeluse.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>

namespace slipway {
namespace {

Result<void> print(const Result<std::string>& text) {
    if (!text) return text.error();
    std::fwrite(text->data(), 1, text->size(), stdout);
    return {};
}

}  // namespace

bool isModelTask(std::string_view word) {
    return word == "predict" || word == "evaluate" || word == "generate";
}

int runModelTask(int argc, char** argv, const std::atomic<bool>& stop) {
    TaskReport report;
    ModelUse use{.stop = &stop,
                 .progress = [&](std::int64_t done, std::int64_t total) { report.progress(done, total); },
                 .message =
                     [&](std::string_view text) {
                         report.tell({{"message", text}});
                     }};
    CLI::App app("Uses a finished model", "slipway-runner");
    app.require_subcommand(1);
    const auto task = [&](const char* name, const char* help) {
        CLI::App* const one = app.add_subcommand(name, help);
        one->add_option("--model", use.folder, "The result's folder")->required();
        one->add_option("--device", use.device, "auto, cpu or cuda");
        one->add_option("--threads", use.threads, "Of the CPU");
        return one;
    };
    PredictionSettings prediction;
    CLI::App* const predict = task("predict", "What the model says of each sample");
    predict->add_option("--out", prediction.out, "A file, or -")->required();
    predict->add_option("--top", prediction.top, "Classes of each sample");
    predict->add_flag("--json", prediction.isJson, "On stdout: JSON");
    predict->add_option("places", prediction.places, "Files or folders")->required();
    EvaluationSettings evaluation;
    CLI::App* const evaluate = task("evaluate", "How well the model does");
    evaluate->add_option("--data", evaluation.data, "A file or folder")->required();
    evaluate->add_flag("--held-out", evaluation.isHeldOut, "What was held out when it was trained");
    evaluate->add_option("--digest", evaluation.digest, "Of the data when it was trained");
    evaluate->add_option("--group", evaluation.group, "A column to split by");
    TextSettings text;
    CLI::App* const generate = task("generate", "Goes on with a text");
    generate->add_option("--prompt", text.prompt, "What it begins with")->required();
    generate->add_option("--tokens", text.tokens, "How many more");
    generate->add_option("--temperature", text.temperature, "0: always the likeliest");
    generate->add_option("--seed", text.seed, "Of the random numbers");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
        return app.exit(problem) == 0 ? 0 : exitStatus(ErrorCode::InvalidArgument);
    }
    if (*predict) {
        const auto count = predictWithModel(use, prediction);
        if (count) report.tell({{"samples", *count}});
        return report.end(count ? Result<void>() : count.error());
    }
    if (*evaluate) return report.end(print(evaluateModel(use, evaluation)));
    return report.end(generateText(use, text, [](std::string_view piece) {
        std::fwrite(piece.data(), 1, piece.size(), stdout);
        std::fflush(stdout);
    }));
}

}  // namespace slipway
