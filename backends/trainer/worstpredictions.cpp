// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/worstpredictions.h"

#include "backends/core/units.h"
#include "backends/data/smallpicture.h"
#include "backends/platform/base64.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace slipway::trainer {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostColumns = 16;

bool isWorse(const WrongPrediction& one, const WrongPrediction& other) {
    return one.wrongness != other.wrongness ? one.wrongness > other.wrongness : one.row < other.row;
}

float original(const Samples& samples, std::size_t index, std::size_t values, float normalised) {
    const std::size_t of = index / (values / samples.mean.size());
    return normalised * samples.deviation[of] + samples.mean[of];
}

// What the network saw, as a person would: gray is spread over three channels; of an array of any range its own lowest value is
// black and its highest white.
Json pictureJson(const Samples& samples, const SampleSet& set, std::vector<float> values) {
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = original(samples, i, values.size(), values[i]);
    const auto [low, high] = std::ranges::minmax(values);
    const bool isByte = set.array && low >= 0 && high > 1 && high <= 255;
    const bool isUnit = low >= -0.01F && high <= 1.01F;
    const float black = isByte || isUnit ? 0 : low;
    const float white = isByte ? 255.0F : isUnit ? 1.0F : std::max(high, std::nextafter(low, high + 1));
    const SampleShape& shape = samples.shape;
    Picture picture{shape.height, shape.width, {}};
    const auto area = static_cast<std::size_t>(shape.height * shape.width);
    picture.pixels.reserve(3 * area);
    for (std::size_t pixel = 0; pixel < area; ++pixel) {
        for (std::size_t channel = 0; channel < 3; ++channel) {
            const std::size_t from = shape.channels == 3 ? channel * area + pixel : pixel;
            const float share = (values[from] - black) / (white - black);
            picture.pixels.push_back(
                static_cast<std::uint8_t>(std::lround(255 * std::clamp(share, 0.0F, 1.0F))));
        }
    }
    const DescribedPicture small = smallPicture(picture, {}, {});
    return {{"width", small.width}, {"height", small.height}, {"pixels", encodeBase64(small.pixels)}};
}

Json rowJson(const Samples& samples, const std::vector<float>& values) {
    Json json = Json::object();
    const std::size_t numbers = values.size() - samples.shape.categories.size();
    for (std::size_t i = 0; i < std::min(samples.columns.size(), kMostColumns); ++i) {
        const SampleColumn& column = samples.columns[i];
        if (i < numbers) {
            json[column.name] = metricText(values[i] * samples.deviation[i] + samples.mean[i]);
        } else {
            const auto word = static_cast<std::size_t>(values[i]);
            json[column.name] =
                word > 0 && word <= column.categories.size() ? column.categories[word - 1] : "";
        }
    }
    return json;
}

std::string sampleName(const SampleSet& set, std::int64_t row) {
    const auto at = static_cast<std::size_t>(row);
    if (!set.files.empty()) return set.files[at].parent_path().filename() / set.files[at].filename();
    return grouped((set.array ? set.rows[at] : row) + 1);
}

std::string className(const Samples& samples, double label) {
    const auto at = static_cast<std::size_t>(label);
    return at < samples.classNames.size() ? samples.classNames[at] : std::to_string(at);
}

}  // namespace

void WorstPredictions::take(const WrongPrediction& one) {
    if (std::isnan(one.wrongness)) return;
    if (m_heap.size() == kMost) {
        if (!isWorse(one, m_heap.front())) return;
        std::ranges::pop_heap(m_heap, isWorse);
        m_heap.pop_back();
    }
    m_heap.push_back(one);
    std::ranges::push_heap(m_heap, isWorse);
}

std::vector<WrongPrediction> WorstPredictions::worst() const {
    std::vector<WrongPrediction> sorted = m_heap;
    std::ranges::sort(sorted, isWorse);
    return sorted;
}

Result<Json> worstJson(const WorstPredictions& worst, const Samples& samples, const SampleSet& set) {
    Json all = Json::array();
    const auto width = static_cast<std::size_t>(samples.shape.values());
    for (const WrongPrediction& one : worst.worst()) {
        Json json{{"sample", sampleName(set, one.row)}};
        if (samples.classes > 0) {
            json["expected"] = className(samples, one.expected);
            json["predicted"] = className(samples, one.predicted);
            json["probability"] = one.wrongness;
        } else {
            json["expected"] = metricText(one.expected);
            json["predicted"] = metricText(one.predicted);
        }
        std::vector<float> values(width);
        SLIPWAY_CHECK(samples.fill(set, {&one.row, 1}, values.data()));
        if (samples.shape.isImage)
            json["picture"] = pictureJson(samples, set, std::move(values));
        else if (!samples.columns.empty())
            json["values"] = rowJson(samples, values);
        all.push_back(std::move(json));
    }
    return all;
}

}  // namespace slipway::trainer
