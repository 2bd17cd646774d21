// SPDX-License-Identifier: Apache-2.0
#include "backends/data/tabledescription.h"

#include "backends/core/nearestname.h"
#include "backends/core/units.h"
#include "backends/data/columncells.h"
#include "backends/data/tablefile.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace slipway {
namespace {

constexpr std::size_t kShownValues = 20;
constexpr std::size_t kMaxDistinctBytes = std::size_t{4} << 20;  // of the words of a column that are counted
constexpr std::size_t kMaxCell = 200;                            // bytes of a first row's cell

bool isTruth(std::string_view word) {
    return word == "true" || word == "false" || word == "True" || word == "False" || word == "TRUE" ||
           word == "FALSE";
}

bool isWholeText(std::string_view word) { return word.find_first_not_of("+-0123456789") == word.npos; }

// Cut between two characters.
std::string shortened(const std::string& text) {
    if (text.size() <= kMaxCell) return text;
    std::size_t end = kMaxCell;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return text.substr(0, end) + "…";
}

// Rows that a CSV's reader passes over, told on its thread.
class BrokenRows {
public:
    void add(std::int64_t row, std::string what) {
        const std::lock_guard lock(m_mutex);
        if (std::ssize(m_rows) < kMaxKept) m_rows.push_back(row);
        ++m_count;
        if (m_first.size() < kShownFaults) m_first.push_back({"row " + grouped(row), std::move(what)});
    }
    void handTo(DataDescription& data) const {
        const std::lock_guard lock(m_mutex);
        data.faults = m_count;
        data.firstFaults = m_first;
    }
    // Of a row that was counted without those: " in row 17"; empty: where that is not known.
    std::string placeOf(std::int64_t row) const {
        const std::lock_guard lock(m_mutex);
        for (const auto broken : m_rows)
            if (broken <= row) ++row;
        if (m_count > kMaxKept && row > m_rows.back()) return {};
        return " in row " + grouped(row);
    }

private:
    static constexpr std::int64_t kMaxKept = 10000;
    mutable std::mutex m_mutex;
    std::vector<std::int64_t> m_rows;
    std::int64_t m_count = 0;
    std::vector<DataFault> m_first;
};

class ColumnCounter {
public:
    ColumnCounter(std::string name, const arrow::DataType* type) {
        m_column.name = std::move(name);
        if (type != nullptr) m_column.fileType = type->ToString();
    }
    const std::string& name() const { return m_column.name; }

    // `first`: the number of its first row.
    void add(const arrow::ChunkedArray& cells, std::int64_t first) {
        if (!isReadable(cells)) {
            m_column.kind = ColumnKind::Other;
            m_column.missing += cells.null_count();
            m_isCounted = false;
            return;
        }
        m_holdsWords = holdsWords(cells);
        m_holdsFractions = m_holdsFractions || holdsFractions(cells);
        const Words words = wordsOf(cells);
        std::vector<std::int64_t> counts(words.distinct.size());
        for (const auto word : words.rows)
            word < 0 ? ++m_column.missing : ++counts[static_cast<std::size_t>(word)];
        for (std::size_t i = 0; i < counts.size(); ++i) take(words.distinct[i], counts[i]);
        if (m_oddWords == 0 || m_oddRow > 0) return;
        for (std::size_t row = 0; m_oddRow == 0 && row < words.rows.size(); ++row)
            if (words.rows[row] >= 0 && words.at(static_cast<std::int64_t>(row)) == m_oddWord)
                m_oddRow = first + static_cast<std::int64_t>(row);
    }

    // All values with their counts, the most frequent first; none where they are too many.
    std::vector<CountedValue> values() const {
        std::vector<CountedValue> all;
        if (!m_isCounted) return all;
        all.reserve(m_counts.size());
        for (const auto& [value, count] : m_counts) all.push_back({value, count});
        std::ranges::sort(all, [](const CountedValue& a, const CountedValue& b) {
            return a.count != b.count ? a.count > b.count : a.value < b.value;
        });
        return all;
    }
    bool canBeClasses() const {
        return m_column.kind != ColumnKind::Number && m_column.kind != ColumnKind::Other;
    }

