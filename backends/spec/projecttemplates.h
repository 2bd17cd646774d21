// SPDX-License-Identifier: Apache-2.0
// The files that `slipway new` and the workbench's "New job" write: small, runnable, with comments that teach. Constants.
#pragma once

#include <map>
#include <string>

#include "backends/core/result.h"

namespace slipway {

// Path relative to the new folder -> content, for mlp, cnn or program; InvalidArgument names the kinds.
Result<std::map<std::string, std::string>> projectFiles(const std::string& kind, const std::string& name);

}  // namespace slipway
