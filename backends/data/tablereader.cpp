// SPDX-License-Identifier: Apache-2.0
#include "backends/data/tablereader.h"

#include "backends/core/nearestname.h"
#include "backends/data/columncells.h"
#include "backends/data/tablefile.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace slipway {
namespace {

constexpr std::size_t kShownColumns = 30;

class Builder {
public:
    Builder(const std::filesystem::path& file, TableFile opened, const TableRequest& request)
        : m_file(file.string()),
          m_opened(std::move(opened)),
          m_request(request),
          m_names(m_opened.table->ColumnNames()) {}

    Result<Table> build() {
        m_table.rows = m_opened.table->num_rows();
        SLIPWAY_CHECK(checkNames());
        if (m_table.rows == 0) return corrupt("has no rows");
        SLIPWAY_CHECK(takeFeatures());
        SLIPWAY_CHECK(takeTarget());
        SLIPWAY_CHECK(takeGroups());
        return std::move(m_table);
    }

private:
    Error corrupt(const std::string& what) const { return {ErrorCode::Corrupt, m_file + " " + what, {}, {}}; }
    Error unfit(const std::string& what, std::string hint) const {
        return {ErrorCode::InvalidArgument, m_file + ": " + what, {}, std::move(hint)};
    }
    Error badCell(std::int64_t row, const std::string& column, const std::string& reason,
                  std::string hint) const {
        return {ErrorCode::Corrupt,
                m_file + ": row " + std::to_string(row + m_opened.firstRow) + ", column " + column + ": " +
                    reason,
                {},
                std::move(hint)};
    }

    // Every column that is named once, and the ones asked for among them.
    Result<void> checkNames() const {
        SLIPWAY_CHECK(checkName("target", m_request.target));
        SLIPWAY_CHECK(checkName("group", m_request.group));
        for (const auto& name : m_request.categories) SLIPWAY_CHECK(checkName("categories", name));
        for (const auto& name : m_request.ignored) SLIPWAY_CHECK(checkName("ignore", name));
        return {};
    }
    Result<void> checkName(const std::string& setting, const std::string& name) const {
        const auto count = std::ranges::count(m_names, name);
        if (name.empty() || count == 1) return {};
        std::string all;
        for (std::size_t i = 0; i < std::min(m_names.size(), kShownColumns); ++i)
            all += (i == 0 ? "" : ", ") + m_names[i];
        if (m_names.size() > kShownColumns)
            all += " and " + std::to_string(m_names.size() - kShownColumns) + " more";
        std::string what = (count == 0 ? "there is no column " : "there is more than one column ") + name;
        if (const auto near = nearestName(name, m_names); near && count == 0) what += "; nearest: " + *near;
        return unfit(what + "; the columns are " + all,
                     "Set train.data." + setting + " to " +
                         (setting == "target" || setting == "group" ? "one" : "some") + " of its columns");
    }

    static bool holds(const std::vector<std::string>& names, const std::string& name) {
        return std::ranges::find(names, name) != names.end();
    }
    const arrow::ChunkedArray& column(const std::string& name) const {
        return *m_opened.table->GetColumnByName(name);
    }

    Result<void> takeFeatures() {
        std::vector<std::vector<float>> numbers;
        std::vector<std::vector<float>> categories;
        std::vector<TableColumn> categoryColumns;
        for (int i = 0; i < m_opened.table->num_columns(); ++i) {
            const std::string& name = m_names[static_cast<std::size_t>(i)];
            if (name == m_request.target || holds(m_request.ignored, name)) continue;
            const arrow::ChunkedArray& cells = *m_opened.table->column(i);
            if (!isReadable(cells))
                return unfit("column " + name + " holds " + cells.type()->ToString() +
                                 ", which is neither a number nor a word",
                             "Leave it out: add it to train.data.ignore");
            TableColumn described{name, holds(m_request.categories, name) || holdsWords(cells), {}, 0};
            if (described.isCategory) {
                SLIPWAY_TRY(categories.emplace_back(), takeCategory(cells, described));
                categoryColumns.push_back(std::move(described));
            } else {
                SLIPWAY_TRY(numbers.emplace_back(), takeNumbers(cells, described));
                m_table.columns.push_back(std::move(described));
            }
        }
        std::ranges::move(categoryColumns, std::back_inserter(m_table.columns));
        std::ranges::move(categories, std::back_inserter(numbers));
        if (numbers.empty()) return unfit("there is no column besides " + m_request.target, {});
        const std::size_t width = numbers.size();
        const auto rows = static_cast<std::size_t>(m_table.rows);
        m_table.cells.resize(rows * width);
        for (std::size_t from = 0; from < width; ++from) {
            for (std::size_t row = 0; row < rows; ++row)
                m_table.cells[row * width + from] = numbers[from][row];
            numbers[from] = {};
        }
        return {};
    }

    Result<std::vector<float>> takeNumbers(const arrow::ChunkedArray& cells, TableColumn& described) {
        SLIPWAY_CHECK(countCells());
        const auto values = numbersOf(cells);
        std::vector<float> taken(values.size());
        for (std::size_t row = 0; row < values.size(); ++row) {
            if (std::isnan(values[row])) ++described.missing;
            taken[row] = static_cast<float>(values[row]);
            if (std::isinf(taken[row]))
                return badCell(static_cast<std::int64_t>(row), described.name, "no finite number",
                               "Correct or take out such rows");
        }
        return taken;
    }

