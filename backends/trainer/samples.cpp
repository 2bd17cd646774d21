// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/samples.h"

#include "backends/data/picture.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

namespace slipway::trainer {
namespace {

constexpr std::int64_t kSplitEpoch = -1;  // whose order says which samples are held out

// Where a pixel of an image is taken from.
struct Move {
    bool isFlipped = false;
    std::int64_t down = 0;
    std::int64_t right = 0;
};

Move moveFor(const Augmentation& augmentation, std::uint64_t draw, std::size_t sample) {
    std::uint64_t x = draw + (sample + 1) * 0x9e3779b97f4a7c15ULL;
    const auto next = [&](std::uint64_t below) {
        x ^= x >> 30;
        x *= 0xbf58476d1ce4e5b9ULL;
        x ^= x >> 27;
        x *= 0x94d049bb133111ebULL;
        x ^= x >> 31;
        return static_cast<std::int64_t>((x >> 11) % below);
    };
    const auto spread = static_cast<std::uint64_t>(2 * augmentation.shift + 1);
    Move move;
    move.isFlipped = next(2) == 1 && augmentation.flips;
    move.down = next(spread) - augmentation.shift;
    move.right = next(spread) - augmentation.shift;
    return move;
}

void fillImage(const Samples& samples, const std::uint8_t* in, const Move& move, float* out) {
    const SampleShape& shape = samples.shape;
    for (std::int64_t channel = 0; channel < shape.channels; ++channel) {
        const auto index = samples.mean.size() == 1 ? 0 : static_cast<std::size_t>(channel);
        const float scale = 1.0F / (255.0F * samples.deviation[index]);
        const float shift = -samples.mean[index] / samples.deviation[index];
        if (!move.isFlipped && move.down == 0 && move.right == 0) {
            for (std::int64_t i = 0; i < shape.height * shape.width; ++i)
                *out++ = static_cast<float>(*in++) * scale + shift;
            continue;
        }
        for (std::int64_t y = move.down; y < shape.height + move.down; ++y)
            for (std::int64_t x = move.right; x < shape.width + move.right; ++x) {
                const bool isInside = y >= 0 && y < shape.height && x >= 0 && x < shape.width;
                const std::int64_t column = move.isFlipped ? shape.width - 1 - x : x;
                *out++ = (isInside ? static_cast<float>(in[y * shape.width + column]) : 0.0F) * scale + shift;
            }
        in += shape.height * shape.width;
    }
}

// A value's mean is its channel's, or its own.
Result<void> fillArray(const Samples& samples, const SampleSet& set, std::size_t row, float* out) {
    const std::int64_t place = set.rows[row];
    set.array->readRow(place, out);
    const auto values = static_cast<std::size_t>(samples.shape.values());
    const std::size_t each = values / samples.mean.size();
    for (std::size_t i = 0; i < values; ++i) {
        if (!std::isfinite(out[i]))
            return Error{ErrorCode::Corrupt,
                         "row " + std::to_string(place + 1) +
                             " of the features holds a value that is no finite number",
                         {},
                         "Correct or take out such rows"};
        out[i] = (out[i] - samples.mean[i / each]) / samples.deviation[i / each];
    }
    return {};
}

void fillNumbers(const Samples& samples, const float* in, float* out) {
    const auto width = static_cast<std::size_t>(samples.shape.values());
    const std::size_t numbers = width - samples.shape.categories.size();
    for (std::size_t i = 0; i < numbers; ++i) out[i] = (in[i] - samples.mean[i]) / samples.deviation[i];
    std::copy(in + numbers, in + width, out + numbers);
}

}  // namespace

std::string tokenizerInput(const TypedParameters& data) {
    const auto found = data.values.find("tokenizer");
    return found == data.values.end() ? std::string() : std::get<std::string>(found->second);
}

Result<Samples> loadSamples(const TypedParameters& data, const Inputs& inputs, std::int64_t seed) {
    const auto placeOf = [&](const char* setting, const std::string& name) -> Result<std::filesystem::path> {
        const auto found = inputs.find(name);
        if (found != inputs.end()) return found->second;
        return Error{ErrorCode::NotFound,
                     std::string("train.data.") + setting + ": there is no input " + name,
                     {},
                     "Name it under inputs"};
    };
    SLIPWAY_TRY(const auto place, placeOf("input", textValue(data.values, "input")));
    if (data.type == "text") {
        std::filesystem::path tokenizer;
        if (const auto name = tokenizerInput(data); !name.empty()) {
            SLIPWAY_TRY(tokenizer, placeOf("tokenizer", name));
        }
        return loadTextSamples(data.values, place, tokenizer);
    }
    SLIPWAY_TRY(auto samples, data.type == "table"    ? loadTableSamples(data.values, place, seed)
                              : data.type == "images" ? loadPictureSamples(data.values, place, seed)
                              : data.type == "npy"    ? loadNpySamples(data.values, place, seed)
                                                      : loadIdxSamples(data.values, place));
    if (samples.classes == 1)
        return Error{
            ErrorCode::InvalidArgument, place.string() + ": every sample has the same class", {}, {}};
    return samples;
}

Result<void> checkLabels(const Samples& samples) {
    if (samples.classes == 0) return {};
    for (const auto* set : {&samples.training, &samples.test}) {
        const auto wrong = std::find_if(set->labels.begin(), set->labels.end(), [&](std::int64_t label) {
            return label < 0 || label >= samples.classes;
        });
        if (wrong == set->labels.end()) continue;
        const auto row = static_cast<std::size_t>(wrong - set->labels.begin());
        const std::string where =
            set->files.empty() ? "sample " + std::to_string(row) : "the picture " + set->files[row].string();
        return Error{ErrorCode::InvalidArgument,
                     where + " of the " + (set == &samples.test ? "test" : "training") +
                         " data has the label " + std::to_string(*wrong) + ", but there are " +
                         std::to_string(samples.classes) + " classes",
                     {},
                     "Number the classes from 0 to " + std::to_string(samples.classes - 1) +
                         ", or leave that sample out"};
    }
    return {};
}

Result<void> Samples::fill(const SampleSet& set, std::span<const std::int64_t> rows, float* out,
                           std::optional<std::uint64_t> draw) const {
    const auto width = static_cast<std::size_t>(shape.values());
    if (!set.floats.empty()) {
        for (std::size_t i = 0; i < rows.size(); ++i)
            fillNumbers(*this, set.floats.data() + static_cast<std::size_t>(rows[i]) * width,
                        out + i * width);
        return {};
    }
    if (set.array) {
        for (std::size_t i = 0; i < rows.size(); ++i)
            SLIPWAY_CHECK(fillArray(*this, set, static_cast<std::size_t>(rows[i]), out + i * width));
        return {};
    }
    std::vector<std::uint8_t> pixels(set.files.empty() ? 0 : width);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto row = static_cast<std::size_t>(rows[i]);
        const std::uint8_t* in = set.bytes.data() + row * width;
        if (!set.files.empty()) {
            SLIPWAY_TRY(const Picture picture, readPicture(set.files[row], shape.width));
            toSquare(picture, shape.width, pixels.data());
            in = pixels.data();
        }
        fillImage(*this, in, draw ? moveFor(augmentation, *draw, i) : Move{}, out + i * width);
    }
    return {};
}

void Samples::fillTokens(const SampleSet& set, std::span<const std::int64_t> rows, std::int64_t* out,
                         std::int64_t* following) const {
    for (const auto row : rows) {
        const std::int32_t* in = set.tokens.data() + row * shape.width;
        out = std::copy(in, in + shape.width, out);
        following = std::copy(in + 1, in + 1 + shape.width, following);
    }
}

std::vector<std::int64_t> epochOrder(std::int64_t count, std::int64_t seed, std::int64_t epoch) {
    std::vector<std::int64_t> order(static_cast<std::size_t>(count));
    std::iota(order.begin(), order.end(), 0);
    std::seed_seq words{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32),
                        static_cast<std::uint32_t>(epoch), static_cast<std::uint32_t>(epoch >> 32)};
    std::mt19937_64 random(words);
    // Fisher-Yates by hand: std::shuffle may differ between standard libraries.
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
    return order;
}

Split splitOf(std::int64_t count, double testShare, std::int64_t seed) {
    return {epochOrder(count, seed, kSplitEpoch),
            static_cast<std::size_t>(static_cast<double>(count) * testShare)};
}

}  // namespace slipway::trainer