    // Once, at the end.
    DescribedColumn finish(const BrokenRows& broken, std::vector<std::string>& hints) {
        if (m_column.kind != ColumnKind::Other) m_column.kind = kind();
        if (m_isCounted) {
            m_column.distinct = static_cast<std::int64_t>(m_counts.size());
            m_column.common = values();
            if (m_column.common.size() > kShownValues) m_column.common.resize(kShownValues);
            for (auto& [value, count] : m_column.common) value = shortened(value);
        }
        const bool isNumbers = m_column.kind == ColumnKind::Whole || m_column.kind == ColumnKind::Number;
        if (isNumbers && m_numbers > 0)
            m_column.numbers =
                NumberRange{m_low, m_high, m_mean, std::sqrt(m_squares / static_cast<double>(m_numbers))};
        const bool isMostlyNumbers = m_oddWords > 0 && m_numbers > 9 * m_oddWords;
        if (isMostlyNumbers)
            hints.push_back("column " + m_column.name + ": " + grouped(m_oddWords) + " of " +
                            many(m_numbers + m_oddWords, "value") + " are no numbers, the first `" +
                            shortened(m_oddWord) + "`" + broken.placeOf(m_oddRow) +
                            (isNumbers ? "" : "; training takes the column for words"));
        if (m_column.kind == ColumnKind::Words && m_areAllDifferent)
            hints.push_back("column " + m_column.name + ": its first " +
                            many(static_cast<std::int64_t>(kMaxDistinct), "value") +
                            " all differ, as names do: list it under train.data.ignore");
        return m_column;
    }

private:
    void take(const std::string& word, std::int64_t count) {
        if (isTruth(word)) m_truths += count;
        if (const auto number = toNumber(word)) {
            if (!isWholeText(word)) m_holdsFractions = true;
            takeNumber(*number, count);
        } else {
            if (m_oddWords == 0) m_oddWord = word;
            m_oddWords += count;
        }
        if (!m_isCounted) return;
        const auto [entry, isNew] = m_counts.try_emplace(word, 0);
        entry->second += count;
        if (isNew) m_countedBytes += word.size();
        if (m_counts.size() <= kMaxDistinct && m_countedBytes <= kMaxDistinctBytes) return;
        m_isCounted = false;
        m_areAllDifferent = m_numbers + m_oddWords == static_cast<std::int64_t>(m_counts.size());
        m_counts.clear();
    }
    // Welford's mean and squares, for a value that occurs `count` times.
    void takeNumber(double number, std::int64_t count) {
        m_low = m_numbers == 0 ? number : std::min(m_low, number);
        m_high = m_numbers == 0 ? number : std::max(m_high, number);
        m_numbers += count;
        const double difference = number - m_mean;
        m_mean += difference * static_cast<double>(count) / static_cast<double>(m_numbers);
        m_squares += difference * (number - m_mean) * static_cast<double>(count);
    }
    ColumnKind kind() const {
        if (m_numbers + m_oddWords == 0) return ColumnKind::Empty;
        if (m_truths == m_numbers + m_oddWords) return ColumnKind::Truth;
        // A CSV has words for everything; elsewhere the type decides.
        const bool isWords = m_column.fileType.empty() ? m_oddWords > 0 : m_holdsWords;
        if (isWords) return ColumnKind::Words;
        return m_holdsFractions ? ColumnKind::Number : ColumnKind::Whole;
    }

