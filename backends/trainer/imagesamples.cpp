// SPDX-License-Identifier: Apache-2.0
// Images of the idx format, and folders of pictures, which stay in their files.
#include "backends/data/idxfile.h"
#include "backends/data/imagefolder.h"
#include "backends/data/picture.h"
#include "backends/trainer/samples.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace slipway::trainer {
namespace {

SampleSet toSet(LabelledImages&& images) {
    SampleSet set;
    set.count = images.count;
    set.bytes = std::move(images.pixels);
    set.labels.assign(images.labels.begin(), images.labels.end());
    return set;
}

// How often each value of a byte occurs.
using Counts = std::array<std::int64_t, 256>;

void addPixels(const std::uint8_t* pixels, std::size_t size, Counts& counts) {
    for (std::size_t i = 0; i < size; ++i) ++counts[pixels[i]];
}

// Mean and deviation of pixels scaled to 0 … 1, from exact counts.
void takeMeasure(const Counts& counts, Samples& samples) {
    double total = 0;
    double sum = 0;
    double squares = 0;
    for (std::size_t value = 0; value < counts.size(); ++value) {
        const double x = static_cast<double>(value) / 255;
        const auto count = static_cast<double>(counts[value]);
        total += count;
        sum += count * x;
        squares += count * x * x;
    }
    const double mean = sum / total;
    const double deviation = std::sqrt(std::max(0.0, squares / total - mean * mean));
    samples.mean.push_back(static_cast<float>(mean));
    samples.deviation.push_back(deviation > 0 ? static_cast<float>(deviation) : 1.0F);
}

Augmentation augmentationOf(const ParameterValues& settings) {
    return {boolValue(settings, "flip"), integerValue(settings, "shift")};
}

SampleSet filesOf(const LabelledFiles& list, std::span<const std::int64_t> rows) {
    SampleSet set;
    set.count = static_cast<std::int64_t>(rows.size());
    for (const auto row : rows) {
        set.files.push_back(list.files[static_cast<std::size_t>(row)]);
        set.labels.push_back(list.labels[static_cast<std::size_t>(row)]);
    }
    return set;
}

// By a part of the training pictures, each channel for itself.
Result<void> measurePictures(Samples& samples, std::int64_t seed) {
    constexpr std::size_t kMeasured = 256;
    std::array<Counts, 3> counts{};
    const auto area = static_cast<std::size_t>(samples.shape.height * samples.shape.width);
    std::vector<std::uint8_t> pixels(area * counts.size());
    const auto order = epochOrder(samples.training.count, seed, 0);
    for (std::size_t i = 0; i < std::min(order.size(), kMeasured); ++i) {
        SLIPWAY_TRY(
            const Picture picture,
            readPicture(samples.training.files[static_cast<std::size_t>(order[i])], samples.shape.width));
        toSquare(picture, samples.shape.width, pixels.data());
        for (std::size_t channel = 0; channel < counts.size(); ++channel)
            addPixels(pixels.data() + channel * area, area, counts[channel]);
    }
    for (const Counts& one : counts) takeMeasure(one, samples);
    return {};
}

}  // namespace

Result<Samples> loadIdxSamples(const ParameterValues& settings, const std::filesystem::path& folder) {
    SLIPWAY_TRY(auto training, readIdxImages(folder, "train"));
    SLIPWAY_TRY(auto test, readIdxImages(folder, "t10k"));
    if (training.height != test.height || training.width != test.width)
        return Error{
            ErrorCode::Corrupt, folder.string() + ": the train-* and t10k-* images differ in size", {}, {}};
    Samples samples;
    samples.shape = {training.channels, training.height, training.width, true};
    samples.training = toSet(std::move(training));
    samples.test = toSet(std::move(test));
    for (const auto* labels : {&samples.training.labels, &samples.test.labels})
        samples.classes = std::max(samples.classes, *std::max_element(labels->begin(), labels->end()) + 1);
    for (std::int64_t i = 0; i < samples.classes; ++i) samples.classNames.push_back(std::to_string(i));
    Counts counts{};
    addPixels(samples.training.bytes.data(), samples.training.bytes.size(), counts);
    takeMeasure(counts, samples);
    samples.augmentation = augmentationOf(settings);
    return samples;
}

Result<Samples> loadPictureSamples(const ParameterValues& settings, const std::filesystem::path& folder,
                                   std::int64_t seed) {
    SLIPWAY_TRY(auto images, readImageFolder(folder));
    const std::int64_t side = integerValue(settings, "size");
    Samples samples;
    samples.shape = {3, side, side, true, {}, 0};
    samples.classNames = std::move(images.classNames);
    samples.classes = static_cast<std::int64_t>(samples.classNames.size());
    samples.augmentation = augmentationOf(settings);
    const bool isSplit = !images.test.files.empty();
    const auto count = [](const LabelledFiles& list) { return static_cast<std::int64_t>(list.files.size()); };
    const Split split =
        splitOf(count(images.training), isSplit ? 0 : realValue(settings, "test_share"), seed);
    samples.training = filesOf(images.training, split.training());
    samples.test = isSplit ? filesOf(images.test, splitOf(count(images.test), 1, seed).test())
                           : filesOf(images.training, split.test());
    SLIPWAY_CHECK(measurePictures(samples, seed));
    return samples;
}

}  // namespace slipway::trainer
