// SPDX-License-Identifier: Apache-2.0
#include "app/cli/modelrunner.h"

#include <unistd.h>

#include <cstdio>

#include "app/cli/print.h"
#include "backends/cluster/keptcheckpoint.h"
#include "backends/core/jobneeds.h"
#include "backends/core/units.h"
#include "backends/platform/process.h"
#include "backends/runs/evaluationfile.h"
#include "backends/runs/eventfile.h"

namespace slipway::cli {
namespace {

namespace fs = std::filesystem;

bool isModel(const fs::path& folder) {
    std::error_code failure;
    return fs::exists(folder / "config.json", failure);
}

// As the last attempt told it.
Result<std::string> digestOfInput(const RunFolder& folder, const std::string& name) {
    std::string digest;
    for (const auto& [rank, file] : eventFiles(folder.path()))
        SLIPWAY_CHECK(readRareEvents(file, [&](const Event& event) {
            if (const auto* input = std::get_if<InputEvent>(&event.body); input && input->name == name)
                digest = input->digest;
        }));
    return digest;
}

Error noModel(const std::string& run, std::string reason) {
    return {ErrorCode::InvalidArgument, "run " + run + " has no model that Slipway trained",
            std::move(reason), "Name a run of a job with `train:`"};
}

}  // namespace

Result<UsableModel> usableModel(const Session& session, const std::string& run) {
    const UsableModel copied{run, {}, {}, usableCores()};
    if (run.find('/') != std::string::npos && isModel(run)) return copied;
    SLIPWAY_TRY(const RunStore store, session.store());
    const auto found = store.find(run);
    if (!found && found.error().code == ErrorCode::NotFound && isModel(run)) return copied;
    SLIPWAY_TRY(const RunFolder folder, found);
    // What is here can be used while its cluster is away.
    static_cast<void>(freshRecord(session, folder));
    SLIPWAY_TRY(const RunRecord record, folder.record());
    const auto job = loadJob(folder.jobFile(), {});
    if (!job) return noModel(run, job.error().message);
    if (job->train() == nullptr) return noModel(run, "a program of its own ran");
    if (!isModel(folder.resultFolder())) {
        SLIPWAY_TRY(const KeptWork kept,
                    fetchKept(session.targets(), folder, transferPrinter(), session.stop.get_token()));
        if (kept.isCheckpoint || !isModel(folder.resultFolder()))
            return Error{ErrorCode::NotFound, "run #" + std::to_string(record.number) + " left no model",
                         record.status.reason,
                         "Resume it with: slipway resume " + std::to_string(record.number)};
    }
    const auto threads = std::max<std::int64_t>(1, (job->resources.cpu.count + 999) / 1000);
    UsableModel model{folder.resultFolder(), {}, {}, static_cast<int>(threads)};
    for (const InputSpec& input : job->inputs) {
        if (input.name != textValue(job->train()->data.values, "input")) continue;
        model.data = schemeOf(input.source).empty() ? fs::path(record.jobFolder) / input.source
                                                    : fs::path(input.source);
        SLIPWAY_TRY(model.digest, digestOfInput(folder, input.name));
    }
    return model;
}

Result<RunnerTaskEnd> runModelTask(const Session& session, const UsableModel& model,
                                   std::vector<std::string> words, TaskOutput output) {
    words.insert(words.begin() + 1,
                 {"--model", model.folder.string(), "--threads", std::to_string(model.threads)});
    return runRunnerTask(session, std::move(words), output, kMaxEvaluationBytes);
}

Result<RunnerTaskEnd> runRunnerTask(const Session& session, std::vector<std::string> words, TaskOutput output,
                                    std::size_t limit) {
    const bool sharesScreen = output == TaskOutput::Shown && ::isatty(STDOUT_FILENO) == 1;
    const bool isLive = !sharesScreen && ::isatty(STDERR_FILENO) == 1;
    RunnerTask task;
    task.runner = session.targets().runner;
    task.words = std::move(words);
    task.outputLimit = output == TaskOutput::Kept ? limit : 0;
    task.message = [isLive](std::string_view text) {
        std::fprintf(stderr, "%s%s\n", isLive ? "\r\033[K" : "", std::string(text).c_str());
    };
    task.stop = session.stop.get_token();
    if (isLive)
        task.progress = [](std::int64_t done, std::int64_t total) {
            std::fprintf(stderr, "\r\033[K%s%s", grouped(done).c_str(),
                         total > 0 ? (" of " + grouped(total)).c_str() : "");
        };
    auto end = runTask(task);
    if (isLive) std::fputs("\r\033[K", stderr);
    return end;
}

}  // namespace slipway::cli
