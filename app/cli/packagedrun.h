// SPDX-License-Identifier: Apache-2.0
// Runs a packaged image on this machine as a cluster's restricted pod would: read-only root, no network, no rights, a user that is
// not root, only the run folder writable. Synchronous; one thread.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "backends/core/result.h"
#include "backends/runs/runstore.h"

namespace slipway::cli {

struct PackagedRun {
    std::filesystem::path layout;   // an image layout folder that holds this image alone
    std::filesystem::path scratch;  // an empty folder, for what running it needs
    RunFolder folder;               // the run whose attempt this is
};

// Of podman, docker and bwrap, in this order, those that are installed and, for the engines, answer.
std::vector<std::string> packageRunners(std::stop_token stop);

// The entry point's exit code (128 + n for signal n). NotFound when it is not installed, Unavailable when the engine could not start
// it; Cancelled.
Result<int> runPackaged(const std::string& runner, const PackagedRun& run, std::stop_token stop);

}  // namespace slipway::cli
