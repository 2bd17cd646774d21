// SPDX-License-Identifier: Apache-2.0
// What a run has cost, by the prices of the settings (core/preferences.h). Values; any thread.
#pragma once

#include "backends/core/event.h"
#include "backends/core/jobspec.h"
#include "backends/core/parameters.h"
#include "backends/core/run.h"

#include <optional>
#include <string>

namespace slipway {

// What is not known, or has no price, is none.
struct RunCost {
    std::optional<double> energy;  // of what was measured
    std::optional<double> carbon;  // grams of CO2 of the same
    std::optional<double>
        devices;  // of the GPUs and cores that it held in a cluster, from its start to its end
    std::string currency;
};

// `energy`: what its devices have used, none where nothing was measured.
RunCost costOf(const RunRecord& run, const Resources& held, const std::optional<EnergyEvent>& energy,
               const ParameterValues& preferences);

// "3.20 EUR for GPUs and cores, energy 0.12 EUR, 140 g CO₂"; empty where nothing is known.
std::string costInWords(const RunCost& cost);

}  // namespace slipway
