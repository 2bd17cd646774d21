// SPDX-License-Identifier: Apache-2.0
// A description of data as JSON, which the runner hands to the program that asked it. Any thread.
#pragma once

#include "backends/core/datadescription.h"
#include "backends/core/result.h"

#include <nlohmann/json_fwd.hpp>

#include <string_view>

namespace slipway {

inline constexpr std::size_t kMaxDescriptionBytes = std::size_t{64} << 20;

nlohmann::ordered_json descriptionJson(const DataDescription& data);
// Corrupt; InvalidArgument above the limit.
Result<DataDescription> descriptionOf(std::string_view json);

}  // namespace slipway
