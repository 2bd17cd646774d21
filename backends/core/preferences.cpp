// SPDX-License-Identifier: Apache-2.0
#include "backends/core/preferences.h"

#include <array>

namespace slipway {
namespace {

Parameter amount(std::string name, double maximum, std::string unit, std::string label, std::string help) {
    return {std::move(name), ParameterKind::Real, ParameterValue{0.0}, 0, maximum, {},
            std::move(unit), std::move(label),    std::move(help)};
}

Parameter text(std::string name, std::string fallback, std::string label, std::string help) {
    return {std::move(name),  ParameterKind::Text, ParameterValue{std::move(fallback)}, 0, 0, {}, {},
            std::move(label), std::move(help)};
}

}  // namespace

std::span<const ParameterTable> preferenceTables() {
    static const std::array tables{
        ParameterTable{"storage",
                       "Storage",
                       "What runs may take on this machine's disk",
                       {amount("disk_budget", 1e6, "GiB", "disk budget",
                               "What all runs together may take on disk; 0: no limit. slipway prune "
                               "--to-budget frees down to it")}},
        ParameterTable{"packages",
                       "Packages",
                       "Where packages go",
                       {text("registry", "", "registry",
                             "HOST/REPOSITORY that images go to from namespaces that have no registry of "
                             "their own yet")}},
        ParameterTable{
            "cost",
            "Cost and carbon",
            "Prices that a run's cost is told by",
            {text("currency", "EUR", "currency", "What prices are in"),
             amount("energy_price", 1000, "per kWh", "energy", "Price of the energy that runs here use"),
             amount("carbon_intensity", 5000, "g CO₂ per kWh", "carbon intensity",
                    "Of the power that this machine and the clusters run on"),
             amount("gpu_hour_price", 1e5, "per hour", "GPU in a cluster",
                    "Price of a GPU, whole or a slice, for an hour"),
             amount("cpu_hour_price", 1e4, "per hour", "core in a cluster", "Price of a core for an hour")}}};
    return tables;
}

const Parameter* findPreference(std::string_view name) {
    for (const ParameterTable& table : preferenceTables()) {
        if (const Parameter* found = table.find(name)) return found;
    }
    return nullptr;
}

std::vector<std::string> preferenceNames() {
    std::vector<std::string> names;
    for (const ParameterTable& table : preferenceTables()) {
        for (const Parameter& one : table.parameters) names.push_back(one.name);
    }
    return names;
}

ParameterValues defaultPreferences() {
    ParameterValues values;
    for (const ParameterTable& table : preferenceTables()) {
        for (const Parameter& one : table.parameters) values.emplace(one.name, *one.fallback);
    }
    return values;
}

std::optional<Bytes> diskBudget(const ParameterValues& preferences) {
    constexpr double kGiB = 1 << 30;
    const double budget = realValue(preferences, "disk_budget");
    return budget > 0 ? std::optional(Bytes{static_cast<std::int64_t>(budget * kGiB)}) : std::nullopt;
}

}  // namespace slipway
