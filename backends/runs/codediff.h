// SPDX-License-Identifier: Apache-2.0
// How the code of two runs differs, from the copies that were kept when they were made. Any thread.
#pragma once

#include "backends/runs/runstore.h"

#include <optional>
#include <stop_token>
#include <string>

namespace slipway {

inline constexpr std::size_t kMaxCodeDiff = std::size_t{4} << 20;

// Where a run's code is kept; there is none for a run of the built-in trainer, and for one that was imported.
std::filesystem::path codeFolder(const RunFolder& folder);

struct CodeDiff {
    int files = 0;  // that differ
    std::int64_t added = 0;
    std::int64_t removed = 0;
    std::string text;  // unified, file by file; cut above kMaxCodeDiff, and then counted as far as that
    bool operator==(const CodeDiff&) const = default;
};

// From the first to the other; none where one of them kept no code. Unavailable without the program diff; Cancelled, Io.
Result<std::optional<CodeDiff>> codeDiff(const RunFolder& first, const RunFolder& other,
                                         const std::stop_token& stop = {});

// "2 files, +10 −3", "the same"
std::string codeDiffWords(const CodeDiff& diff);

}  // namespace slipway
