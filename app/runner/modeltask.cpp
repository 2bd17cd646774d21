// SPDX-License-Identifier: Apache-2.0
#include "app/runner/modeltask.h"

#include "backends/trainer/modeluse.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace slipway {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kReportInterval{100};

// Lines for the program that started this one, where there is one.
class Report {
public:
    Report() {
        if (const char* const text = std::getenv("SLIPWAY_REPORT_FD"))
            std::from_chars(text, text + std::strlen(text), m_descriptor);
    }
    void tell(const Json& line) const {
        if (m_descriptor < 0) return;
        const std::string text = line.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
        [[maybe_unused]] const auto written =
            ::write(m_descriptor, text.data(), text.size());  // short, or nobody reads
    }
    void progress(std::int64_t done, std::int64_t total) {
        const auto time = Clock::now();
        if (time - m_told < kReportInterval) return;
        m_told = time;
        tell({{"done", done}, {"total", total}});
    }
    int fail(const Error& error) const {
        tell({{"error",
               {{"code", errorCodeName(error.code)},
                {"message", error.message},
                {"detail", error.detail},
                {"hint", error.hint}}}});
        if (m_descriptor < 0) std::fprintf(stderr, "slipway-runner: %s\n", describe(error).c_str());
        return exitStatus(error.code);
    }

private:
    int m_descriptor = -1;
    Clock::time_point m_told;
};

int end(const Report& report, const Result<void>& done) {
    if (!done) return report.fail(done.error());
    if (std::fflush(stdout) != 0) return report.fail(errnoError("cannot write to stdout", errno));
    return 0;
}

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
    Report report;
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
        return end(report, count ? Result<void>() : count.error());
    }
    if (*evaluate) return end(report, print(evaluateModel(use, evaluation)));
    return end(report, generateText(use, text, [](std::string_view piece) {
                   std::fwrite(piece.data(), 1, piece.size(), stdout);
                   std::fflush(stdout);
               }));
}

}  // namespace slipway