    DescribedColumn m_column;
    bool m_holdsWords = false;
    bool m_holdsFractions = false;
    std::int64_t m_truths = 0;
    std::int64_t m_numbers = 0;
    double m_low = 0;
    double m_high = 0;
    double m_mean = 0;
    double m_squares = 0;
    std::int64_t m_oddWords = 0;  // that are no numbers
    std::string m_oddWord;        // the first of them
    std::int64_t m_oddRow = 0;
    bool m_isCounted = true;
    std::unordered_map<std::string, std::int64_t> m_counts;
    std::size_t m_countedBytes = 0;
    bool m_areAllDifferent = false;  // those that were counted, when they became too many
};

Result<void> checkNames(const std::filesystem::path& file, const std::vector<std::string>& names,
                        const std::string& target) {
    auto sorted = names;
    std::ranges::sort(sorted);
    if (const auto twice = std::ranges::adjacent_find(sorted); twice != sorted.end())
        return Error{ErrorCode::InvalidArgument,
                     file.string() + ": there is more than one column " + *twice,
                     {},
                     "Rename one of them"};
    if (target.empty() || std::ranges::binary_search(sorted, target)) return {};
    const auto near = nearestName(target, names);
    return Error{
        ErrorCode::InvalidArgument,
        file.string() + ": there is no column " + target + (near ? "; did you mean " + *near + "?" : ""), "",
        "Name the target as the header does"};
}

void addFirstRows(DataDescription& data, const arrow::RecordBatch& piece) {
    const auto wanted = static_cast<std::int64_t>(kShownRows - data.firstRows.size());
    const auto rows = static_cast<std::size_t>(std::min(piece.num_rows(), wanted));
    const std::size_t begin = data.firstRows.size();
    data.firstRows.resize(begin + rows);
    for (int column = 0; column < piece.num_columns(); ++column) {
        const arrow::ChunkedArray cells(piece.column(column)->Slice(0, static_cast<std::int64_t>(rows)));
        const bool canBeRead = isReadable(cells);
        const Words words = canBeRead ? wordsOf(cells) : Words{};
        for (std::size_t row = 0; row < rows; ++row)
            data.firstRows[begin + row].push_back(!canBeRead ? "…"
                                                  : words.rows[row] < 0
                                                      ? ""
                                                      : shortened(words.at(static_cast<std::int64_t>(row))));
    }
}

}  // namespace

Result<DataDescription> describeTable(const std::filesystem::path& file, const DataRequest& request) {
    DataDescription data;
    SLIPWAY_TRY(data.bytes, bytesAt(file));
    SLIPWAY_TRY(const auto names, tableColumns(file));
    SLIPWAY_CHECK(checkNames(file, names, request.target));
    const auto broken = std::make_shared<BrokenRows>();  // the reader's thread may outlive this call
    SLIPWAY_TRY(TableStream stream,
                openTableStream(file, names, [broken](std::int64_t row, std::string what) {
                    broken->add(row, std::move(what));
                }));
    data.form = std::string(stream.form) + " table";
    const auto schema = stream.pieces->schema();
    std::vector<ColumnCounter> columns;
    for (const auto& field : schema->fields())
        columns.emplace_back(field->name(), stream.form == "CSV" ? nullptr : field->type().get());
    for (;;) {
        if (request.isStopped()) return Error{ErrorCode::Cancelled, "stopped", {}, {}};
        SLIPWAY_TRY(const auto piece, nextPiece(stream, file));
        if (!piece) break;
        if (data.firstRows.size() < kShownRows) addFirstRows(data, *piece);
        for (int i = 0; i < piece->num_columns(); ++i)
            columns[static_cast<std::size_t>(i)].add(arrow::ChunkedArray(piece->column(i)),
                                                     data.samples + stream.firstRow);
        data.samples += piece->num_rows();
        request.progress(data.samples, 0);
    }
    broken->handTo(data);
    for (auto& column : columns) {
        data.columns.push_back(column.finish(*broken, data.hints));
        if (column.name() != request.target) continue;
        data.parts.push_back({{}, data.samples, {}});
        if (column.canBeClasses()) data.parts.back().classes = column.values();
    }
    addHints(data, request.target);
    return data;
}

}  // namespace slipway
