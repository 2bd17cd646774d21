// SPDX-License-Identifier: Apache-2.0
// What a run leaves behind: the job's outputs brought into the result folder, each file synced and digested. Any thread.
#pragma once

#include "backends/core/event.h"
#include "backends/core/result.h"
#include "backends/platform/filestamp.h"

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace slipway {

// Copies `outputs` (relative to `from`, files or folders) to the same places below `result`. InvalidArgument for paths that lead out,
// NotFound for an output that was not written, Io.
Result<void> collectOutputs(const std::vector<std::string>& outputs, const std::filesystem::path& from,
                            const std::filesystem::path& result);

// Every regular file below `result`, by path, on the disk when this returns. A missing folder is empty.
Result<std::vector<StampedFile>> sealResult(const std::filesystem::path& result, std::stop_token stop = {});

}  // namespace slipway
