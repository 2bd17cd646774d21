// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/print.h"
#include "app/cli/verbs.h"

namespace slipway::cli {
namespace {

Result<int> remove(Session& session, const std::vector<std::string>& names) {
    SLIPWAY_TRY(const RunStore store, session.store());
    // Looked up before any is gone: a job's name means its newest run.
    std::map<std::string, RunFolder> folders;
    for (const std::string& name : names) {
        SLIPWAY_TRY(RunFolder folder, store.find(name));
        folders.emplace(folder.path().filename().string(), std::move(folder));
    }
    nlohmann::json removed = nlohmann::json::array();
    for (const auto& [number, folder] : folders) {
        // What it has come to since it was last looked at; a cluster that is away leaves it as it was.
        (void)freshRecord(session, folder);
        SLIPWAY_CHECK(store.remove(folder));
        removed.push_back(std::stoll(number));
        if (!session.isJson) std::printf("#%s is removed\n", number.c_str());
    }
    if (session.isJson) printJson({{"removed", std::move(removed)}});
    return 0;
}

}  // namespace

Verb removeVerb() {
    return {"remove", "Remove runs that have ended, with their logs, checkpoints and results",
            [](CLI::App& app) -> VerbAction {
                auto runs = std::make_shared<std::vector<std::string>>();
                app.add_option(
                       "run", *runs,
                       "Runs: 42, an id, a job's name, or last; always named, since nothing brings one back")
                    ->required();
                return [runs](Session& session) { return remove(session, *runs); };
            }};
}

}  // namespace slipway::cli
