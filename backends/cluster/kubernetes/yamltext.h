// SPDX-License-Identifier: Apache-2.0
// JSON text as YAML for people: block style, keys in their order, text quoted where YAML would read something else. Pure; any thread.
#pragma once

#include "backends/core/result.h"

#include <string>
#include <string_view>

namespace slipway::kube {

// Corrupt for text that is not JSON.
Result<std::string> yamlFromJson(std::string_view json);

}  // namespace slipway::kube
