// SPDX-License-Identifier: Apache-2.0
// A value of a YAML text as JSON, which means the same to a program that the job file's writer meant. Pure; any thread.
#pragma once

#include "backends/spec/yamlvalue.h"

#include <optional>
#include <string>

namespace slipway {

// `0.10` -> "0.1", `"0.1"` -> "\"0.1\"", `yes` -> "\"yes\"", `[1, true]` -> "[1, true]", nothing -> "null". None for a map and for a list within
// a list.
std::optional<std::string> jsonText(const YamlValue& value);

}  // namespace slipway
