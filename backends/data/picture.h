// SPDX-License-Identifier: Apache-2.0
// PNG and JPEG files as pixels, and pixels as a square. Any thread; values are the caller's.
#pragma once

#include "backends/core/result.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace slipway {

inline constexpr std::size_t kMaxPictureBytes = std::size_t{256} << 20;  // of a file
inline constexpr std::int64_t kMaxPicturePixels = std::int64_t{1} << 27;

struct Picture {
    std::int64_t height = 0;
    std::int64_t width = 0;
    std::vector<std::uint8_t> pixels;  // height × width × 3: red, green, blue
};

// What the file is, its first bytes say. Transparent pixels are shown on black, gray is spread over the three channels. A JPEG may
// come smaller than it is, but neither side below `wantedSide`; 0: as it is.
// NotFound, PermissionDenied, Io; InvalidArgument above the limits; Corrupt, also for a file that is cut off; all with its name.
Result<Picture> readPicture(const std::filesystem::path& file, std::int64_t wantedSide = 0);

// The largest square in the middle, scaled to side × side with each pixel a mean of those it covers (a triangle filter, as Pillow's
// bilinear resize). Writes 3 × side × side bytes, channel by channel.
void toSquare(const Picture& picture, std::int64_t side, std::uint8_t* out);

}  // namespace slipway
