// SPDX-License-Identifier: Apache-2.0
#include "backends/data/picture.h"

#include <png.h>
#include <turbojpeg.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <memory>
#include <span>

namespace slipway {
namespace {

constexpr std::int64_t kChannels = 3;

Error corrupt(const std::filesystem::path& file, const std::string& why) {
    return {ErrorCode::Corrupt, file.string() + ": " + why, {}, "Replace the file or take it out"};
}

Result<void> checkSize(const std::filesystem::path& file, std::int64_t height, std::int64_t width) {
    if (height > 0 && width > 0 && height <= kMaxPicturePixels / width) return {};
    return Error{ErrorCode::InvalidArgument,
                 file.string() + ": " + std::to_string(width) + "×" + std::to_string(height) +
                     " pixels are more than can be read",
                 {},
                 "Scale the picture down"};
}

Result<std::vector<std::uint8_t>> readBytes(const std::filesystem::path& file) {
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    if (error) return errnoError("cannot read " + file.string(), error.value());
    if (size > kMaxPictureBytes)
        return Error{ErrorCode::InvalidArgument, file.string() + " is larger than 256 MiB", {}, {}};
    std::vector<std::uint8_t> bytes(size);
    std::ifstream in(file, std::ios::binary);
    if (!in) return errnoError("cannot read " + file.string(), errno);
    in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
    if (in.gcount() != static_cast<std::streamsize>(size))
        return Error{ErrorCode::Io, file.string() + ": it became shorter while it was read", {}, {}};
    return bytes;
}

Result<Picture> decodePng(const std::filesystem::path& file, std::span<const std::uint8_t> bytes) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    const std::unique_ptr<png_image, decltype(&png_image_free)> owner(&image, png_image_free);
    if (png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()) == 0)
        return corrupt(file, image.message);
    SLIPWAY_CHECK(checkSize(file, image.height, image.width));
    image.format = PNG_FORMAT_RGB;
    image.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;  // as other programs take 16 bits, not as linear light
    Picture picture{image.height, image.width, {}};
    picture.pixels.resize(PNG_IMAGE_SIZE(image));
    const png_color black{0, 0, 0};
    if (png_image_finish_read(&image, &black, picture.pixels.data(), 0, nullptr) == 0)
        return corrupt(file, image.message);
    return picture;
}

// The smallest of the library's scales that keeps both sides at `wantedSide` or above.
tjscalingfactor scaleFor(int height, int width, std::int64_t wantedSide) {
    tjscalingfactor best{1, 1};
    int count = 0;
    const tjscalingfactor* const all = tjGetScalingFactors(&count);
    for (const auto& one : std::span(all, static_cast<std::size_t>(count))) {
        const bool isLarger = one.num * best.denom >= best.num * one.denom;
        if (!isLarger && std::min(TJSCALED(height, one), TJSCALED(width, one)) >= wantedSide) best = one;
    }
    return best;
}

Result<Picture> decodeJpeg(const std::filesystem::path& file, std::span<const std::uint8_t> bytes,
                           std::int64_t wantedSide) {
    const std::unique_ptr<void, decltype(&tjDestroy)> decoder(tjInitDecompress(), tjDestroy);
    if (!decoder) return Error{ErrorCode::Internal, "libjpeg-turbo failed", tjGetErrorStr2(nullptr), {}};
    int width = 0;
    int height = 0;
    int subsampling = 0;
    int colorspace = 0;
    if (tjDecompressHeader3(decoder.get(), bytes.data(), bytes.size(), &width, &height, &subsampling,
                            &colorspace) != 0)
        return corrupt(file, tjGetErrorStr2(decoder.get()));
    SLIPWAY_CHECK(checkSize(file, height, width));
    const auto scale = wantedSide > 0 ? scaleFor(height, width, wantedSide) : tjscalingfactor{1, 1};
    width = TJSCALED(width, scale);
    height = TJSCALED(height, scale);
    Picture picture{height, width, {}};
    picture.pixels.resize(static_cast<std::size_t>(height * std::int64_t{width} * kChannels));
    if (tjDecompress2(decoder.get(), bytes.data(), bytes.size(), picture.pixels.data(), width, 0, height,
                      TJPF_RGB, TJFLAG_STOPONWARNING) != 0)
        return corrupt(file, tjGetErrorStr2(decoder.get()));
    return picture;
}

