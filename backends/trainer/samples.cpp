// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/samples.h"

#include "backends/data/idxfile.h"
#ifdef SLIPWAY_HAS_TABLES
#include "backends/data/csvtable.h"
#endif

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <random>

namespace slipway::trainer {
namespace {

constexpr std::int64_t kTableEpoch = -1;  // the order by which table rows are held out

SampleSet toSet(LabelledImages&& images) {
    SampleSet set;
    set.count = images.count;
    set.bytes = std::move(images.pixels);
    set.labels.assign(images.labels.begin(), images.labels.end());
    return set;
}

// Mean and deviation of all pixels, scaled to 0 … 1, from exact counts.
void measurePixels(Samples& samples) {
    std::array<std::int64_t, 256> counts{};
    for (const auto value : samples.training.bytes) ++counts[value];
    double sum = 0;
    double squares = 0;
    for (std::size_t value = 0; value < counts.size(); ++value) {
        const double x = static_cast<double>(value) / 255;
        sum += static_cast<double>(counts[value]) * x;
        squares += static_cast<double>(counts[value]) * x * x;
    }
    const auto total = static_cast<double>(samples.training.bytes.size());
    const double mean = sum / total;
    const double deviation = std::sqrt(std::max(0.0, squares / total - mean * mean));
    samples.mean = {static_cast<float>(mean)};
    samples.deviation = {deviation > 0 ? static_cast<float>(deviation) : 1.0F};
}

Result<Samples> loadImages(const std::filesystem::path& folder) {
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
    measurePixels(samples);
    return samples;
}

#ifdef SLIPWAY_HAS_TABLES
void take(const CsvTable& table, std::span<const std::int64_t> rows, SampleSet& set) {
    const std::size_t width = table.columns.size();
    set.count = static_cast<std::int64_t>(rows.size());
    for (const auto row : rows) {
        const auto index = static_cast<std::size_t>(row);
        const auto* begin = table.features.data() + index * width;
        set.floats.insert(set.floats.end(), begin, begin + width);
        if (table.classNames.empty())
            set.targets.push_back(table.targets[index]);
        else
            set.labels.push_back(table.labels[index]);
    }
}

void measureColumns(Samples& samples, bool isNormalized) {
    const std::size_t width = samples.columns.size();
    samples.mean.assign(width, 0);
    samples.deviation.assign(width, 1);
    if (!isNormalized) return;
    const auto rows = static_cast<std::size_t>(samples.training.count);
    for (std::size_t column = 0; column < width; ++column) {
        double sum = 0;
        double squares = 0;
        for (std::size_t row = 0; row < rows; ++row) sum += samples.training.floats[row * width + column];
        const double mean = sum / static_cast<double>(rows);
        for (std::size_t row = 0; row < rows; ++row) {
            const double difference = samples.training.floats[row * width + column] - mean;
            squares += difference * difference;
        }
        const double deviation = std::sqrt(squares / static_cast<double>(rows));
        samples.mean[column] = static_cast<float>(mean);
        if (deviation > 0) samples.deviation[column] = static_cast<float>(deviation);
    }
}

Result<Samples> loadTable(const ParameterValues& settings, const std::filesystem::path& file,
                          std::int64_t seed) {
    SLIPWAY_TRY(auto table, readCsv(file, textValue(settings, "target")));
    const auto order = epochOrder(table.rows, seed, kTableEpoch);
    const auto held =
        static_cast<std::size_t>(static_cast<double>(table.rows) * realValue(settings, "test_share"));
    Samples samples;
    take(table, std::span(order).subspan(held), samples.training);
    take(table, std::span(order).first(held), samples.test);
    samples.classNames = std::move(table.classNames);
    samples.classes = static_cast<std::int64_t>(samples.classNames.size());
    samples.columns = std::move(table.columns);
    samples.shape = {1, 1, static_cast<std::int64_t>(samples.columns.size()), false};
    measureColumns(samples, boolValue(settings, "normalize"));
    return samples;
}
#else
Result<Samples> loadTable(const ParameterValues&, const std::filesystem::path&, std::int64_t) {
    return Error{ErrorCode::Unavailable,
                 "this slipway-runner was built without Arrow and reads no CSV",
                 {},
                 "Build it with -DSLIPWAY_ARROW=ON"};
}
#endif

}  // namespace

Result<Samples> loadSamples(const TypedParameters& data, const Inputs& inputs, std::int64_t seed) {
    const auto& name = textValue(data.values, "input");
    const auto found = inputs.find(name);
    if (found == inputs.end())
        return Error{
            ErrorCode::NotFound, "train.data.input: there is no input " + name, {}, "Name it under inputs"};
    SLIPWAY_TRY(auto samples,
                data.type == "csv" ? loadTable(data.values, found->second, seed) : loadImages(found->second));
    if (samples.classes == 1)
        return Error{
            ErrorCode::InvalidArgument, found->second.string() + ": every sample has the same class", {}, {}};
    return samples;
}

void Samples::fill(const SampleSet& set, std::span<const std::int64_t> rows, float* out) const {
    const auto width = static_cast<std::size_t>(shape.values());
    if (!set.bytes.empty()) {
        const float scale = 1.0F / (255.0F * deviation[0]);
        const float shift = -mean[0] / deviation[0];
        for (const auto row : rows) {
            const std::uint8_t* in = set.bytes.data() + static_cast<std::size_t>(row) * width;
            for (std::size_t i = 0; i < width; ++i) out[i] = static_cast<float>(in[i]) * scale + shift;
            out += width;
        }
        return;
    }
    for (const auto row : rows) {
        const float* in = set.floats.data() + static_cast<std::size_t>(row) * width;
        for (std::size_t i = 0; i < width; ++i) out[i] = (in[i] - mean[i]) / deviation[i];
        out += width;
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

}  // namespace slipway::trainer
