// SPDX-License-Identifier: Apache-2.0
// The files that `slipway new` and the workbench's "New job" write: small, runnable, with comments that teach; and where the examples
// are. Constants.
#pragma once

#include <filesystem>
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

// The jobs that come with Slipway's programs, which lie in the given folder; it need not exist.
std::filesystem::path examplesFolder(const std::filesystem::path& programs);

}  // namespace slipway
