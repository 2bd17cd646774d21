// SPDX-License-Identifier: Apache-2.0
// Puts one layer's tar over a root file system. Entries come from anyone, so every path is opened inside the root by the kernel
// (openat2, RESOLVE_IN_ROOT): "..", absolute links and links made by earlier entries cannot lead out. Any thread.
#pragma once

#include "backends/core/result.h"

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string_view>

namespace slipway::oci {

struct UnpackLimits {
    std::uint64_t entries = 2'000'000;
    std::uint64_t bytes = std::uint64_t{64} << 30;
};

// Plain, gzip or zstd. Owners are not kept, set-user-id bits are dropped; whiteouts remove what lower layers left.
// Corrupt: no tar, "..", absolute paths, devices, above the limits. Io, PermissionDenied, Cancelled.
Result<void> unpackLayer(const std::filesystem::path& archive, const std::filesystem::path& root,
                         const std::stop_token& stop, const UnpackLimits& limits = {});
// The same from memory, for fuzzing.
Result<void> unpackLayerBytes(std::string_view archive, const std::filesystem::path& root,
                              const UnpackLimits& limits);

}  // namespace slipway::oci
