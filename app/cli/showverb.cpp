// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/print.h"
#include "app/cli/verbs.h"
#include "backends/core/units.h"
#include "backends/diagnosis/rundiagnosis.h"
#include "backends/programs/programenvironment.h"
#include "backends/runs/lostevents.h"

namespace slipway::cli {
namespace {

void printText(const RunRecord& record, const RunFolder& folder, const ProgramEnvironment& environment,
               const std::map<std::string, std::vector<CurvePoint>>& curves) {
    std::printf("#%lld %s\n", static_cast<long long>(record.number), record.id.str().c_str());
    std::printf("  state    %s %s\n", stateGlyph(record.status.state).c_str(),
                statusText(record.status).c_str());
    std::printf("  where    %s\n", record.target.str().c_str());
    std::printf("  created  %s\n", localTime(record.created).c_str());
    if (record.started) std::printf("  started  %s\n", localTime(*record.started).c_str());
    if (record.ended) std::printf("  ended    %s\n", localTime(*record.ended).c_str());
    if (const auto duration = runDuration(record)) std::printf("  duration %s\n", duration->c_str());
    if (!record.image.empty()) std::printf("  image    %s\n", record.image.c_str());
    if (!record.resultReference.empty()) std::printf("  result   %s\n", record.resultReference.c_str());
    std::printf("  folder   %s\n", folder.path().c_str());
    if (const std::string words = environmentWords(environment); !words.empty())
        std::printf("  with     %s\n", words.c_str());
    for (const auto& [name, points] : curves) {
        if (points.empty()) continue;
        std::printf("  %-16s %.6g at step %lld (%s)\n", name.c_str(), points.back().value,
                    static_cast<long long>(points.back().step),
                    counted(static_cast<std::int64_t>(points.size()), "point").c_str());
    }
}

constexpr std::size_t kMaxLostLines = 5;

void printLostEvents(const std::vector<LostEvents>& lost) {
    for (std::size_t i = 0; i < std::min(lost.size(), kMaxLostLines); ++i)
        std::printf("  log      %s\n", lostEventsInWords(lost[i]).c_str());
    if (lost.size() > kMaxLostLines)
        std::printf("  log      and so in %zu more places\n", lost.size() - kMaxLostLines);
}

nlohmann::json lostEventsJson(const std::vector<LostEvents>& lost) {
    nlohmann::json list = nlohmann::json::array();
    for (const LostEvents& one : lost)
        list.push_back(
            {{"rank", one.rank}, {"attempt", one.attempt}, {"first", one.first}, {"last", one.last}});
    return list;
}

Result<int> show(Session& session, const std::string& name, bool hasCurves) {
    SLIPWAY_TRY(const RunStore store, session.store());
    SLIPWAY_TRY(const RunFolder folder, store.find(name));
    SLIPWAY_TRY(RunRecord record, folder.record());
    const auto fresh = freshRecord(session, folder);
    if (fresh)
        record = *fresh;
    else
        std::fprintf(stderr, "slipway: the state may be old: %s\n", describe(fresh.error()).c_str());
    SLIPWAY_TRY(const auto curves, RunStore::curves(folder));
    SLIPWAY_TRY(const auto findings, diagnoseRun(folder, session.stop.get_token()));
    SLIPWAY_TRY(const auto lost, lostEvents(folder));
    SLIPWAY_TRY(const ProgramEnvironment environment, keptEnvironment(folder.path()));
    if (!session.isJson) {
        printText(record, folder, environment, curves);
        printLostEvents(lost);
        printFindings(findings);
        return 0;
    }
    nlohmann::json json = runJson(record);
    if (!fresh) {
        json["stale"] = true;
        json["staleReason"] = errorJson(fresh.error());
    }
    json["folder"] = folder.path().string();
    json["findings"] = findingsJson(findings);
    if (environment.python) json["environment"] = nlohmann::json::parse(encodeEnvironment(environment));
    if (!lost.empty()) json["lostEvents"] = lostEventsJson(lost);
    nlohmann::json& metrics = json["metrics"] = nlohmann::json::object();
    for (const auto& [metric, points] : curves) {
        if (points.empty()) continue;
        nlohmann::json& one =
            metrics[metric] = {{"step", points.back().step}, {"value", points.back().value}};
        if (!hasCurves) continue;
        nlohmann::json& list = one["points"] = nlohmann::json::array();
        for (const CurvePoint& point : points) list.push_back({point.step, point.value});
    }
    printJson(json);
    return 0;
}

}  // namespace

Verb showVerb() {
    return {"show", "Show one run: state, place, last values", [](CLI::App& app) -> VerbAction {
                struct Options {
                    std::string run = "last";
                    bool hasCurves = false;
                };
                auto options = std::make_shared<Options>();
                app.add_option("run", options->run, "Run: 42, an id, a job's name, or last");
                app.add_flag("--curves", options->hasCurves, "With --json: every point of every curve");
                return
                    [options](Session& session) { return show(session, options->run, options->hasCurves); };
            }};
}

}  // namespace slipway::cli
