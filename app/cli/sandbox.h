// SPDX-License-Identifier: Apache-2.0
// Runs a packaged image on this machine under bubblewrap: read-only root, no network, a user that is not root, only the run
// folder writable: what a cluster's restricted pod would give it. One call, one thread.
#pragma once

#include <filesystem>
#include <stop_token>

#include "backends/core/run.h"
#include "backends/runs/runstore.h"

namespace slipway::cli {

// Runs the image unpacked at `root` as the attempt of `folder` and returns the entry point's exit code (128 + n for signal n).
// NotFound when bwrap is not installed; Cancelled.
Result<int> runInSandbox(const std::filesystem::path& root, const RunFolder& folder, std::stop_token stop);

}  // namespace slipway::cli
