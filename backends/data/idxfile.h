// SPDX-License-Identifier: Apache-2.0
// Reads the idx format of MNIST (http://yann.lecun.com/exdb/mnist/): unsigned bytes, plain or gzip, whole into memory.
// The header says how much is read, so a small file cannot unpack into a large one. Any thread; values are the caller's.
#pragma once

#include "backends/core/result.h"

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

namespace slipway {

inline constexpr std::int64_t kMaxIdxBytes = std::int64_t{16} << 30;

struct IdxArray {
    std::vector<std::int64_t> shape;   // 1 to 4 dimensions, none of them 0
    std::vector<std::uint8_t> values;  // row-major, the product of the shape
};

// NotFound, PermissionDenied, Io; Corrupt with the file and what is wrong in it; InvalidArgument for other value types
// than unsigned bytes and for more than kMaxIdxBytes.
Result<IdxArray> readIdx(const std::filesystem::path& file);

struct LabelledImages {
    std::int64_t count = 0;
    std::int64_t channels = 1;
    std::int64_t height = 0;
    std::int64_t width = 0;
    std::vector<std::uint8_t> pixels;  // count × channels × height × width
    std::vector<std::uint8_t> labels;  // count
};

// "<part>-images-idx3-ubyte[.gz]" and its labels in `folder`; part is "train" or "t10k". Corrupt when their counts differ.
Result<LabelledImages> readIdxImages(const std::filesystem::path& folder, std::string_view part);

}  // namespace slipway
