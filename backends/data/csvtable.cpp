// SPDX-License-Identifier: Apache-2.0
#include "backends/data/csvtable.h"

#include "backends/core/nearestname.h"

#include <arrow/api.h>
#include <arrow/csv/api.h>
#include <arrow/io/api.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <iterator>
#include <optional>
#include <regex>
#include <unordered_map>

namespace slipway {
namespace {

namespace csv = arrow::csv;

Error arrowError(const std::filesystem::path& file, const arrow::Status& status) {
    const auto code = status.IsIOError() ? ErrorCode::Io : ErrorCode::Corrupt;
    return {
        code, file.string() + ": " + status.message(), {}, "Every column but the target must be a number"};
}

// "In CSV column #0: Row #3: CSV conversion error to double: invalid value 'two'", with the column's name.
Error valueError(const std::filesystem::path& file, const arrow::Status& status,
                 const std::vector<std::string>& columns, const std::string& target) {
    static const std::regex pattern(
        "In CSV column #([0-9]{1,9}): Row #([0-9]+): CSV conversion error to double: invalid value '");
    constexpr std::size_t kShownBytes = 100;
    std::smatch found;
    const std::string& told = status.message();
    Error error = arrowError(file, status);
    if (!std::regex_search(told, found, pattern, std::regex_constants::match_continuous)) return error;
    std::string value = found.suffix().str();
    value.resize(std::min(value.rfind('\''), value.size()));
    if (value.size() > kShownBytes) {
        std::size_t end = kShownBytes;
        while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0U) == 0x80U)
            --end;  // whole characters
        value.resize(end);
    }
    const std::size_t column = std::stoul(found[1]);
    if (column >= columns.size()) return error;
    error.message = file.string() + ": row " + found[2].str() + ", column " + columns[column] + ": `" +
                    value + "` is no number";
    error.hint += "; the target is " + target;
    return error;
}

Error targetError(const std::filesystem::path& file, const std::string& target,
                  const std::vector<std::string>& columns) {
    constexpr std::size_t kShown = 30;
    const auto count = static_cast<std::size_t>(std::ranges::count(columns, target));
    std::string names;
    for (std::size_t i = 0; i < std::min(columns.size(), kShown); ++i)
        names += (i == 0 ? "" : ", ") + columns[i];
    if (columns.size() > kShown) names += " and " + std::to_string(columns.size() - kShown) + " more";
    std::string message =
        file.string() + (count == 0 ? ": there is no column " : ": there is more than one column ") + target;
    if (const auto near = nearestName(target, columns); near && count == 0) message += "; nearest: " + *near;
    return {ErrorCode::InvalidArgument,
            message + "; the columns are " + names,
            {},
            "Set train.data.target to one of its columns"};
}

Error cellError(const std::filesystem::path& file, std::int64_t row, const std::string& column,
                const char* reason) {
    return {ErrorCode::Corrupt,
            file.string() + ": row " + std::to_string(row + 2) + ", column " + column + ": " + reason,
            {},
            "Fill in or take out such rows"};
}

arrow::Result<std::shared_ptr<csv::StreamingReader>> openReader(const std::filesystem::path& file,
                                                                const csv::ConvertOptions& convert) {
    ARROW_ASSIGN_OR_RAISE(auto input, arrow::io::ReadableFile::Open(file.string()));
    auto read = csv::ReadOptions::Defaults();
    read.use_threads = false;  // so that errors name the row
    return csv::StreamingReader::Make(arrow::io::default_io_context(), input, read,
                                      csv::ParseOptions::Defaults(), convert);
}

csv::ConvertOptions numbersBut(const std::string& target) {
    auto convert = csv::ConvertOptions::Defaults();
    convert.default_column_type = arrow::float64();
    convert.column_types = {{target, arrow::utf8()}};
    return convert;
}

// Whatever the values below it are.
Result<std::vector<std::string>> headerOf(const std::filesystem::path& file) {
    auto convert = csv::ConvertOptions::Defaults();
    convert.default_column_type = arrow::binary();
    const auto opened = openReader(file, convert);
    if (!opened.ok()) return arrowError(file, opened.status());
    return (*opened)->schema()->field_names();
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

    SLIPWAY_TRY(const std::vector<std::string> columns, headerOf(file));
    if (std::ranges::count(columns, target) != 1) return targetError(file, target, columns);
    auto opened = openReader(file, numbersBut(target));
    if (!opened.ok()) return valueError(file, opened.status(), columns, target);
    const auto reader = opened.MoveValueUnsafe();
    CsvTable table;
    std::ranges::copy_if(columns, std::back_inserter(table.columns),
                         [&](const std::string& name) { return name != target; });
    const auto targetColumn = static_cast<int>(std::ranges::find(columns, target) - columns.begin());
    if (table.columns.empty())
        return Error{ErrorCode::InvalidArgument, file.string() + " has no column besides " + target, {}, {}};

    TargetColumn words;
    while (true) {
        std::shared_ptr<arrow::RecordBatch> batch;
        if (const auto status = reader->ReadNext(&batch); !status.ok())
            return valueError(file, status, columns, target);
        if (!batch) break;
        SLIPWAY_CHECK(append(file, *batch, targetColumn, words, table));
    }
    if (table.rows == 0)
        return Error{ErrorCode::Corrupt, file.string() + " has no rows below its header", {}, {}};
    SLIPWAY_CHECK(words.finish(file, target, table));
    return table;
}

}  // namespace slipway
