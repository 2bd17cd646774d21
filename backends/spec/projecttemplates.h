// SPDX-License-Identifier: Apache-2.0
// The files that `slipway new` and the workbench's "New job" write: small, runnable, with comments that teach. Constants.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "backends/core/result.h"

namespace slipway {

// mlp, cnn, table, gpt, program.
std::span<const std::string_view> projectKinds();

// Path relative to the new folder -> content, for one of projectKinds(); InvalidArgument names them.
Result<std::map<std::string, std::string>> projectFiles(const std::string& kind, const std::string& name);

}  // namespace slipway
