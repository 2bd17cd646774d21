// SPDX-License-Identifier: Apache-2.0
#include "backends/services/runfeed.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace slipway {
namespace {

bool contains(std::string_view text, std::string_view word) {
    const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
    return std::search(text.begin(), text.end(), word.begin(), word.end(), same) != text.end();
}

}  // namespace

LogLine logLineOf(const Event& event, const LogEvent& log) {
    constexpr std::size_t kHead = 160;  // where programs put their level
    constexpr std::array<std::string_view, 5> errors{"error", "traceback (most recent", "fatal",
                                                     "terminate called", "critical"};
    constexpr std::array<std::string_view, 2> warnings{"warn", "deprecated"};
    const std::string_view head = std::string_view(log.text).substr(0, kHead);
    const auto tells = [&](std::string_view word) { return contains(head, word); };
    LogLevel level = LogLevel::Info;
    if (std::any_of(warnings.begin(), warnings.end(), tells)) level = LogLevel::Warning;
    if (std::any_of(errors.begin(), errors.end(), tells)) level = LogLevel::Error;
    if (contains(head, "debug")) level = LogLevel::Debug;
    return {event.time, event.rank, level, log.text};
}

}  // namespace slipway
