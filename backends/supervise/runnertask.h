// SPDX-License-Identifier: Apache-2.0
// One of slipway-runner's tasks besides training, as a child of ours: what reads data or uses a model is a process of its own. Any thread;
// it waits for the task's end.
#pragma once

#include "backends/core/dataplace.h"
#include "backends/core/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace slipway {

struct RunnerTask {
    std::filesystem::path runner;
    std::vector<std::string> words;  // the task and its options
    std::size_t outputLimit = 0;     // bytes of its stdout that are kept; 0: that is ours
    std::function<void(std::int64_t, std::int64_t)> progress = [](std::int64_t, std::int64_t) {
    };  // done, total; 0: not known
    std::function<void(std::string_view)> message = [](std::string_view) {};
    std::stop_token stop;
};

struct RunnerTaskEnd {
    std::string out;           // stdout, where it was kept
    std::int64_t samples = 0;  // predicted
};

// The task's own error; Unavailable when there is no runner or it was killed, InvalidArgument for more output than may be kept,
// Cancelled after a stop.
Result<RunnerTaskEnd> runTask(const RunnerTask& task);

// The words of the task that describes data, as descriptionOf() reads it.
std::vector<std::string> describeWords(const DataPlace& data);

}  // namespace slipway
