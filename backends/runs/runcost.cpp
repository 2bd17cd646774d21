// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/runcost.h"

#include <array>
#include <cstdio>

namespace slipway {
namespace {

constexpr double kJoulesPerKwh = 3.6e6;
constexpr double kSecondsPerHour = 3600;

// At a price of 0 nothing is known.
std::optional<double> priced(std::optional<double> amount, double price) {
    if (!amount || price <= 0) return std::nullopt;
    return *amount * price;
}

// "3.20 EUR"; "0.0031 EUR": two digits are too few for the cents of a short run.
std::string money(double amount, const std::string& currency) {
    std::array<char, 64> text{};
    if (std::snprintf(text.data(), text.size(), amount >= 0.095 || amount == 0 ? "%.2f" : "%.2g", amount) < 0)
        return {};
    return std::string(text.data()) + " " + currency;
}

std::string grams(double amount) {
    return amount < 1000 ? siNumber(amount) + " g CO₂" : siNumber(amount / 1000) + " kg CO₂";
}

}  // namespace

RunCost costOf(const RunRecord& run, const Resources& held, const std::optional<EnergyEvent>& energy,
               const ParameterValues& preferences) {
    RunCost cost;
    cost.currency = textValue(preferences, "currency");
    std::optional<double> kwh;
    if (energy && (energy->gpuJoules || energy->cpuJoules))
        kwh = (energy->gpuJoules.value_or(0) + energy->cpuJoules.value_or(0)) / kJoulesPerKwh;
    const bool isHere = run.target == TargetId("here");  // a cluster's hours have its energy in them
    if (isHere) cost.energy = priced(kwh, realValue(preferences, "energy_price"));
    cost.carbon = priced(kwh, realValue(preferences, "carbon_intensity"));
    if (isHere || !run.started || !run.ended) return cost;
    const double hours =
        run.replicas * std::chrono::duration<double>(*run.ended - *run.started).count() / kSecondsPerHour;
    const auto gpus = priced(hours * held.gpus, realValue(preferences, "gpu_hour_price"));
    const auto cores =
        priced(hours * static_cast<double>(held.cpu.count) / 1000, realValue(preferences, "cpu_hour_price"));
    if ((gpus && held.gpus > 0) || cores) cost.devices = gpus.value_or(0) + cores.value_or(0);
    return cost;
}

std::string costInWords(const RunCost& cost) {
    std::string words;
    const auto add = [&](const std::string& part) { words += (words.empty() ? "" : ", ") + part; };
    if (cost.devices) add(money(*cost.devices, cost.currency) + " for GPUs and cores");
    if (cost.energy) add("energy " + money(*cost.energy, cost.currency));
    if (cost.carbon) add(grams(*cost.carbon));
    return words;
}

}  // namespace slipway
