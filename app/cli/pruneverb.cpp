// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/print.h"
#include "app/cli/verbs.h"
#include "backends/cluster/submission.h"
#include "backends/image/layerbuilder.h"
#include "backends/platform/filelock.h"
#include "backends/platform/files.h"
#include "backends/runs/prune.h"
#include "backends/spec/preferencefile.h"
#include "backends/supervise/agentplan.h"

namespace slipway::cli {
namespace {

struct Options {
    std::optional<int> days;
    bool isToBudget = false;
    bool takesLayers = false;
    bool takesInputs = false;
    bool isDry = false;
};

struct Pruned {
    Bytes size;
    nlohmann::json items = nlohmann::json::array();
    int kept = 0;  // could not go
};

void add(Pruned& pruned, const PruneItem& item, bool isJson) {
    pruned.size.count += item.size.count;
    pruned.items.push_back({{"run", item.run.number},
                            {"job", item.run.job},
                            {"what", item.isWhole ? "run" : "checkpoints"},
                            {"bytes", item.size.count}});
    if (isJson) return;
    std::printf("%10s  #%lld %s, %s\n", binarySize(item.size).c_str(),
                static_cast<long long>(item.run.number), item.run.job.c_str(),
                item.isWhole ? ("the whole run, ended " + ageText(*item.run.ended)).c_str() : "checkpoints");
}

// Layers that packages are made of come again where they are needed; those of the last hour stay.
Result<void> pruneLayers(Session& session, Pruned& pruned) {
    const std::filesystem::path folder = packageCache(session.targets());
    std::error_code failure;
    if (!std::filesystem::exists(folder / "lock", failure)) return {};
    SLIPWAY_TRY(const FileLock lock,
                FileLock::acquire(folder / "lock", std::chrono::seconds(10), session.stop.get_token()));
    const Bytes freed = oci::LayerCache(folder).trim(Bytes{0});
    pruned.size.count += freed.count;
    pruned.items.push_back({{"what", "layers"}, {"bytes", freed.count}});
    if (!session.isJson) std::printf("%10s  layers of packages\n", binarySize(freed).c_str());
    return {};
}

// A run here that is not over may be about to read what it brought.
Result<void> needsNoInputs(const RunStore& store) {
    SLIPWAY_TRY(const std::vector<RunRecord> runs, store.list());
    for (const RunRecord& run : runs) {
        if (run.target == TargetId("here") && !isFinal(run.status.state))
            return Error{ErrorCode::Conflict,
                         "run #" + std::to_string(run.number) + " may still read its inputs", "",
                         "Wait for its end, or cancel it"};
    }
    return {};
}

// What runs here brought from object stores.
Result<void> pruneInputs(const Session& session, Pruned& pruned) {
    const std::filesystem::path folder = objectCache(session.home);
    const Bytes freed = sizeOnDisk(folder);
    std::error_code failure;
    std::filesystem::remove_all(folder, failure);
    if (failure) return errnoError("cannot remove " + folder.string(), failure.value());
    pruned.size.count += freed.count;
    pruned.items.push_back({{"what", "inputs"}, {"bytes", freed.count}});
    if (!session.isJson) std::printf("%10s  inputs from object stores\n", binarySize(freed).c_str());
    return {};
}

Result<int> prune(Session& session, const Options& options) {
    SLIPWAY_TRY(const RunStore store, session.store());
    PruneLimits limits;
    if (options.days) limits.age = std::chrono::days(*options.days);
    if (options.isToBudget) {
        SLIPWAY_TRY(const ParameterValues preferences, loadPreferences(session.home));
        limits.budget = diskBudget(preferences);
        if (!limits.budget)
            return Error{ErrorCode::InvalidArgument, "no disk budget is set", "",
                         "Set one in GiB: slipway settings disk_budget 50"};
    }
    if (options.takesInputs) SLIPWAY_CHECK(needsNoInputs(store));
    SLIPWAY_TRY(const std::vector<PruneItem> plan, planPrune(store, limits, now(), session.stop.get_token()));
    Pruned pruned;
    for (const PruneItem& item : plan) {
        if (session.stop.stop_requested()) return Error{ErrorCode::Cancelled, "cancelled"};
        if (const auto gone = options.isDry ? Result<void>() : slipway::prune(store, item); !gone) {
            std::fprintf(stderr, "slipway: left as it is: %s\n", describe(gone.error()).c_str());
            ++pruned.kept;
            continue;
        }
        add(pruned, item, session.isJson);
    }
    if (options.takesLayers && !options.isDry) SLIPWAY_CHECK(pruneLayers(session, pruned));
    if (options.takesInputs && !options.isDry) SLIPWAY_CHECK(pruneInputs(session, pruned));
    if (session.isJson) {
        printJson({{"bytes", pruned.size.count},
                   {"items", std::move(pruned.items)},
                   {"kept", pruned.kept},
                   {"dry_run", options.isDry}});
    } else if (pruned.items.empty()) {
        std::puts("there is nothing to remove");
    } else {
        std::printf("%10s  %s\n", binarySize(pruned.size).c_str(),
                    options.isDry ? "would be free; nothing was removed" : "free again");
    }
    return pruned.kept == 0 ? 0 : 1;
}

}  // namespace

Verb pruneVerb() {
    return {"prune", "Free disk space: checkpoints of runs that succeeded, and more on request",
            [](CLI::App& app) -> VerbAction {
                auto options = std::make_shared<Options>();
                app.add_option("--runs-older-than", options->days,
                               "Whole runs, too, that ended more than this many days ago")
                    ->type_name("DAYS")
                    ->check(CLI::Range(0, 36500));
                app.add_flag("--to-budget", options->isToBudget,
                             "Whole runs, too, the oldest first, until the rest is within the disk budget of "
                             "the settings; marked and imported ones stay");
                auto* layers = app.add_flag("--layers", options->takesLayers,
                                            "Layers of packages, too; packaging makes them again");
                auto* inputs =
                    app.add_flag("--inputs", options->takesInputs,
                                 "Inputs that were brought from object stores, too; a run brings them again");
                app.add_flag("--dry-run", options->isDry, "Only tell what would go, and how much that is")
                    ->excludes(layers)
                    ->excludes(inputs);
                return [options](Session& session) { return prune(session, *options); };
            }};
}

}  // namespace slipway::cli