// What each of `side` pixels takes of a line of `length`: the first pixel that counts, and the weights from there on.
struct Taps {
    std::int64_t first = 0;
    std::vector<float> weights;
};
std::vector<Taps> tapsFor(std::int64_t begin, std::int64_t length, std::int64_t side) {
    const double scale = static_cast<double>(length) / static_cast<double>(side);
    const double reach = std::max(1.0, scale);
    std::vector<Taps> all(static_cast<std::size_t>(side));
    for (std::int64_t i = 0; i < side; ++i) {
        const double center = (static_cast<double>(i) + 0.5) * scale;
        const auto first = std::max<std::int64_t>(0, std::llround(center - reach));
        const auto last = std::min<std::int64_t>(length, std::llround(center + reach));
        Taps& taps = all[static_cast<std::size_t>(i)];
        taps.first = begin + first;
        double sum = 0;
        for (std::int64_t x = first; x < last; ++x) {
            const double distance = std::abs(static_cast<double>(x) + 0.5 - center) / reach;
            taps.weights.push_back(static_cast<float>(std::max(0.0, 1 - distance)));
            sum += taps.weights.back();
        }
        for (auto& weight : taps.weights) weight /= static_cast<float>(sum);
    }
    return all;
}

}  // namespace

Result<Picture> readPicture(const std::filesystem::path& file, std::int64_t wantedSide) {
    SLIPWAY_TRY(const auto bytes, readBytes(file));
    if (bytes.size() >= 8 && png_sig_cmp(bytes.data(), 0, 8) == 0) return decodePng(file, bytes);
    if (bytes.size() >= 2 && bytes[0] == 0xFF && bytes[1] == 0xD8) return decodeJpeg(file, bytes, wantedSide);
    return corrupt(file, "it is neither PNG nor JPEG");
}

void toSquare(const Picture& picture, std::int64_t side, std::uint8_t* out) {
    const std::int64_t length = std::min(picture.height, picture.width);
    const auto columns = tapsFor((picture.width - length) / 2, length, side);
    const auto rows = tapsFor((picture.height - length) / 2, length, side);
    // Across first: one line of the picture after the other, for the rows that count.
    const auto place = [](std::int64_t index) { return static_cast<std::size_t>(index); };
    const std::int64_t firstRow = rows.front().first;
    const std::int64_t lastRow = rows.back().first + static_cast<std::int64_t>(rows.back().weights.size());
    std::vector<float> narrow(place((lastRow - firstRow) * side * kChannels));
    for (std::int64_t y = firstRow; y < lastRow; ++y) {
        float* to = narrow.data() + place((y - firstRow) * side * kChannels);
        for (const Taps& taps : columns) {
            const std::uint8_t* from =
                picture.pixels.data() + place((y * picture.width + taps.first) * kChannels);
            float red = 0;
            float green = 0;
            float blue = 0;
            for (const float weight : taps.weights) {
                red += weight * static_cast<float>(from[0]);
                green += weight * static_cast<float>(from[1]);
                blue += weight * static_cast<float>(from[2]);
                from += kChannels;
            }
            *to++ = red;
            *to++ = green;
            *to++ = blue;
        }
    }
    std::vector<float> line(place(side * kChannels));
    for (std::int64_t y = 0; y < side; ++y) {
        std::ranges::fill(line, 0.0F);
        const float* from = narrow.data() + place((rows[place(y)].first - firstRow) * side * kChannels);
        for (const float weight : rows[place(y)].weights) {
            for (float& sum : line) sum += weight * *from++;
        }
        for (std::int64_t x = 0; x < side; ++x)
            for (std::int64_t channel = 0; channel < kChannels; ++channel)
                out[place((channel * side + y) * side + x)] =
                    static_cast<std::uint8_t>(std::lround(line[place(x * kChannels + channel)]));
    }
}

}  // namespace slipway
