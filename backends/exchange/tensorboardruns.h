// SPDX-License-Identifier: Apache-2.0
// The runs of a log folder as TensorBoard sees them: each folder with event files is one, named by its path. Any thread.
#pragma once

#include "backends/exchange/foreignrun.h"

namespace slipway {

// None where there are no event files. NotFound, PermissionDenied, Io.
Result<std::vector<ForeignRun>> tensorboardRuns(const std::filesystem::path& folder);

}  // namespace slipway
