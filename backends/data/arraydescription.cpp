// SPDX-License-Identifier: Apache-2.0
#include "backends/data/arraydescription.h"

#include "backends/core/units.h"
#include "backends/data/idxfile.h"
#include "backends/data/npyfile.h"
#include "backends/data/smallpicture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <map>

namespace slipway {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kMaxClasses = 10000;
constexpr std::int64_t kRowsBetween = 1024;  // two looks at whether to stop

std::vector<CountedValue> countedClasses(const std::map<std::int64_t, std::int64_t>& counts) {
    std::vector<CountedValue> classes;
    classes.reserve(counts.size());
    for (const auto& [label, count] : counts) classes.push_back({std::to_string(label), count});
    std::ranges::stable_sort(classes, std::greater<>(), &CountedValue::count);
    return classes;
}

std::string shapeText(const std::vector<std::int64_t>& shape) {
    std::string text;
    for (const auto size : shape) text += (text.empty() ? "" : " × ") + grouped(size);
    return text;
}

// The finite values of an array.
struct Values {
    double low = 0;
    double high = 0;
    double sum = 0;
    std::int64_t count = 0;

    void add(double value) {
        low = count == 0 ? value : std::min(low, value);
        high = count == 0 ? value : std::max(high, value);
        sum += value;
        ++count;
    }
    std::string text() const {
        if (count == 0) return "none of them a finite number";
        return valueText(low) + " to " + valueText(high) + ", mean " +
               valueText(sum / static_cast<double>(count));
    }
};

Picture pictureOf(const LabelledImages& images, std::int64_t index) {
    Picture picture{images.height, images.width, {}};
    const std::int64_t size = images.height * images.width;
    const std::uint8_t* const from =
        images.pixels.data() + static_cast<std::size_t>(index * images.channels * size);
    picture.pixels.reserve(static_cast<std::size_t>(3 * size));
    for (std::int64_t i = 0; i < size; ++i)
        for (std::int64_t channel = 0; channel < 3; ++channel)
            picture.pixels.push_back(from[(images.channels == 3 ? channel : 0) * size + i]);
    return picture;
}

void addPictures(DataDescription& data, const LabelledImages& images, const std::string& part) {
    PictureChoice choice;
    std::map<std::int64_t, std::vector<DescribedPicture>> byLabel;
    for (std::int64_t i = 0; i < images.count && !choice.isFull(); ++i) {
        const std::int64_t label = images.labels[static_cast<std::size_t>(i)];
        if (choice.take(label))
            byLabel[label].push_back(
                smallPicture(pictureOf(images, i), part + " " + grouped(i + 1), std::to_string(label)));
    }
    for (auto& [label, pictures] : byLabel)
        data.pictures.insert(data.pictures.end(), std::move_iterator(pictures.begin()),
                             std::move_iterator(pictures.end()));
}

Error stopped() { return {ErrorCode::Cancelled, "stopped", {}, {}}; }

Result<Values> lookAt(const NpyFile& array, const std::string& name, DataDescription& data,
                      const DataRequest& request) {
    Values values;
    std::vector<float> row(static_cast<std::size_t>(array.rowValues()));
    for (std::int64_t i = 0; i < array.rows(); ++i) {
        if (i % kRowsBetween == 0) {
            if (request.isStopped()) return stopped();
            request.progress(i, array.rows());
        }
        array.readRow(i, row.data());
        std::int64_t odd = 0;
        for (const float value : row) std::isfinite(value) ? values.add(value) : static_cast<void>(++odd);
        if (odd > 0)
            addFault(data, name + ", row " + grouped(i + 1),
                     many(odd, "value") + " that " + (odd == 1 ? "is" : "are") + " no finite number");
    }
    return values;
}

Result<void> addArray(const fs::path& file, DataDescription& data, const DataRequest& request) {
    SLIPWAY_TRY(const NpyFile array, NpyFile::open(file));
    const std::string name = file.filename().string();
    SLIPWAY_TRY(const Values values, lookAt(array, name, data, request));
    data.facts.emplace_back(
        name, std::string(array.typeName()) + ", " + shapeText(array.shape()) + ", " + values.text());
    data.samples = std::max(data.samples, array.rows());
    if (!array.isWhole() || array.rowValues() != 1) return {};
    std::map<std::int64_t, std::int64_t> counts;
    for (std::int64_t i = 0; i < array.rows() && counts.size() <= kMaxClasses; ++i)
        ++counts[array.wholeAt(i)];
    if (counts.size() <= kMaxClasses) data.parts.push_back({name, array.rows(), countedClasses(counts)});
    return {};
}

}  // namespace

Result<DataDescription> describeIdx(const fs::path& folder, const DataRequest& request) {
    DataDescription data;
    data.form = "images in the idx format";
    SLIPWAY_TRY(data.bytes, bytesAt(folder));
    Values pixels;
    constexpr std::array kParts{std::pair("train", "training"), std::pair("t10k", "test")};
    for (const auto& [file, name] : kParts) {
        if (request.isStopped()) return stopped();
        SLIPWAY_TRY(const LabelledImages images, readIdxImages(folder, file));
        std::map<std::int64_t, std::int64_t> counts;
        for (const auto label : images.labels) ++counts[label];
        for (const auto pixel : images.pixels) pixels.add(pixel);
        if (data.facts.empty())
            data.facts.emplace_back("size",
                                    shapeText({images.height, images.width}) + " pixels" +
                                        (images.channels > 1 ? ", " + many(images.channels, "channel") : ""));
        if (data.pictures.empty()) addPictures(data, images, name);
        data.parts.push_back({name, images.count, countedClasses(counts)});
        data.samples += images.count;
        request.progress(data.samples, 0);
    }
    data.facts.emplace_back("pixels", pixels.text());
    addHints(data, {});
    return data;
}

Result<DataDescription> describeNpy(const fs::path& place, const DataRequest& request) {
    DataDescription data;
    data.form = "NumPy arrays";
    SLIPWAY_TRY(data.bytes, bytesAt(place));
    std::error_code error;
    std::vector<fs::path> files;
    if (fs::is_directory(place, error)) {
        for (fs::directory_iterator entry(place, error), end; !error && entry != end; entry.increment(error))
            if (entry->path().extension() == ".npy") files.push_back(entry->path());
        if (error) return errnoError("cannot read " + place.string(), error.value());
        std::ranges::sort(files);
    } else {
        files.push_back(place);
    }
    if (files.empty()) return Error{ErrorCode::NotFound, place.string() + " holds no *.npy file", {}, {}};
    for (const auto& file : files) SLIPWAY_CHECK(addArray(file, data, request));
    addHints(data, {});
    return data;
}

}  // namespace slipway
