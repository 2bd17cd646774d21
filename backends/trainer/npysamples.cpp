// SPDX-License-Identifier: Apache-2.0
// Arrays of NumPy: features stay in their mapped file, labels come into memory.
#include "backends/trainer/samples.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace slipway::trainer {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kMaxClasses = 10000;

Error unfit(const fs::path& file, const std::string& what, std::string hint) {
    return {ErrorCode::InvalidArgument, file.string() + ": " + what, {}, std::move(hint)};
}

struct Labels {
    std::vector<std::int64_t> classes;
    std::vector<std::string> classNames;
    std::vector<float> values;
};

// Classes by their numbers.
Result<Labels> readClasses(const NpyFile& file, const fs::path& name) {
    if (!file.isWhole())
        return unfit(name, "its labels have fractions",
                     "Set train.data.task to value, or save whole numbers");
    std::map<std::int64_t, std::int64_t> places;
    for (std::int64_t row = 0; row < file.rows(); ++row) {
        places.try_emplace(file.wholeAt(row));
        if (places.size() > kMaxClasses)
            return unfit(name, "more than " + std::to_string(kMaxClasses) + " classes",
                         "Set train.data.task to value to predict a number");
    }
    Labels labels;
    for (auto& [number, place] : places) {
        place = static_cast<std::int64_t>(labels.classNames.size());
        labels.classNames.push_back(std::to_string(number));
    }
    for (std::int64_t row = 0; row < file.rows(); ++row) labels.classes.push_back(places[file.wholeAt(row)]);
    return labels;
}

Result<Labels> readValues(const NpyFile& file, const fs::path& name) {
    Labels labels;
    labels.values.resize(static_cast<std::size_t>(file.rows()));
    for (std::size_t row = 0; row < labels.values.size(); ++row) {
        file.readRow(static_cast<std::int64_t>(row), &labels.values[row]);
        if (!std::isfinite(labels.values[row]))
            return Error{ErrorCode::Corrupt,
                         name.string() + ": row " + std::to_string(row + 1) + " is no finite number",
                         {},
                         "Correct or take out such rows"};
    }
    return labels;
}

Result<Labels> readLabels(const fs::path& name, const std::string& task, std::int64_t rows) {
    SLIPWAY_TRY(const NpyFile file, NpyFile::open(name));
    if (file.rowValues() != 1)
        return unfit(name, "has " + std::to_string(file.rowValues()) + " values for each sample",
                     "Save one label each");
    if (file.rows() != rows)
        return unfit(
            name, "has " + std::to_string(file.rows()) + " labels for " + std::to_string(rows) + " samples",
            {});
    const bool isClasses = task == "classes" || (task == "auto" && file.isWhole());
    return isClasses ? readClasses(file, name) : readValues(file, name);
}

SampleSet rowsOf(const std::shared_ptr<const NpyFile>& features, const Labels& labels,
                 std::span<const std::int64_t> rows) {
    SampleSet set;
    set.count = static_cast<std::int64_t>(rows.size());
    set.array = features;
    set.rows.assign(rows.begin(), rows.end());
    for (const auto row : rows) {
        if (labels.classNames.empty())
            set.targets.push_back(labels.values[static_cast<std::size_t>(row)]);
        else
            set.labels.push_back(labels.classes[static_cast<std::size_t>(row)]);
    }
    return set;
}

// Means of what `use` makes of the training values: of each channel of images, of each value of rows.
template <typename Use>
Result<std::vector<double>> meansOf(const Samples& samples, std::size_t groups, Use use) {
    std::vector<double> sums(groups);
    std::vector<float> row(static_cast<std::size_t>(samples.shape.values()));
    const std::size_t each = row.size() / groups;
    for (std::int64_t i = 0; i < samples.training.count; ++i) {
        SLIPWAY_CHECK(samples.fill(samples.training, std::span(&i, 1), row.data()));
        for (std::size_t value = 0; value < row.size(); ++value)
            sums[value / each] += use(row[value], value / each);
    }
    for (double& sum : sums) sum /= static_cast<double>(samples.training.count) * static_cast<double>(each);
    return sums;
}

Result<void> measure(Samples& samples) {
    const auto groups =
        static_cast<std::size_t>(samples.shape.isImage ? samples.shape.channels : samples.shape.width);
    samples.mean.assign(groups, 0);
    samples.deviation.assign(groups, 1);
    SLIPWAY_TRY(const auto means, meansOf(samples, groups, [](float value, std::size_t) { return value; }));
    SLIPWAY_TRY(const auto squares, meansOf(samples, groups, [&](float value, std::size_t group) {
                    return (value - means[group]) * (value - means[group]);
                }));
    for (std::size_t i = 0; i < groups; ++i) {
        samples.mean[i] = static_cast<float>(means[i]);
        if (squares[i] > 0) samples.deviation[i] = static_cast<float>(std::sqrt(squares[i]));
    }
    return {};
}

}  // namespace

Result<SampleShape> shapeOf(const NpyFile& features, const fs::path& file) {
    const auto& sizes = features.shape();
    SampleShape shape;
    if (sizes.size() < 2 || sizes.size() > 4)
        return unfit(
            file, "has " + std::to_string(sizes.size()) + " dimensions",
            "Save samples × values, samples × height × width, or samples × channels × height × width");
    shape.width = sizes.back();
    shape.isImage = sizes.size() > 2;
    if (shape.isImage) shape.height = sizes[sizes.size() - 2];
    if (sizes.size() == 4) shape.channels = sizes[1];
    return shape;
}

Result<Samples> loadNpySamples(const ParameterValues& settings, const fs::path& folder, std::int64_t seed) {
    const fs::path file = folder / textValue(settings, "features");
    SLIPWAY_TRY(auto opened, NpyFile::open(file));
    Samples samples;
    SLIPWAY_TRY(samples.shape, shapeOf(opened, file));
    const auto features = std::make_shared<const NpyFile>(std::move(opened));
    SLIPWAY_TRY(auto labels, readLabels(folder / textValue(settings, "labels"), textValue(settings, "task"),
                                        features->rows()));
    const Split split = splitOf(features->rows(), realValue(settings, "test_share"), seed);
    samples.training = rowsOf(features, labels, split.training());
    samples.test = rowsOf(features, labels, split.test());
    samples.classNames = std::move(labels.classNames);
    samples.classes = static_cast<std::int64_t>(samples.classNames.size());
    if (boolValue(settings, "normalize")) {
        SLIPWAY_CHECK(measure(samples));
    } else {
        samples.mean.assign(1, 0);
        samples.deviation.assign(1, 1);
    }
    return samples;
}

}  // namespace slipway::trainer
