// SPDX-License-Identifier: Apache-2.0
// A CSV file with a header row as training data: one named target column, every other column a number. Arrow reads it.
// Any thread; the values are the caller's.
#pragma once

#include "backends/core/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace slipway {

inline constexpr std::int64_t kMaxCsvBytes = std::int64_t{8} << 30;
inline constexpr std::size_t kMaxCsvClasses = 10000;

struct CsvTable {
    std::vector<std::string> columns;  // the features, in file order
    std::int64_t rows = 0;
    std::vector<float> features;          // rows × columns, row-major
    std::vector<std::string> classNames;  // sorted (numbers by value); empty: the target is a real number
    std::vector<std::int64_t> labels;     // rows, an index into classNames; empty for a real target
    std::vector<float> targets;           // rows; empty for classes
};

// Words and whole numbers in `target` are classes; anything with a fraction is a real number.
// NotFound, PermissionDenied, Io; Corrupt or InvalidArgument with file, row (the header is row 1) and column.
Result<CsvTable> readCsv(const std::filesystem::path& file, const std::string& target);

}  // namespace slipway
