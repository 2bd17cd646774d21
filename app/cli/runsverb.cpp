// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/print.h"
#include "app/cli/verbs.h"
#include "backends/core/runfilter.h"
#include "backends/runs/runindex.h"
#include "backends/runs/runtail.h"

namespace slipway::cli {
namespace {

std::string joined(const std::vector<std::string>& tags) {
    std::string text;
    for (const std::string& tag : tags) text += (text.empty() ? "" : ", ") + tag;
    return text;
}

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

// The records with all that a filter can ask for.
std::vector<RunSummary> summaries(const RunStore& store, const std::vector<RunRecord>& records) {
    std::vector<std::int64_t> numbers;
    numbers.reserve(records.size());
    for (const RunRecord& record : records) numbers.push_back(record.number);
    const auto details = allDetails(store.home(), numbers);
    std::vector<RunSummary> all;
    for (const RunRecord& record : records) {
        RunSummary& run = all.emplace_back();
        run.record = record;
        if (const auto folder = store.find(std::to_string(record.number)))
            summarizeTail(runTail(*folder, 0), run);
        if (const auto found = details.find(record.number); found != details.end())
            run.details = std::make_shared<const RunDetails>(found->second);
    }
    return all;
}

Result<std::vector<RunRecord>> filtered(const RunStore& store, const std::vector<RunRecord>& records,
                                        const std::string& filterText) {
    const std::vector<RunSummary> runs = summaries(store, records);
    SLIPWAY_TRY(const RunFilter filter, RunFilter::parse(filterText, runs));
    std::vector<RunRecord> kept;
    for (const RunSummary& run : runs)
        if (filter.matches(run, now())) kept.push_back(run.record);
    return kept;
}

Result<int> list(Session& session, bool isAll, const std::string& filterText) {
    SLIPWAY_TRY(const RunStore store, session.store());
    SLIPWAY_TRY(std::vector<RunRecord> records, store.list());
    const bool hasRuns = !records.empty();
    if (!filterText.empty()) {
        SLIPWAY_TRY(records, filtered(store, refreshed(session, store, std::move(records)), filterText));
    }
    constexpr std::size_t kShown = 20;
    const std::size_t total = records.size();
    if (!isAll && records.size() > kShown) records.resize(kShown);
    if (filterText.empty()) records = refreshed(session, store, std::move(records));
    if (session.isJson) {
        nlohmann::json json = nlohmann::json::array();
        for (const RunRecord& record : records) json.push_back(runJson(record));
        printJson(json);
        return 0;
    }
    if (records.empty()) {
        std::printf("%s\n",
                    hasRuns ? "No run passes the filter" : "No runs yet. Start one with: slipway run JOB");
        return 0;
    }
    std::vector<std::vector<std::string>> rows{
        {"RUN", "JOB", "WHERE", "STATE", "DURATION", "CREATED", "TAGS"}};
    for (const RunRecord& record : records) {
        rows.push_back({"#" + std::to_string(record.number), record.job, record.target.str(),
                        stateGlyph(record.status.state) + " " + statusText(record.status),
                        runDuration(record).value_or("–"), ageText(record.created),
                        joined(record.marks.tags)});
    }
    if (std::ranges::all_of(records, [](const RunRecord& record) { return record.marks.tags.empty(); }))
        for (auto& row : rows) row.pop_back();
    printTable(rows);
    if (total > records.size()) std::printf("%zu older; see them with --all\n", total - records.size());
    return 0;
}

}  // namespace

Verb runsVerb() {
    return {
        "runs", "List runs, here and in clusters, newest first", [](CLI::App& app) -> VerbAction {
            auto isAll = std::make_shared<bool>(false);
            app.add_flag("--all", *isAll, "All of them, not the newest 20");
            auto filter = std::make_shared<std::string>();
            app.add_option(
                   "--filter", *filter,
                   "Those that pass: 'accuracy > 0.9 and optimizer.lr <= 3e-4 and tag:baseline and state = failed'; "
                   "'loss = nan' where the loss is no number, 'loss ~ 0.31' by a part of what is shown")
                ->type_name("EXPRESSION");
            return [isAll, filter](Session& session) { return list(session, *isAll, *filter); };
        }};
}

}  // namespace slipway::cli
