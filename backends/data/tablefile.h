// SPDX-License-Identifier: Apache-2.0
// The one place that opens table files by Arrow: CSV, Parquet, Arrow IPC, by their first bytes.
// Any thread.
#pragma once

#include "backends/core/result.h"

#include <arrow/api.h>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway {

struct TableFile {
    std::shared_ptr<arrow::Table> table;
    std::int64_t firstRow = 1;  // the number people give to its first row: 2 below a CSV's header
};

// The whole file. NotFound, PermissionDenied, Io, Corrupt; InvalidArgument above kMaxTableBytes.
Result<TableFile> openTableFile(const std::filesystem::path& file);

struct TableStream {
    std::shared_ptr<arrow::RecordBatchReader> pieces;  // a few thousand rows each, an IPC file's as they are
    std::vector<std::string> names;                    // of all columns
    std::int64_t firstRow = 1;
    std::string_view form;  // "CSV", "Parquet", "Arrow"
};

// A row of a CSV with other cells than its header: which (2 below the header) and what is wrong with it.
using BrokenRow = std::function<void(std::int64_t, std::string)>;

// The file a piece after the other. Of a CSV only `wanted` columns come, as text, so that no piece has types of its own. The same
// errors, without a limit to the size. With `onBroken` such rows are told, perhaps on another thread during nextPiece(), and passed
// over; without it they end the file with an error.
Result<TableStream> openTableStream(const std::filesystem::path& file, const std::vector<std::string>& wanted,
                                    BrokenRow onBroken = {});

// The names of its columns, in order. The same errors.
Result<std::vector<std::string>> tableColumns(const std::filesystem::path& file);

// The next piece, checked; none at the end. Corrupt, Io.
Result<std::shared_ptr<arrow::RecordBatch>> nextPiece(TableStream& stream, const std::filesystem::path& file);

}  // namespace slipway
