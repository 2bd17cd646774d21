// SPDX-License-Identifier: Apache-2.0
// What the functions that describe data are asked, and what they have in common. Any thread.
#pragma once

#include "backends/core/datadescription.h"
#include "backends/core/result.h"

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace slipway {

inline constexpr std::size_t kShownFaults = 100;
inline constexpr std::size_t kShownRows = 10;

struct DataRequest {
    std::string target;  // the column of a table whose values are classes; empty: none
    // Done and total samples; a total of 0 is not known.
    std::function<void(std::int64_t, std::int64_t)> progress = [](std::int64_t, std::int64_t) {};
    const std::atomic<bool>* stop = nullptr;
    // Calls with each index below the count, in any order, perhaps at once, and returns after the last.
    std::function<void(std::size_t, const std::function<void(std::size_t)>&)> forEach =
        [](std::size_t count, const std::function<void(std::size_t)>& use) {
            for (std::size_t i = 0; i < count; ++i) use(i);
        };

    bool isStopped() const { return stop != nullptr && stop->load(); }
};

// Bytes of the file, or of the files below the folder. NotFound, PermissionDenied, Io.
Result<std::int64_t> bytesAt(const std::filesystem::path& place);

// "1 row", "60,000 rows"
std::string many(std::int64_t count, std::string_view noun);

// Counts the fault; the first ones are kept.
void addFault(DataDescription& data, std::string place, std::string what);

// What is worth a look in columns and classes; `target` is no feature. Behind the hints that are there.
void addHints(DataDescription& data, const std::string& target);

}  // namespace slipway
