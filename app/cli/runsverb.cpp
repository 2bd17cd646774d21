// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/print.h"
#include "app/cli/verbs.h"

namespace slipway::cli {
namespace {

// What a list shows is true now: runs that are not over are asked for at their target; one that cannot be reached keeps
// its last known state.
std::vector<RunRecord> refreshed(Session& session, const RunStore& store, std::vector<RunRecord> records) {
    for (RunRecord& record : records) {
        if (isFinal(record.status.state)) continue;
        const auto folder = store.folder(record.id);
        if (!folder) continue;
        if (auto fresh = freshRecord(session, *folder)) record = std::move(*fresh);
    }
    return records;
}

Result<int> list(Session& session, bool isAll) {
    SLIPWAY_TRY(const RunStore store, session.store());
    SLIPWAY_TRY(std::vector<RunRecord> records, store.list());
    constexpr std::size_t kShown = 20;
    const std::size_t total = records.size();
    if (!isAll && records.size() > kShown) records.resize(kShown);
    records = refreshed(session, store, std::move(records));
    if (session.isJson) {
        nlohmann::json json = nlohmann::json::array();
        for (const RunRecord& record : records) json.push_back(runJson(record));
        printJson(json);
        return 0;
    }
    if (records.empty()) {
        std::printf("No runs yet. Start one with: slipway run JOB\n");
        return 0;
    }
    std::vector<std::vector<std::string>> rows{{"RUN", "JOB", "WHERE", "STATE", "DURATION", "CREATED"}};
    for (const RunRecord& record : records) {
        rows.push_back({"#" + std::to_string(record.number), record.job, record.target.str(),
                        stateGlyph(record.status.state) + " " + statusText(record.status),
                        runDuration(record).value_or("–"), ageText(record.created)});
    }
    printTable(rows);
    if (total > records.size()) std::printf("%zu older; see them with --all\n", total - records.size());
    return 0;
}

}  // namespace

Verb runsVerb() {
    return {"runs", "List runs, here and in clusters, newest first", [](CLI::App& app) -> VerbAction {
                auto isAll = std::make_shared<bool>(false);
                app.add_flag("--all", *isAll, "All of them, not the newest 20");
                return [isAll](Session& session) { return list(session, *isAll); };
            }};
}

}  // namespace slipway::cli
