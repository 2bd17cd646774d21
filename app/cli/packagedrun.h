// SPDX-License-Identifier: Apache-2.0
// Runs a packaged image on this machine as a cluster's restricted pod would: read-only root, no network, no rights, a user that is
// not root, only the run folder writable. Synchronous; one thread.
#pragma once

#include <array>
#include <filesystem>
#include <stop_token>
#include <string>

#include "backends/core/result.h"
#include "backends/runs/runstore.h"

namespace slipway::cli {

struct PackagedRun {
    std::filesystem::path layout;   // an image layout folder that holds this image alone
    std::filesystem::path scratch;  // an empty folder, for what running it needs
    RunFolder folder;               // the run whose attempt this is
};

inline constexpr std::array kPackageRunners{"podman", "docker", "bwrap"};  // in the order they are asked in

// Whether `runner` can run a package here: whether the engine answers, whether bubblewrap may make the namespaces it needs.
// NotFound when it is not installed, Unavailable with what it says and what to do; Timeout, Cancelled.
Result<void> askRunner(const std::string& runner, const std::stop_token& stop);

// The entry point's exit code (128 + n for signal n). NotFound when it is not installed, Unavailable when the engine could not start
// it; Cancelled.
Result<int> runPackaged(const std::string& runner, const PackagedRun& run, std::stop_token stop);

}  // namespace slipway::cli
