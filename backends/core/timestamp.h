// SPDX-License-Identifier: Apache-2.0
// Instants as events and Kubernetes write them: RFC 3339 in UTC. Values; any thread.
#pragma once

#include "backends/core/result.h"

#include <chrono>
#include <string>
#include <string_view>

namespace slipway {

using Timestamp = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

Timestamp now();

// "2026-09-01T10:00:00.000123Z"; always six decimals, so that text order is time order.
std::string formatTimestamp(Timestamp time);

// RFC 3339 with any number of decimals (cut to microseconds) and any offset; else InvalidArgument.
Result<Timestamp> parseTimestamp(std::string_view text);

}  // namespace slipway
