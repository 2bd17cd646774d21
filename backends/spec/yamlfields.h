// SPDX-License-Identifier: Apache-2.0
// What the readers of our own YAML files have in common. Any thread.
#pragma once

#include "backends/spec/yamlvalue.h"

namespace slipway {

// InvalidArgument "line 3, column 5: …".
Error yamlProblem(const SpecRange& range, const std::string& message, const std::string& hint);

// The text at `key` of a map; where there is none that is not empty, yamlProblem() the value or the map.
Result<std::string> yamlText(const YamlValue& map, std::string_view key);

}  // namespace slipway
