// SPDX-License-Identifier: Apache-2.0
// Tables from CSV (with a header row), Parquet and Arrow IPC files; what a file is, its first bytes say. Arrow reads them.
// Any thread; the values are the caller's.
#pragma once

#include "backends/core/result.h"
#include "backends/data/table.h"

#include <filesystem>

namespace slipway {

inline constexpr std::int64_t kMaxTableBytes = std::int64_t{8}
                                               << 30;  // of the file, and of its cells in memory
inline constexpr std::size_t kMaxClasses = 10000;
inline constexpr std::size_t kMaxCategories = 100000;  // of one column

enum class TargetKind {
    Auto,  // words, truth values and whole numbers are classes; numbers with a fraction are values
    Classes,
    Value,
};

struct TableRequest {
    std::string target;  // empty: the file need not have one, and no row gets one
    TargetKind kind = TargetKind::Auto;
    std::vector<std::string>
        categories;  // number columns that are names in truth; words are categories anyway
    std::vector<std::string> ignored;
    std::string group;  // a column that evaluations are split by; it stays a feature unless ignored
};

// NotFound, PermissionDenied, Io; Corrupt and InvalidArgument with file, column and, for cells, row (the first below a CSV's header
// is row 2, the first of other files row 1).
Result<Table> readTable(const std::filesystem::path& file, const TableRequest& request);

}  // namespace slipway
