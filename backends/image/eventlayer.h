// SPDX-License-Identifier: Apache-2.0
// A run's events as they go with its model: JSON lines, compressed. Synchronous; any thread.
#pragma once

#include "backends/core/result.h"

#include <cstddef>
#include <filesystem>
#include <stop_token>
#include <vector>

namespace slipway::oci {

// Of longer events the begin is sent: what a cluster drops from a log is its begin.
inline constexpr std::size_t kMaxEventLayerBytes = std::size_t{256} << 20;

// The whole lines of `files`, one file after the other, at most `limit` bytes of them, into `to`. False: there are none. Io,
// PermissionDenied, Cancelled.
Result<bool> packLines(const std::vector<std::filesystem::path>& files, const std::filesystem::path& to,
                       const std::stop_token& stop, std::size_t limit = kMaxEventLayerBytes);

// Corrupt: it is no such file, or holds more than `limit` bytes.
Result<void> unpackLines(const std::filesystem::path& from, const std::filesystem::path& to,
                         const std::stop_token& stop, std::size_t limit = kMaxEventLayerBytes);

}  // namespace slipway::oci