    Result<std::vector<float>> takeCategory(const arrow::ChunkedArray& cells, TableColumn& described) {
        SLIPWAY_CHECK(countCells());
        Words words = wordsOf(cells);
        if (!holds(m_request.categories, described.name))
            if (const auto row = rowOfStrayWord(words))
                return badCell(
                    *row, described.name, '`' + words.at(*row) + "` is no number",
                    "Most of the column are numbers: correct the cell, or, if they are names, add the "
                    "column to train.data.categories");
        if (words.distinct.size() > kMaxCategories)
            return unfit("column " + described.name + " has " + std::to_string(words.distinct.size()) +
                             " different words",
                         "Leave it out: add it to train.data.ignore");
        words.sort();
        std::vector<float> taken(words.rows.size());
        for (std::size_t row = 0; row < taken.size(); ++row) {
            if (words.rows[row] < 0) ++described.missing;
            taken[row] = static_cast<float>(words.rows[row] + 1);
        }
        described.values = std::move(words.distinct);
        return taken;
    }

    // Of a column of words in which more than half are numbers, the first that is none.
    static std::optional<std::int64_t> rowOfStrayWord(const Words& words) {
        std::vector<bool> isNumber(words.distinct.size());
        std::transform(words.distinct.begin(), words.distinct.end(), isNumber.begin(),
                       [](const std::string& word) { return toNumber(word).has_value(); });
        std::int64_t numbers = 0;
        std::int64_t others = 0;
        std::optional<std::int64_t> first;
        for (std::size_t row = 0; row < words.rows.size(); ++row) {
            if (words.rows[row] < 0) continue;
            if (isNumber[static_cast<std::size_t>(words.rows[row])]) {
                ++numbers;
            } else {
                ++others;
                if (!first) first = static_cast<std::int64_t>(row);
            }
        }
        return numbers > others ? first : std::nullopt;
    }

    Result<void> countCells() {
        m_bytes += m_table.rows * static_cast<std::int64_t>(sizeof(float));
        if (m_bytes > kMaxTableBytes) return unfit("its cells take more than 8 GiB", "Split the file");
        return {};
    }

    Result<void> takeTarget() {
        if (m_request.target.empty()) return {};
        const arrow::ChunkedArray& cells = column(m_request.target);
        if (!isReadable(cells))
            return unfit("the target " + m_request.target + " holds " + cells.type()->ToString(),
                         "Set train.data.target to a column of words or numbers");
        const bool isClasses = m_request.kind == TargetKind::Classes ||
                               (m_request.kind == TargetKind::Auto && !holdsFractions(cells));
        return isClasses ? takeClasses(cells) : takeValues(cells);
    }

    Result<void> takeClasses(const arrow::ChunkedArray& cells) {
        Words words = wordsOf(cells);
        const auto missing = std::ranges::find(words.rows, -1);
        if (missing != words.rows.end()) return noTarget(missing - words.rows.begin());
        if (words.distinct.size() > kMaxClasses)
            return unfit("column " + m_request.target + " has " + std::to_string(words.distinct.size()) +
                             " different values; at most " + std::to_string(kMaxClasses) +
                             " classes are allowed",
                         "Set train.data.task to value to predict it as a number");
        words.sort();
        m_table.labels.assign(words.rows.begin(), words.rows.end());
        m_table.classNames = std::move(words.distinct);
        return {};
    }

    Result<void> takeValues(const arrow::ChunkedArray& cells) {
        if (holdsWords(cells))
            return unfit("the target " + m_request.target + " holds words", "Set train.data.task to classes");
        for (const double value : numbersOf(cells)) {
            const auto row = static_cast<std::int64_t>(m_table.targets.size());
            m_table.targets.push_back(static_cast<float>(value));
            if (std::isnan(value)) return noTarget(row);
            if (std::isinf(m_table.targets.back()))
                return badCell(row, m_request.target, "no finite number", "Correct or take out such rows");
        }
        return {};
    }
    Error noTarget(std::int64_t row) const {
        return badCell(row, m_request.target, "the target is empty", "Fill in or take out such rows");
    }

    Result<void> takeGroups() {
        if (m_request.group.empty()) return {};
        const arrow::ChunkedArray& cells = column(m_request.group);
        if (!isReadable(cells)) return unfit("column " + m_request.group + " is no group", {});
        Words words = wordsOf(cells);
        if (words.distinct.size() > kMaxClasses)
            return unfit("column " + m_request.group + " has " + std::to_string(words.distinct.size()) +
                             " different values",
                         "Set train.data.group to a column of fewer");
        words.sort();
        const auto none = static_cast<std::int64_t>(words.distinct.size());
        for (const auto group : words.rows) m_table.groups.push_back(group < 0 ? none : group);
        m_table.groupNames = std::move(words.distinct);
        if (std::ranges::find(words.rows, -1) != words.rows.end())
            m_table.groupNames.emplace_back("(missing)");
        return {};
    }

    std::string m_file;
    TableFile m_opened;
    const TableRequest& m_request;
    std::vector<std::string> m_names;
    Table m_table;
    std::int64_t m_bytes = 0;
};

}  // namespace

Result<Table> readTable(const std::filesystem::path& file, const TableRequest& request) {
    SLIPWAY_TRY(auto opened, openTableFile(file));
    return Builder(file, std::move(opened), request).build();
}

}  // namespace slipway
