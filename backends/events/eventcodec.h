// SPDX-License-Identifier: Apache-2.0
// The event protocol's text form: one JSON object a line, below kMaxEventBytes:
//   {"v":1,"run":"fashion-mlp-42-k3x9f","attempt":1,"rank":0,"seq":7,"time":"2026-09-01T10:00:00.000123Z","kind":"metric","step":10,"values":{"loss":2.1}}
// Unknown kinds and fields are skipped, so an older reader survives a newer agent. Values that are no JSON numbers are the
// texts "nan", "inf" and "-inf". Paths are relative and stay below their folder; metric names have 1 to 80 bytes. Pure; any thread.
#pragma once

#include "backends/core/event.h"
#include "backends/core/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway {

inline constexpr std::size_t kMaxMetricName = 80;

// One line without its line feed. A log text that does not fit is the caller's to split (splitLogLine).
std::string encodeEvent(const Event& event);

// Corrupt for text that is no event; none for an event of a kind this version does not know.
Result<std::optional<Event>> decodeEvent(std::string_view line);

// The body alone, as programs send it to the agent over SLIPWAY_EVENT_FD: {"kind":"metric","step":10,"values":{…}}.
// Programs may send progress, metric, checkpoint, input and log (a "device" text comes with progress).
std::string encodeBody(const EventBody& body);
Result<std::optional<EventBody>> decodeBody(std::string_view line);

// Progress, metric, checkpoint, input and log: all that a program may tell of itself.
bool isProgramBody(const EventBody& body);

// Metric values and result files that do not fit one event, spread over several of the same kind; else the body itself.
std::vector<EventBody> splitBody(EventBody body);

// Text with broken UTF-8 replaced by U+FFFD.
std::string repairUtf8(std::string_view text);

// Cuts a program's raw output line into log bodies that fit, broken UTF-8 replaced by U+FFFD, never inside a code point.
std::vector<LogEvent> splitLogLine(LogEvent::Stream stream, std::string_view line);

}  // namespace slipway
