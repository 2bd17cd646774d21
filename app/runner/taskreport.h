// SPDX-License-Identifier: Apache-2.0
// What the runner's tasks tell the program that started them, to the file descriptor in SLIPWAY_REPORT_FD where there is one: JSON lines
// {"done", "total"} now and then, {"samples"} of predictions that are written, {"message"}, {"error": {"code", "message", "detail", "hint"}}.
// Any thread.
#pragma once

#include "backends/core/result.h"

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <cstdint>
#include <mutex>

namespace slipway {

class TaskReport {
public:
    TaskReport();
    void tell(const nlohmann::ordered_json& line) const;
    // Not more often than ten times a second.
    void progress(std::int64_t done, std::int64_t total);
    // The exit status for the error, which is told; on stderr where nobody listens.
    int fail(const Error& error) const;
    // The exit status of a task that wrote to stdout.
    int end(const Result<void>& done) const;

private:
    int m_descriptor = -1;
    std::mutex m_mutex;
    std::chrono::steady_clock::time_point m_told;
};

}  // namespace slipway
