// SPDX-License-Identifier: Apache-2.0
#include "backends/data/csvtable.h"

#include <arrow/api.h>
#include <arrow/csv/api.h>
#include <arrow/io/api.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <optional>
#include <unordered_map>

namespace slipway {
namespace {

namespace csv = arrow::csv;

Error arrowError(const std::filesystem::path& file, const arrow::Status& status) {
    const auto code = status.IsIOError() ? ErrorCode::Io : ErrorCode::Corrupt;
    return {
        code, file.string() + ": " + status.message(), {}, "Every column but the target must be a number"};
}

Error cellError(const std::filesystem::path& file, std::int64_t row, const std::string& column,
                const char* reason) {
    return {ErrorCode::Corrupt,
            file.string() + ": row " + std::to_string(row + 2) + ", column " + column + ": " + reason,
            {},
            "Fill in or take out such rows"};
}

arrow::Result<std::shared_ptr<csv::StreamingReader>> openReader(const std::filesystem::path& file,
                                                                const std::string& target) {
    ARROW_ASSIGN_OR_RAISE(auto input, arrow::io::ReadableFile::Open(file.string()));
    auto read = csv::ReadOptions::Defaults();
    read.use_threads = false;  // so that errors name the row
    auto convert = csv::ConvertOptions::Defaults();
    convert.default_column_type = arrow::float64();
    convert.column_types = {{target, arrow::utf8()}};
    return csv::StreamingReader::Make(arrow::io::default_io_context(), input, read,
                                      csv::ParseOptions::Defaults(), convert);
}

std::optional<double> number(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

// Target words by their first appearance; numbered in their final order at the end.
class TargetColumn {
public:
    bool add(std::string_view word) {
        const auto [entry, isNew] = m_index.try_emplace(std::string(word), m_words.size());
        if (isNew) m_words.emplace_back(word);
        m_rows.push_back(entry->second);
        return !word.empty();
    }

    Result<void> finish(const std::filesystem::path& file, const std::string& column, CsvTable& table) const {
        std::vector<std::optional<double>> values(m_words.size());
        std::transform(m_words.begin(), m_words.end(), values.begin(), number);
        const bool isNumeric =
            std::all_of(values.begin(), values.end(), [](auto v) { return v.has_value(); });
        const auto isWhole = [](auto v) { return *v == std::floor(*v); };
        if (isNumeric && !std::all_of(values.begin(), values.end(), isWhole)) {
            for (const auto row : m_rows) table.targets.push_back(static_cast<float>(*values[row]));
            return {};
        }
        if (m_words.size() > kMaxCsvClasses)
            return Error{ErrorCode::InvalidArgument,
                         file.string() + ": column " + column + " has " + std::to_string(m_words.size()) +
                             " different values; at most " + std::to_string(kMaxCsvClasses) +
                             " classes are allowed",
                         {},
                         "Write the target with a decimal point to predict it as a number"};
        std::vector<std::size_t> order(m_words.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return isNumeric && *values[a] != *values[b] ? *values[a] < *values[b] : m_words[a] < m_words[b];
        });
        std::vector<std::int64_t> classOf(order.size());
        for (std::size_t i = 0; i < order.size(); ++i) {
            classOf[order[i]] = static_cast<std::int64_t>(i);
            table.classNames.push_back(m_words[order[i]]);
        }
        for (const auto row : m_rows) table.labels.push_back(classOf[row]);
        return {};
    }

private:
    std::unordered_map<std::string, std::size_t> m_index;
    std::vector<std::string> m_words;
    std::vector<std::size_t> m_rows;
};

Result<void> append(const std::filesystem::path& file, const arrow::RecordBatch& batch, int targetColumn,
                    TargetColumn& target, CsvTable& table) {
    const std::int64_t rows = batch.num_rows();
    const std::size_t width = table.columns.size();
    const std::size_t begin = table.features.size();
    table.features.resize(begin + static_cast<std::size_t>(rows) * width);
    std::size_t feature = 0;
    for (int column = 0; column < batch.num_columns(); ++column) {
        if (column == targetColumn) {
            const auto& words = static_cast<const arrow::StringArray&>(*batch.column(column));
            for (std::int64_t row = 0; row < rows; ++row)
                if (!target.add(words.GetView(row)))
                    return cellError(file, table.rows + row, batch.column_name(column),
                                     "the target is empty");
            continue;
        }
        const auto& numbers = static_cast<const arrow::DoubleArray&>(*batch.column(column));
        for (std::int64_t row = 0; row < rows; ++row) {
            if (numbers.IsNull(row) || !std::isfinite(numbers.Value(row)))
                return cellError(file, table.rows + row, batch.column_name(column), "no finite number");
            table.features[begin + static_cast<std::size_t>(row) * width + feature] =
                static_cast<float>(numbers.Value(row));
        }
        ++feature;
    }
    table.rows += rows;
    return {};
}

}  // namespace

Result<CsvTable> readCsv(const std::filesystem::path& file, const std::string& target) {
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    if (error) return errnoError("cannot read " + file.string(), error.value());
    if (size > static_cast<std::uintmax_t>(kMaxCsvBytes))
        return Error{
            ErrorCode::InvalidArgument, file.string() + " is larger than 8 GiB", {}, "Split the file"};

    auto opened = openReader(file, target);
    if (!opened.ok()) return arrowError(file, opened.status());
    const auto reader = opened.MoveValueUnsafe();
    CsvTable table;
    const auto schema = reader->schema();
    const auto found = schema->GetAllFieldIndices(target);
    for (int i = 0; i < schema->num_fields(); ++i)
        if (found.empty() || i != found[0]) table.columns.push_back(schema->field(i)->name());
    if (found.size() != 1) {
        std::string names;
        for (const auto& name : table.columns) names += (names.empty() ? "" : ", ") + name;
        return Error{
            ErrorCode::InvalidArgument,
            file.string() + (found.empty() ? " has no column " : " has more than one column ") + target,
            names, "Set train.data.target to one of its columns"};
    }
    if (table.columns.empty())
        return Error{ErrorCode::InvalidArgument, file.string() + " has no column besides " + target, {}, {}};

    TargetColumn words;
    while (true) {
        std::shared_ptr<arrow::RecordBatch> batch;
        if (const auto status = reader->ReadNext(&batch); !status.ok()) return arrowError(file, status);
        if (!batch) break;
        SLIPWAY_CHECK(append(file, *batch, found[0], words, table));
    }
    if (table.rows == 0)
        return Error{ErrorCode::Corrupt, file.string() + " has no rows below its header", {}, {}};
    SLIPWAY_CHECK(words.finish(file, target, table));
    return table;
}

}  // namespace slipway
