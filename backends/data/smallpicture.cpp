// SPDX-License-Identifier: Apache-2.0
#include "backends/data/smallpicture.h"

#include <algorithm>
#include <utility>

namespace slipway {
namespace {

constexpr int kShownOfAClass = 4;
constexpr int kShownPictures = 60;

}  // namespace

bool PictureChoice::take(std::int64_t label) {
    int& taken = m_taken[label];
    if (isFull() || taken == kShownOfAClass) return false;
    ++taken;
    ++m_all;
    return true;
}

bool PictureChoice::isFull() const { return m_all == kShownPictures; }

DescribedPicture smallPicture(const Picture& picture, std::string name, std::string label) {
    DescribedPicture small{std::move(name), std::move(label), picture.width, picture.height, {}};
    if (std::max(picture.width, picture.height) <= kMaxSmallSide) {
        small.pixels.assign(picture.pixels.begin(), picture.pixels.end());
        return small;
    }
    constexpr std::int64_t kArea = kMaxSmallSide * kMaxSmallSide;
    std::vector<std::uint8_t> square(static_cast<std::size_t>(3 * kArea));
    toSquare(picture, kMaxSmallSide, square.data());
    small.width = small.height = kMaxSmallSide;
    small.pixels.resize(square.size());
    for (std::size_t i = 0; i < square.size(); ++i)  // channel by channel -> pixel by pixel
        small.pixels[i] = static_cast<char>(square[i % 3 * kArea + i / 3]);
    return small;
}

}  // namespace slipway
