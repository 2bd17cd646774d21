// SPDX-License-Identifier: Apache-2.0
#include "backends/core/rundetails.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

namespace slipway {
namespace {

constexpr auto kColumns = std::to_array<std::string_view>(
    {"state", "run", "job", "name", "where", "target", "tag", "note", "group", "step", "steps", "loss",
     "rate", "duration", "age", "reason", "attempt", "replicas", "image"});

RunValue textValue(std::string text) { return {std::nullopt, {std::move(text)}}; }
RunValue numberValue(double number) { return {number, {}}; }

double secondsBetween(Timestamp from, Timestamp to) {
    return std::chrono::duration<double>(to - from).count();
}

std::optional<RunValue> timeValue(const RunRecord& record, std::string_view name, Timestamp now) {
    const Timestamp begin = record.started.value_or(record.created);
    if (name == "age") return numberValue(secondsBetween(begin, now));
    if (!record.started && !record.ended) return std::nullopt;
    return numberValue(secondsBetween(begin, record.ended.value_or(now)));
}

// The value of a column that every run has; none: this run has it not.
std::optional<RunValue> columnValue(const RunSummary& run, std::string_view name, Timestamp now) {
    const RunRecord& record = run.record;
    if (name == "state") return textValue(std::string(runStateName(record.status.state)));
    if (name == "run") return numberValue(static_cast<double>(record.number));
    if (name == "job" || name == "name") return textValue(record.job);
    if (name == "where" || name == "target") return textValue(record.target.str());
    if (name == "tag") return RunValue{std::nullopt, record.marks.tags};
    if (name == "note") return textValue(record.marks.note);
    if (name == "group") return textValue(record.marks.group);
    if (name == "step") return numberValue(static_cast<double>(run.step));
    if (name == "steps" && run.steps > 0) return numberValue(static_cast<double>(run.steps));
    if (name == "loss" && run.loss) return numberValue(*run.loss);
    if (name == "rate" && run.samplesPerSecond > 0) return numberValue(run.samplesPerSecond);
    if (name == "duration" || name == "age") return timeValue(record, name, now);
    if (name == "reason") return textValue(run.cause.empty() ? record.status.reason : run.cause);
    if (name == "attempt") return numberValue(record.attempt);
    if (name == "replicas") return numberValue(record.replicas);
    if (name == "image") return textValue(record.image);
    return std::nullopt;
}

// The entry of that name, else the shortest that ends with it behind `separator`.
template <typename Value>
const Value* ending(const std::map<std::string, Value>& entries, std::string_view name, char separator) {
    if (const auto exact = entries.find(std::string(name)); exact != entries.end()) return &exact->second;
    const std::string end = separator + std::string(name);
    const std::pair<const std::string, Value>* best = nullptr;
    for (const auto& entry : entries)
        if (entry.first.ends_with(end) && (best == nullptr || entry.first.size() < best->first.size()))
            best = &entry;
    return best == nullptr ? nullptr : &best->second;
}

RunValue settingValue(const std::string& text) {
    RunValue value = textValue(text);
    double number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    if (parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size()) value.number = number;
    return value;
}

bool isLowBest(std::string_view metric) {
    return std::ranges::any_of(std::to_array<std::string_view>({"loss", "err", "perplexity", "mae", "mse"}),
                               [&](std::string_view word) { return metric.find(word) != metric.npos; });
}

std::optional<double> metricValue(const RunDetails& details, std::string_view name) {
    const auto find = [&](std::string_view metric) { return ending(details.metrics, metric, '/'); };
    if (const MetricExtent* extent = find(name)) return extent->last;
    const std::size_t dot = name.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const std::string_view kind = name.substr(0, dot), metric = name.substr(dot + 1);
    const MetricExtent* extent = find(metric);
    if (extent == nullptr) return std::nullopt;
    if (kind == "min" || (kind == "best" && isLowBest(metric))) return extent->lowest;
    if (kind == "max" || kind == "best") return extent->highest;
    return std::nullopt;
}

template <typename Add>
std::vector<std::string> namesOf(std::span<const RunSummary> runs, const Add& add) {
    std::set<std::string> names;
    for (const RunSummary& run : runs)
        if (run.details) add(*run.details, names);
    return {names.begin(), names.end()};
}

}  // namespace

std::span<const std::string_view> runColumns() { return kColumns; }

std::optional<RunValue> runValue(const RunSummary& run, std::string_view name, Timestamp now) {
    if (auto value = columnValue(run, name, now)) return value;
    if (!run.details) return std::nullopt;
    if (const auto value = metricValue(*run.details, name)) return numberValue(*value);
    if (const std::string* text = ending(run.details->settings, name, '.')) return settingValue(*text);
    return std::nullopt;
}

std::vector<std::string> settingNames(std::span<const RunSummary> runs) {
    return namesOf(runs, [](const RunDetails& details, std::set<std::string>& names) {
        for (const auto& [name, value] : details.settings) names.insert(name);
    });
}

std::vector<std::string> metricNames(std::span<const RunSummary> runs) {
    return namesOf(runs, [](const RunDetails& details, std::set<std::string>& names) {
        for (const auto& [name, value] : details.metrics) names.insert({name, "best." + name});
    });
}

}  // namespace slipway
