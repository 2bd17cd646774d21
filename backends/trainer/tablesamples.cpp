// SPDX-License-Identifier: Apache-2.0
// Rows of a table, the held-out ones drawn by the job's seed.
#include "backends/trainer/samples.h"
#ifdef SLIPWAY_HAS_TABLES
#include "backends/data/tablereader.h"
#endif

#include <cmath>

namespace slipway::trainer {

#ifdef SLIPWAY_HAS_TABLES
namespace {

std::vector<std::string> namesIn(const std::string& text) {
    std::vector<std::string> names;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        const std::size_t first = text.find_first_not_of(" \t\n", begin);
        if (first < end)
            names.push_back(text.substr(first, text.find_last_not_of(" \t\n", end - 1) + 1 - first));
        begin = end + 1;
    }
    return names;
}

TableRequest requestOf(const ParameterValues& settings) {
    const std::string& task = textValue(settings, "task");
    return {.target = textValue(settings, "target"),
            .kind = task == "classes" ? TargetKind::Classes
                    : task == "value" ? TargetKind::Value
                                      : TargetKind::Auto,
            .categories = namesIn(textValue(settings, "categories")),
            .ignored = namesIn(textValue(settings, "ignore")),
            .group = textValue(settings, "group")};
}

SampleSet rowsOf(const Table& table, std::span<const std::int64_t> rows) {
    const std::size_t width = table.columns.size();
    SampleSet set;
    set.count = static_cast<std::int64_t>(rows.size());
    set.floats.reserve(rows.size() * width);
    for (const auto row : rows) {
        const auto index = static_cast<std::size_t>(row);
        const auto* begin = table.cells.data() + index * width;
        set.floats.insert(set.floats.end(), begin, begin + width);
        if (table.classNames.empty())
            set.targets.push_back(table.targets[index]);
        else
            set.labels.push_back(table.labels[index]);
        if (!table.groups.empty()) set.groups.push_back(table.groups[index]);
    }
    return set;
}

template <typename Use>
void eachCell(SampleSet& set, std::size_t width, std::size_t column, Use use) {
    for (std::size_t cell = column; cell < set.floats.size(); cell += width) use(set.floats[cell]);
}

// Mean and deviation of the numbers in the training rows, where missing cells do not count and become the mean, as in the test rows.
void measureNumbers(Samples& samples, bool isNormalized) {
    const auto width = static_cast<std::size_t>(samples.shape.width);
    const std::size_t numbers = width - samples.shape.categories.size();
    samples.mean.assign(numbers, 0);
    samples.deviation.assign(numbers, 1);
    for (std::size_t column = 0; column < numbers; ++column) {
        double count = 0;
        double sum = 0;
        eachCell(samples.training, width, column, [&](float cell) {
            if (std::isnan(cell)) return;
            ++count;
            sum += cell;
        });
        const double mean = count > 0 ? sum / count : 0;
        double squares = 0;
        eachCell(samples.training, width, column, [&](float cell) {
            if (!std::isnan(cell)) squares += (cell - mean) * (cell - mean);
        });
        const auto missing = samples.columns[column].missing = static_cast<float>(mean);
        for (SampleSet* set : {&samples.training, &samples.test})
            eachCell(*set, width, column, [&](float& cell) {
                if (std::isnan(cell)) cell = missing;
            });
        if (!isNormalized || count == 0) continue;
        samples.mean[column] = missing;
        const double deviation = std::sqrt(squares / count);
        if (deviation > 0) samples.deviation[column] = static_cast<float>(deviation);
    }
}

}  // namespace

Result<Samples> loadTableSamples(const ParameterValues& settings, const std::filesystem::path& file,
                                 std::int64_t seed) {
    SLIPWAY_TRY(auto table, readTable(file, requestOf(settings)));
    const Split split = splitOf(table.rows, realValue(settings, "test_share"), seed);
    Samples samples;
    samples.training = rowsOf(table, split.training());
    samples.test = rowsOf(table, split.test());
    samples.classes = static_cast<std::int64_t>(table.classNames.size());
    samples.classNames = std::move(table.classNames);
    samples.groupNames = std::move(table.groupNames);
    samples.shape.width = static_cast<std::int64_t>(table.columns.size());
    for (auto& column : table.columns) {
        if (column.isCategory)
            samples.shape.categories.push_back(static_cast<std::int64_t>(column.values.size()) + 1);
        samples.columns.push_back({std::move(column.name), std::move(column.values), 0});
    }
    measureNumbers(samples, boolValue(settings, "normalize"));
    return samples;
}
#else
Result<Samples> loadTableSamples(const ParameterValues&, const std::filesystem::path&, std::int64_t) {
    return Error{ErrorCode::Unavailable,
                 "this slipway-runner was built without Arrow and reads no tables",
                 {},
                 "Build it with -DSLIPWAY_ARROW=ON"};
}
#endif

}  // namespace slipway::trainer
