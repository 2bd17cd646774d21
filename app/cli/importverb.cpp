// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/print.h"
#include "app/cli/verbs.h"
#include "backends/core/units.h"
#include "backends/exchange/runimport.h"

namespace slipway::cli {
namespace {

void printImported(const ForeignRun& run, const ImportedRecord& imported) {
    const auto number = static_cast<long long>(imported.record.number);
    if (!imported.isNew) {
        std::printf("#%lld is %s already\n", number, run.name.c_str());
        return;
    }
    std::printf("#%lld %s, %s\n", number, run.name.c_str(),
                counted(static_cast<std::int64_t>(imported.points), "point").c_str());
    if (imported.leftOut > 0)
        std::printf("  left out: %s of steps below 0, or of names longer than 80 bytes\n",
                    counted(static_cast<std::int64_t>(imported.leftOut), "point").c_str());
}

// One that cannot be imported does not keep the others away; the first of their errors is the verb's.
Result<int> import(Session& session, const std::string& folder) {
    SLIPWAY_TRY(const std::vector<ForeignRun> runs, foreignRuns(folder));
    SLIPWAY_TRY(const RunStore store, session.store());
    std::optional<Error> failure;
    nlohmann::json list = nlohmann::json::array();
    for (const ForeignRun& run : runs) {
        const auto imported = importRun(store, run, session.stop.get_token());
        if (!imported) {
            if (imported.error().code == ErrorCode::Cancelled) return imported.error();
            if (failure) std::fprintf(stderr, "slipway: %s\n", describe(imported.error()).c_str());
            if (!failure) failure = imported.error();
            continue;
        }
        if (!session.isJson) printImported(run, *imported);
        nlohmann::json one = runJson(imported->record);
        one["name"] = run.name;
        one["new"] = imported->isNew;
        one["points"] = imported->points;
        one["leftOut"] = imported->leftOut;
        list.push_back(std::move(one));
    }
    if (failure) return *failure;
    if (session.isJson) printJson({{"runs", std::move(list)}});
    return 0;
}

}  // namespace

Verb importVerb() {
    return {"import", "Import the runs of a TensorBoard log folder or of MLflow's mlruns",
            [](CLI::App& app) -> VerbAction {
                auto folder = std::make_shared<std::string>();
                app.add_option("folder", *folder, "The folder; what is below it, too")->required();
                return [folder](Session& session) { return import(session, *folder); };
            }};
}

}  // namespace slipway::cli
