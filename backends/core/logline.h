// SPDX-License-Identifier: Apache-2.0
// One line of a run's log as people read it. Values; any thread.
#pragma once

#include "backends/core/timestamp.h"

#include <cstdint>
#include <string>

namespace slipway {

enum class LogLevel : std::uint8_t { Debug, Info, Warning, Error };

struct LogLine {
    Timestamp time{};
    int rank = 0;
    LogLevel level = LogLevel::Info;
    std::string text;
};

}  // namespace slipway
