// SPDX-License-Identifier: Apache-2.0
// The one place that opens table files by Arrow: CSV, Parquet, Arrow IPC, by their first bytes.
// Any thread.
#pragma once

#include "backends/core/result.h"

#include <arrow/api.h>

#include <filesystem>

namespace slipway {

struct TableFile {
    std::shared_ptr<arrow::Table> table;
    std::int64_t firstRow = 1;  // the number people give to its first row: 2 below a CSV's header
};

// The whole file. NotFound, PermissionDenied, Io, Corrupt; InvalidArgument above kMaxTableBytes.
Result<TableFile> openTableFile(const std::filesystem::path& file);

}  // namespace slipway
