// SPDX-License-Identifier: Apache-2.0
// What a run was set to, by the path it has in the job file: "train.optimizer.lr" -> "0.001". Any thread.
#pragma once

#include "backends/runs/runstore.h"

namespace slipway {

// Every setting of the job as it ran, defaults too; of an imported run its parameters. NotFound, Corrupt, Io.
Result<std::map<std::string, std::string>> runSettings(const RunFolder& folder);

}  // namespace slipway
