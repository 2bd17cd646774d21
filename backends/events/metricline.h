// SPDX-License-Identifier: Apache-2.0
// The short way to read the line that most lines of a long run are: a metric exactly as encodeEvent() writes it. Pure; any thread.
#pragma once

#include "backends/core/event.h"

#include <cstddef>
#include <optional>
#include <string_view>

namespace slipway {

inline constexpr std::size_t kMaxRunIdBytes = 253;
inline constexpr int kMaxRank = 1 << 20;

// None for any other line, an event or not, which is for decodeEvent() to read; what this reads, that reads the same.
std::optional<Event> readMetricLine(std::string_view line);

}  // namespace slipway
