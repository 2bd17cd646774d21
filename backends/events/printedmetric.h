// SPDX-License-Identifier: Apache-2.0
// A line of a program's output that tells metrics: a JSON object with a whole `step` and at least one number besides, such as
//   {"step": 10, "loss": 0.3, "test/accuracy": 0.9, "phase": "warm-up"}
// What is no number is passed over; NaN, Infinity and -Infinity, which Python writes, are numbers. An object with a `kind` is an event
// that another run printed, and tells none. Pure; any thread.
#pragma once

#include "backends/core/event.h"

#include <optional>
#include <string_view>

namespace slipway {

inline constexpr std::size_t kMaxLineMetrics = 200;

// None: another line, one above kMaxEventBytes, or with more than kMaxLineMetrics numbers.
std::optional<MetricEvent> printedMetric(std::string_view line);

}  // namespace slipway
