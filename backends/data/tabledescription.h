// SPDX-License-Identifier: Apache-2.0
// What a CSV, Parquet or Arrow IPC file holds, column by column, read a piece after the other in bounded memory. Any thread.
#pragma once

#include "backends/data/datarequest.h"

namespace slipway {

inline constexpr std::size_t kMaxDistinct = 10000;  // values of a column that are counted

// Rows of a CSV with other cells than the header are faults and passed over. NotFound, PermissionDenied, Io, Corrupt; InvalidArgument
// for a target that the file has not, with the nearest name, and for two columns of one name; Cancelled.
Result<DataDescription> describeTable(const std::filesystem::path& file, const DataRequest& request);

}  // namespace slipway
