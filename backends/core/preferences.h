// SPDX-License-Identifier: Apache-2.0
// What a user sets once for all jobs: the tables from which the settings file, its checks, the window's form and `slipway settings`
// follow. Names are of one file, so no two tables share one. Values; any thread.
#pragma once

#include "backends/core/parameters.h"
#include "backends/core/units.h"

namespace slipway {

std::span<const ParameterTable> preferenceTables();

// None for an unknown name.
const Parameter* findPreference(std::string_view name);
// All of them, in order.
std::vector<std::string> preferenceNames();
// Each at its default.
ParameterValues defaultPreferences();

// None: there is no limit.
std::optional<Bytes> diskBudget(const ParameterValues& preferences);

}  // namespace slipway
