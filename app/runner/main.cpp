// SPDX-License-Identifier: Apache-2.0
// slipway-runner: trains one rank of a `train:` job in this process. The agent starts it; by hand it works, too:
//   slipway-runner --job job.yaml --run-folder DIR [--input name=path]... [--resume DIR]
// Also uses what was trained and looks at data, as modeltask.h and datatask.h say. Ranks come by torchrun's variables. Exit status: 0 trained, 1 failed (one line on stderr), 2 wrong call, 143 stopped by
// SIGTERM or SIGINT with a checkpoint saved.
#include "app/runner/datatask.h"
#include "app/runner/eventpipe.h"
#include "app/runner/modeltask.h"
#include "backends/spec/specdocument.h"
#include "backends/trainer/trainer.h"

#include <CLI/CLI.hpp>

#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace {

using namespace slipway;
namespace fs = std::filesystem;

constexpr int kFailed = 1;
constexpr int kWrongCall = 2;
constexpr int kStopped = 128 + SIGTERM;

std::atomic<bool> isStopAsked{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void askToStop(int) { isStopAsked.store(true); }

void handleSignals() {
    struct sigaction action {};
    action.sa_handler = askToStop;
    action.sa_flags = SA_RESTART;
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

int fail(const Error& error, int status = kFailed) {
    std::fflush(stdout);
    std::fprintf(stderr, "slipway-runner: %s\n", describe(error).c_str());
    return status;
}

Error wrong(std::string message, std::string hint) {
    return {ErrorCode::InvalidArgument, std::move(message), {}, std::move(hint)};
}

// A whole number from the environment in [low, high]; `fallback` where it is not set.
Result<int> environmentNumber(const char* name, int fallback, int low, int high) {
    const char* const value = std::getenv(name);
    if (value == nullptr) return fallback;
    const std::string_view text = value;
    int number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size() || number < low || number > high)
        return wrong(std::string(name) + " is \"" + value + "\"",
                     "Give a number from " + std::to_string(low) + " to " + std::to_string(high));
    return number;
}

Result<void> readRanks(TrainContext& context) {
    SLIPWAY_TRY(context.worldSize, environmentNumber("WORLD_SIZE", 1, 1, 65536));
    SLIPWAY_TRY(context.rank, environmentNumber("RANK", 0, 0, context.worldSize - 1));
    SLIPWAY_TRY(context.localRank, environmentNumber("LOCAL_RANK", 0, 0, 65535));
    if (context.worldSize == 1) return {};
    SLIPWAY_TRY(context.masterPort, environmentNumber("MASTER_PORT", 0, 1, 65535));
    if (context.masterPort == 0)
        return wrong("WORLD_SIZE is above 1 but MASTER_PORT is not set", "Set MASTER_ADDR and MASTER_PORT");
    if (const char* const address = std::getenv("MASTER_ADDR")) context.masterAddress = address;
    return {};
}

Result<void> readInputs(const std::vector<std::string>& given, const JobSpec& job, const fs::path& jobFile,
                        TrainContext& context) {
    for (const auto& text : given) {
        const auto equals = text.find('=');
        if (equals == std::string::npos || equals == 0)
            return wrong("--input " + text + " is not name=path", "Write --input data=/path/to/data");
        context.inputs[text.substr(0, equals)] = text.substr(equals + 1);
    }
    for (const auto& input : job.inputs) {
        if (context.inputs.contains(input.name)) continue;
        if (input.source.find("://") != std::string::npos)
            return wrong("input " + input.name + " is at " + input.source + ", which the agent fetches",
                         "Start the job with slipway, or give --input " + input.name + "=PATH");
        context.inputs[input.name] = fs::absolute(jobFile).parent_path() / input.source;
    }
    return {};
}

int run(const fs::path& jobFile, const fs::path& runFolder, const std::vector<std::string>& inputs,
        const fs::path& resume) {
    const auto job = loadJob(jobFile, {});
    if (!job) return fail(job.error(), kWrongCall);
    TrainContext context;
    context.runFolder = runFolder;
    context.resumeFrom = resume;
    context.threads = trainThreads(job->resources.cpu);
    context.stop = &isStopAsked;
    context.isSmoke = std::getenv("SLIPWAY_SMOKE") != nullptr;
    if (const auto read = readRanks(context); !read) return fail(read.error(), kWrongCall);
    if (const auto read = readInputs(inputs, *job, jobFile, context); !read)
        return fail(read.error(), kWrongCall);

    auto pipe = EventPipe::fromEnvironment();
    const auto outcome = train(*job, context, pipe);
    if (!outcome) return fail(outcome.error());
    const std::string steps = "step " + std::to_string(outcome->step);
    if (outcome->isInterrupted) {
        if (context.rank == 0) pipe.onMessage("stopped at " + steps + "; a checkpoint is saved");
        return kStopped;
    }
    if (context.rank == 0) pipe.onMessage("done at " + steps + " after " + durationText(outcome->seconds));
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    handleSignals();
    if (argc > 1 && isModelTask(argv[1])) return runModelTask(argc, argv, isStopAsked);
    if (argc > 1 && isDataTask(argv[1])) return runDataTask(argc, argv, isStopAsked);
    CLI::App app("Trains one rank of a job", "slipway-runner");
    fs::path jobFile;
    fs::path runFolder;
    fs::path resume;
    std::vector<std::string> inputs;
    app.set_version_flag("--version", "slipway-runner " SLIPWAY_VERSION);
    app.add_option("--job", jobFile, "The job file")->required();
    app.add_option("--run-folder", runFolder, "Where checkpoints/ and result/ are written")->required();
    app.add_option("--input", inputs, "name=path of an input; the job file's own sources otherwise")
        ->allow_extra_args(false);
    app.add_option("--resume", resume, "A checkpoint, or a folder of them: the newest sound one counts");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
        const int status = app.exit(problem);
        return status == 0 ? 0 : kWrongCall;
    }
    return run(jobFile, runFolder, inputs, resume);
}
