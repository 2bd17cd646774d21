// SPDX-License-Identifier: Apache-2.0
// Values of parameter tables as YAML has them. Pure; any thread.
#pragma once

#include "backends/core/parameters.h"
#include "backends/spec/yamlvalue.h"

#include <optional>
#include <string>
#include <string_view>

namespace slipway {

// "12", "+12"; none for anything else, and beyond 64 bits.
std::optional<std::int64_t> wholeNumber(std::string_view text);

// A list of names as the text that separates them by commas; none where one has a comma itself.
std::optional<ParameterValue> joinedNames(const YamlValue& list);

// A value as the parameter's kind would have it (a whole number for Real stays one); none when it is written as something else.
std::optional<ParameterValue> parameterFromYaml(const YamlValue& value, ParameterKind kind);

// One line that reads back as the same value.
std::string parameterYaml(const ParameterValue& value);

}  // namespace slipway
