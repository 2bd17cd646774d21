// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/print.h"
#include "app/cli/verbs.h"
#include "backends/core/units.h"
#include "backends/platform/files.h"
#include "backends/smoke/smokerun.h"

namespace slipway::cli {
namespace {

struct Options {
    JobArgument job;
    int steps = kSmokeSteps;
    int seconds = 60;
    bool isWriting = false;
};

// One line on stderr that is overwritten on a terminal, and printed once for each state elsewhere.
std::function<void(const SmokeProgress&)> progressPrinter() {
    const bool isLive = ::isatty(STDERR_FILENO) == 1;
    return [isLive, last = std::string()](const SmokeProgress& progress) mutable {
        if (isLive)
            std::fprintf(stderr, "\r\033[K%s  step %d of %d", progress.words.c_str(), progress.step,
                         progress.steps);
        else if (last != progress.words)
            std::fprintf(stderr, "%s\n", progress.words.c_str());
        last = progress.words;
    };
}

void endProgress() {
    if (::isatty(STDERR_FILENO) == 1) std::fprintf(stderr, "\r\033[K");
}

std::string rangeText(const SmokeRange& range) {
    return durationText(range.likely) + " (" + durationText(range.low) + " to " + durationText(range.high) +
           ")";
}

std::string memoryText(const SmokeReport& report) {
    if (!report.memory) return "not known";
    std::string text = "peak " + binarySize(*report.memory) +
                       (report.isMemorySampled ? ", shares of its processes added up, at looks now and then"
                                               : ", by the kernel's mark");
    if (!report.memoryEstimate) return text;
    const double error =
        static_cast<double>(report.memoryEstimate->count) / static_cast<double>(report.memory->count) - 1;
    std::array<char, 32> percent{};
    std::snprintf(percent.data(), percent.size(), "%+.1f %%", 100 * error);
    return text + "; " + binarySize(*report.memoryEstimate) + " were reckoned before the first step, " +
           percent.data();
}

std::string stepText(const SmokeReport& report) {
    if (!report.first) return "not known";
    if (!report.step) return "only the first, " + durationText(*report.first);
    std::string text = "median " + rangeText(*report.step) + ", the first " + durationText(*report.first);
    if (report.samplesPerSecond) text += ", " + siNumber(*report.samplesPerSecond) + " samples/s";
    return text;
}

std::string wholeText(const SmokeReport& report) {
    std::string text = rangeText(*report.whole) + ": " + grouped(report.wholeSteps) + " steps";
    if (report.wholeEvaluations > 0) text += ", " + counted(report.wholeEvaluations, "evaluation");
    if (report.wholeCheckpoints > 0) text += ", " + counted(report.wholeCheckpoints, "checkpoint");
    return text;
}

void printReport(const SmokeReport& report) {
    const auto line = [](const char* name, const std::string& text) {
        std::printf("  %-11s %s\n", name, text.c_str());
    };
    line("memory", memoryText(report));
    if (report.gpuMemory) line("GPU memory", "peak " + binarySize(*report.gpuMemory));
    line("step", stepText(report));
    if (report.evaluation) line("evaluation", durationText(*report.evaluation));
    if (report.checkpoint)
        line("checkpoint", decimalSize(report.checkpointSize) + " in " + durationText(*report.checkpoint));
    if (report.whole) line("whole run", wholeText(report));
    line("limited by", report.limitWords);
    for (const std::string& unknown : report.unknown) line("not known", unknown);
    for (const SmokeReport::Setting& setting : report.settings)
        line("ask for", setting.path + ": " + setting.value + (setting.isAsNow ? ", as it does" : "") +
                            (setting.path.ends_with("memory") ? " (peak + 15 %, in steps of 256 MiB)" : ""));
}

nlohmann::json rangeJson(const SmokeRange& range) {
    return {{"likely", range.likely}, {"low", range.low}, {"high", range.high}};
}

nlohmann::json reportJson(const SmokeReport& report) {
    constexpr std::array kLimits{"unknown", "compute", "loader", "memory"};
    nlohmann::json json{{"steps", report.steps},
                        {"seconds", report.seconds},
                        {"limit", kLimits.at(static_cast<std::size_t>(report.limit))},
                        {"limitWords", report.limitWords},
                        {"unknown", report.unknown},
                        {"memorySampled", report.isMemorySampled}};
    const auto add = [&](const char* name, const auto& value) {
        if (value) json[name] = *value;
    };
    const auto addBytes = [&](const char* name, const std::optional<Bytes>& value) {
        if (value) json[name] = value->count;
    };
    addBytes("memory", report.memory);
    addBytes("memoryEstimate", report.memoryEstimate);
    addBytes("gpuMemory", report.gpuMemory);
    add("firstStepSeconds", report.first);
    if (report.step) json["stepSeconds"] = rangeJson(*report.step);
    add("samplesPerSecond", report.samplesPerSecond);
    add("evaluationSeconds", report.evaluation);
    add("checkpointSeconds", report.checkpoint);
    if (report.checkpointSize.count > 0) json["checkpointSize"] = report.checkpointSize.count;
    if (report.whole) {
        json["wholeSeconds"] = rangeJson(*report.whole);
        json["wholeEvaluations"] = report.wholeEvaluations;
        json["wholeCheckpoints"] = report.wholeCheckpoints;
    }
    if (report.wholeSteps > 0) json["wholeSteps"] = report.wholeSteps;
    add("waiting", report.waiting);
    add("cores", report.cores);
    nlohmann::json& settings = json["settings"] = nlohmann::json::object();
    for (const SmokeReport::Setting& setting : report.settings) settings[setting.path] = setting.value;
    return json;
}

// Only those values change in the file.
Result<void> write(const std::filesystem::path& file, const SmokeReport& report) {
    SLIPWAY_TRY(SpecDocument document, SpecDocument::load(file));
    for (const SmokeReport::Setting& setting : report.settings) {
        SLIPWAY_TRY(document, document.withValue(setting.path, setting.value));
    }
    return writeFileAtomically(file, document.text());
}

bool isAllAsNow(const SmokeReport& report) {
    return std::ranges::all_of(report.settings, &SmokeReport::Setting::isAsNow);
}

int printFailure(const Session& session, const SmokeOutcome& outcome) {
    if (session.isJson) {
        printJson({{"report", nullptr},
                   {"state", runStateName(outcome.record.status.state)},
                   {"reason", outcome.record.status.reason},
                   {"findings", findingsJson(outcome.findings)}});
        return 1;
    }
    std::printf("%s the first steps of %s: %s\n", stateGlyph(outcome.record.status.state).c_str(),
                outcome.record.job.c_str(), statusText(outcome.record.status).c_str());
    printFindings(outcome.findings);
    return 1;
}

Result<int> smoke(Session& session, const Options& options) {
    SLIPWAY_TRY(const JobSpec job, options.job.load(NeededFiles::ForRunHere));
    const SmokeRequest request{job,
                               options.job.folder(),
                               session.home,
                               program("slipway-agent"),
                               program("slipway-runner"),
                               options.steps,
                               std::chrono::seconds(options.seconds)};
    auto ran = smokeRun(request, progressPrinter(), session.stop.get_token());
    endProgress();
    SLIPWAY_TRY(const SmokeOutcome outcome, std::move(ran));
    if (!outcome.report) return printFailure(session, outcome);
    const SmokeReport& report = *outcome.report;
    if (options.isWriting) SLIPWAY_CHECK(write(options.job.file(), report));
    if (session.isJson) {
        printJson({{"report", reportJson(report)}, {"written", options.isWriting}});
        return 0;
    }
    std::printf("%s: %s in %s\n", job.name.c_str(), counted(report.steps, "step").c_str(),
                durationText(report.seconds).c_str());
    printReport(report);
    if (options.isWriting)
        std::printf("written to %s\n", options.job.file().c_str());
    else if (!isAllAsNow(report))
        std::printf("write them into the job file with: slipway smoke %s --write\n",
                    options.job.path.c_str());
    return 0;
}

}  // namespace

Verb smokeVerb() {
    return {"smoke", "Run a job's first steps here: memory, time and what to ask for",
            [](CLI::App& app) -> VerbAction {
                auto options = std::make_shared<Options>();
                addJobOptions(app, options->job);
                app.add_option("--steps", options->steps, "Steps to look at")
                    ->check(CLI::Range(2, 10000))
                    ->capture_default_str();
                app.add_option("--seconds", options->seconds,
                               "A program is ended after so many at the latest")
                    ->check(CLI::Range(1, 86400))
                    ->capture_default_str();
                app.add_flag("--write", options->isWriting, "Write what to ask for into the job file");
                return [options](Session& session) { return smoke(session, *options); };
            }};
}

}  // namespace slipway::cli
