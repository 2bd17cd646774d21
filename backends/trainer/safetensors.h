// SPDX-License-Identifier: Apache-2.0
// The safetensors file format (https://github.com/huggingface/safetensors): a length, a JSON header, raw tensors. Weights and
// checkpoints are such files, so nothing that is executable is ever loaded. No libtorch here. Any thread.
#pragma once

#include "backends/core/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::trainer {

inline constexpr std::uint64_t kMaxSafetensorsHeader = 100'000'000;  // the format's own limit

struct TensorView {
    std::string name;
    std::string type;  // "F32", "I64", "BF16" …
    std::vector<std::int64_t> shape;
    std::span<const std::byte> data;  // little-endian, row-major
};

using TensorMetadata = std::map<std::string, std::string, std::less<>>;

// Whole or not at all: temporary name, fsync, rename. Io (a full disk, too), PermissionDenied.
Result<std::uint64_t> writeSafetensors(const std::filesystem::path& file, std::span<const TensorView> tensors,
                                       const TensorMetadata& metadata);

// Moves keep the views valid; copies would not, so there are none.
struct TensorFile {
    TensorFile() = default;
    TensorFile(TensorFile&&) = default;
    TensorFile& operator=(TensorFile&&) = default;

    TensorMetadata metadata;
    std::vector<TensorView> tensors;
    std::vector<std::byte> bytes;

    const TensorView* find(std::string_view name) const;
};

// NotFound, PermissionDenied, Io; Corrupt with the reason for anything but a well-formed file of known types.
Result<TensorFile> readSafetensors(const std::filesystem::path& file);

}  // namespace slipway::trainer
