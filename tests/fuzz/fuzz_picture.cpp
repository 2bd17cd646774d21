// SPDX-License-Identifier: Apache-2.0
// Any bytes as a picture: what is read has all its pixels, and becomes a square.
#include "backends/data/picture.h"
#include "memoryfile.h"

#include <array>
#include <cstdlib>

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto picture = slipway::readPicture(memoryFile(data, size), 8);
    if (!picture) return 0;
    if (picture->pixels.size() != static_cast<std::size_t>(picture->height * picture->width * 3))
        std::abort();
    std::array<std::uint8_t, 3 * 8 * 8> square{};
    slipway::toSquare(*picture, 8, square.data());
    return 0;
}
