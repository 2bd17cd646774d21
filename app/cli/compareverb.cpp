// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/print.h"
#include "app/cli/verbs.h"
#include "backends/runs/runcomparison.h"

namespace slipway::cli {
namespace {

using Json = nlohmann::json;

std::string nameOf(const RunRecord& record) { return "#" + std::to_string(record.number); }

std::string numberText(double value) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.6g", value);
    return text.data();
}

// Digests and lists are long: their beginning tells them apart.
std::string shortened(const std::string& text) {
    constexpr std::size_t kMost = 40;
    std::string line = text.substr(0, text.find('\n'));
    if (line.size() == text.size() && line.size() <= kMost) return line;
    line.resize(std::min(line.size(), kMost - 1));
    while (!line.empty() && (static_cast<unsigned char>(line.back()) & 0x80U) != 0) line.pop_back();
    return line + "…";
}

void printDifferences(const char* title, const std::vector<RunDifference>& differences,
                      const std::vector<RunRecord>& runs) {
    if (differences.empty()) {
        std::printf("%s: the same\n", title);
        return;
    }
    std::printf("%s\n", title);
    std::vector<std::vector<std::string>> rows{{"  NAME"}};
    for (const RunRecord& run : runs) rows.front().push_back(nameOf(run));
    for (const RunDifference& difference : differences) {
        std::vector<std::string>& row = rows.emplace_back();
        row.push_back("  " + difference.name);
        for (const auto& value : difference.values) row.push_back(value ? shortened(*value) : "–");
    }
    printTable(rows);
}

std::string partingText(const MetricPartings& partings) {
    if (partings.steps == 0) return "no step in common";
    if (!partings.exact) return "the same";
    const auto place = [](const Parting& parting) {
        return "step " + std::to_string(parting.step) + " (" + numberText(parting.first) + ", " +
               numberText(parting.other) + ")";
    };
    if (!partings.visible) return place(*partings.exact) + ", never by more than 1e-6";
    if (partings.visible->step == partings.exact->step) return place(*partings.exact);
    return "step " + std::to_string(partings.exact->step) + ", by more than 1e-6 " + place(*partings.visible);
}

void printMetrics(const RunComparison& comparison) {
    if (comparison.metrics.empty()) return;
    std::printf("metrics: last values\n");
    std::vector<std::vector<std::string>> rows{{"  METRIC"}};
    for (const RunRecord& run : comparison.runs) rows.front().push_back(nameOf(run));
    for (const MetricComparison& metric : comparison.metrics) {
        std::vector<std::string>& row = rows.emplace_back();
        row.push_back("  " + metric.metric);
        for (const auto& last : metric.last) row.push_back(last ? numberText(last->value) : "–");
    }
    printTable(rows);
    rows = {{"  METRIC", "RUN", "PARTS AT"}};
    for (const MetricComparison& metric : comparison.metrics) {
        for (std::size_t i = 0; i < metric.partings.size(); ++i) {
            if (!metric.last.front() || !metric.last[i + 1]) continue;
            rows.push_back(
                {"  " + metric.metric, nameOf(comparison.runs[i + 1]), partingText(metric.partings[i])});
        }
    }
    if (rows.size() > 1) {
        std::printf("metrics: the first step where they part from %s\n",
                    nameOf(comparison.runs.front()).c_str());
        printTable(rows);
    }
}

Json differencesJson(const std::vector<RunDifference>& differences) {
    Json json = Json::object();
    for (const RunDifference& difference : differences) {
        Json& values = json[difference.name] = Json::array();
        for (const auto& value : difference.values) values.push_back(value ? Json(*value) : Json());
    }
    return json;
}

Json partingJson(const std::optional<Parting>& parting) {
    if (!parting) return {};
    return {{"step", parting->step}, {"values", {numberJson(parting->first), numberJson(parting->other)}}};
}

Json metricsJson(const std::vector<MetricComparison>& metrics) {
    Json json = Json::object();
    for (const MetricComparison& metric : metrics) {
        Json last = Json::array(), partings = Json::array();
        for (const auto& point : metric.last)
            last.push_back(point ? Json{{"step", point->step}, {"value", numberJson(point->value)}} : Json());
        for (const MetricPartings& one : metric.partings)
            partings.push_back({{"commonSteps", one.steps},
                                {"exact", partingJson(one.exact)},
                                {"relative1e-6", partingJson(one.visible)}});
        json[metric.metric] = {{"last", std::move(last)}, {"partsFromFirst", std::move(partings)}};
    }
    return json;
}

void printLines(std::string_view text) {
    constexpr std::string_view kTab = "    ";
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string line(text.substr(0, end));
        for (std::size_t tab = 0; (tab = line.find('\t', tab)) != std::string::npos; tab += kTab.size())
            line.replace(tab, 1, kTab);
        std::printf("%s\n", printable(line).c_str());
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
}

// A summary, or, where it is asked for, all of it.
void printCode(const RunComparison& comparison, bool isWhole) {
    for (std::size_t i = 0; i < comparison.code.size(); ++i) {
        const auto& diff = comparison.code[i];
        if (!diff) continue;
        std::printf("code of %s: %s\n", nameOf(comparison.runs[i + 1]).c_str(), codeDiffWords(*diff).c_str());
        if (isWhole) printLines(diff->text);
    }
}

Json codeJson(const std::vector<std::optional<CodeDiff>>& code, bool isWhole) {
    Json json = Json::array();
    for (const auto& diff : code) {
        Json& one = json.emplace_back();
        if (!diff) continue;
        one = {{"files", diff->files}, {"added", diff->added}, {"removed", diff->removed}};
        if (isWhole) one["diff"] = diff->text;
    }
    return json;
}

Result<int> compare(Session& session, const std::vector<std::string>& names, bool hasCode) {
    if (names.size() < 2)
        return Error{ErrorCode::InvalidArgument, "one run alone cannot be compared", "",
                     "Name another: slipway compare " + names.front() + " RUN"};
    SLIPWAY_TRY(const RunStore store, session.store());
    std::vector<RunFolder> folders;
    for (const std::string& name : names) {
        SLIPWAY_TRY(RunFolder folder, store.find(name));
        static_cast<void>(freshRecord(session, folder));  // what a cluster told meanwhile
        folders.push_back(std::move(folder));
    }
    SLIPWAY_TRY(const RunComparison comparison, compareRuns(folders));
    if (session.isJson) {
        Json runs = Json::array();
        for (const RunRecord& record : comparison.runs) runs.push_back(runJson(record));
        printJson({{"runs", std::move(runs)},
                   {"settings", differencesJson(comparison.settings)},
                   {"environment", differencesJson(comparison.environment)},
                   {"digests", differencesJson(comparison.digests)},
                   {"code", codeJson(comparison.code, hasCode)},
                   {"metrics", metricsJson(comparison.metrics)}});
        return 0;
    }
    printDifferences("settings", comparison.settings, comparison.runs);
    printDifferences("environment", comparison.environment, comparison.runs);
    printDifferences("digests", comparison.digests, comparison.runs);
    printCode(comparison, hasCode);
    printMetrics(comparison);
    return 0;
}

}  // namespace

Verb compareVerb() {
    return {
        "compare",
        "Compare runs: settings, environment, digests, code, and the first step where their metrics part",
        [](CLI::App& app) -> VerbAction {
            auto runs = std::make_shared<std::vector<std::string>>();
            app.add_option("run", *runs, "Runs: 42, an id, a job's name, or last; the first is the measure")
                ->required();
            auto hasCode = std::make_shared<bool>(false);
            app.add_flag("--code", *hasCode, "Print how the programs' code differs from the first's, too");
            return [runs, hasCode](Session& session) { return compare(session, *runs, *hasCode); };
        }};
}

}  // namespace slipway::cli
