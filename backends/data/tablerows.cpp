// SPDX-License-Identifier: Apache-2.0
#include "backends/data/tablerows.h"

#include "backends/core/nearestname.h"
#include "backends/data/columncells.h"
#include "backends/data/tablefile.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <unordered_map>

namespace slipway {
namespace {

constexpr std::size_t kShownWords = 10;

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

std::string listed(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i < std::min(words.size(), kShownWords); ++i)
        text += (i == 0 ? "" : ", ") + words[i];
    if (words.size() > kShownWords) text += " and " + std::to_string(words.size() - kShownWords) + " more";
    return text;
}

// Where a column was of numbers or truth values when the model was trained, its words are as numberText() writes them, and the
// same value may be written otherwise here.
std::string shortest(std::string_view word) {
    if (word == "True" || word == "TRUE") return "true";
    if (word == "False" || word == "FALSE") return "false";
    const std::string_view text = trimmed(word);
    // Not by way of a real number, which has no room for all its digits.
    std::int64_t whole = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), whole);
    if (!text.empty() && read.ec == std::errc{} && read.ptr == text.data() + text.size())
        return std::to_string(whole);
    const auto number = toNumber(text);
    return number ? numberText(*number) : std::string(word);
}

// What once was written for a number: models that are older than numberText() have "1e+05" among their words.
std::string withExponent(double number) {
    std::array<char, 32> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr};
}

// The place of each known word.
class KnownWords {
public:
    explicit KnownWords(std::vector<std::string> words) : m_words(std::move(words)) {
        for (std::size_t i = 0; i < m_words.size(); ++i)
            m_places.emplace(m_words[i], static_cast<std::int64_t>(i));
        m_isShort = std::ranges::all_of(m_words, [](const std::string& word) {
            return toNumber(word) || word == "true" || word == "false";
        });
        for (std::size_t i = 0; i < m_words.size(); ++i)
            if (const auto number = toNumber(m_words[i]); number && withExponent(*number) == m_words[i])
                m_places.emplace(numberText(*number), static_cast<std::int64_t>(i));
    }
    // -1: there is no such word.
    std::int64_t find(const std::string& word) const {
        auto found = m_places.find(word);
        if (found == m_places.end() && m_isShort) found = m_places.find(shortest(word));
        return found == m_places.end() ? -1 : found->second;
    }
    const std::vector<std::string>& words() const { return m_words; }

private:
    std::vector<std::string> m_words;
    std::unordered_map<std::string, std::int64_t> m_places;
    bool m_isShort = false;
};

std::optional<double> numberOf(const std::string& word) {
    const std::string text = shortest(word);
    if (text == "true") return 1;
    if (text == "false") return 0;
    return toNumber(text);
}

}  // namespace

struct TableRows::State {
    std::filesystem::path file;
    RowSchema schema;
    TableStream stream;
    std::vector<KnownWords> categories;  // of the columns that are some
    KnownWords classes{{}};
    std::int64_t before = 0;  // rows of earlier pieces

    using Piece = std::shared_ptr<arrow::RecordBatch>;

    Error unfit(std::int64_t row, const std::string& column, const std::string& what,
                std::string hint) const {
        return {ErrorCode::InvalidArgument,
                file.string() + ": row " + std::to_string(before + row + stream.firstRow) + ", column " +
                    column + ": " + what,
                {},
                std::move(hint)};
    }

    Result<void> checkName(const std::string& name) const {
        const auto count = std::ranges::count(stream.names, name);
        if (name.empty() || count == 1) return {};
        std::string what = (count == 0 ? "there is no column " : "there is more than one column ") + name +
                           ", which the model takes";
        if (const auto near = nearestName(name, stream.names); near && count == 0)
            what += "; nearest: " + *near;
        return Error{ErrorCode::InvalidArgument,
                     file.string() + ": " + what + "; the columns are " + listed(stream.names),
                     {},
                     "Give a file with the columns that the model was trained with"};
    }

    Result<arrow::ChunkedArray> column(const Piece& piece, const std::string& name) const {
        arrow::ChunkedArray cells(piece->GetColumnByName(name));
        if (isReadable(cells)) return cells;
        return Error{ErrorCode::InvalidArgument,
                     file.string() + ": column " + name + " holds " + cells.type()->ToString() +
                         ", which is neither a number nor a word",
                     {},
                     {}};
    }

    // Each cell's number; NaN where there is no value.
    Result<std::vector<float>> numbers(const Piece& piece, const std::string& name) const {
        SLIPWAY_TRY(const arrow::ChunkedArray cells, column(piece, name));
        std::vector<double> values;
        if (holdsWords(cells)) {
            const Words words = wordsOf(cells);
            std::vector<std::optional<double>> distinct(words.distinct.size());
            std::ranges::transform(words.distinct, distinct.begin(), numberOf);
            for (const auto word : words.rows) {
                const auto row = static_cast<std::int64_t>(values.size());
                if (word >= 0 && !distinct[static_cast<std::size_t>(word)])
                    return unfit(row, name, '`' + words.at(row) + "` is no number",
                                 "Correct or empty the cell");
                values.push_back(word < 0 ? std::numeric_limits<double>::quiet_NaN()
                                          : *distinct[static_cast<std::size_t>(word)]);
            }
        } else {
            values = numbersOf(cells);
        }
        std::vector<float> taken(values.size());
        for (std::size_t row = 0; row < values.size(); ++row) {
            taken[row] = static_cast<float>(values[row]);
            if (std::isinf(taken[row]))
                return unfit(static_cast<std::int64_t>(row), name, "no finite number", "Correct the cell");
        }
        return taken;
    }

    // Each cell's place among the known words; -1 where there is no value.
    Result<std::vector<std::int64_t>> places(const Piece& piece, const std::string& name,
                                             const KnownWords& known, const char* kind) const {
        SLIPWAY_TRY(const arrow::ChunkedArray cells, column(piece, name));
        const Words words = wordsOf(cells);
        std::vector<std::int64_t> distinct(words.distinct.size());
        std::ranges::transform(words.distinct, distinct.begin(),
                               [&](const std::string& word) { return known.find(word); });
        std::vector<std::int64_t> taken;
        for (const auto word : words.rows) {
            const auto row = static_cast<std::int64_t>(taken.size());
            taken.push_back(word < 0 ? -1 : distinct[static_cast<std::size_t>(word)]);
            if (word < 0 || taken.back() >= 0) continue;
            const std::string& text = words.at(row);
            const auto near = nearestName(text, known.words());
            return unfit(row, name,
                         '`' + text.substr(0, 80) + "` is no " + kind + " that the model knows" +
                             (near ? "; nearest: " + *near : "; it knows " + listed(known.words())),
                         "Correct the cell, or train with data that have it");
        }
        return taken;
    }

    Result<void> takeFeatures(const Piece& piece, Table& table) const {
        const std::size_t width = schema.columns.size();
        table.cells.resize(static_cast<std::size_t>(table.rows) * width);
        std::size_t category = 0;
        for (std::size_t at = 0; at < width; ++at) {
            const TableColumn& wanted = schema.columns[at];
            const auto put = [&](const auto& values, auto toCell) {
                for (std::size_t row = 0; row < values.size(); ++row)
                    table.cells[row * width + at] = toCell(values[row]);
            };
            if (wanted.isCategory) {
                SLIPWAY_TRY(const auto words, places(piece, wanted.name, categories[category++], "category"));
                put(words, [](std::int64_t place) { return static_cast<float>(place + 1); });
            } else {
                SLIPWAY_TRY(const auto values, numbers(piece, wanted.name));
                put(values, [](float value) { return value; });
            }
        }
        return {};
    }

    Result<void> takeTarget(const Piece& piece, Table& table) const {
        if (schema.target.empty()) return {};
        std::int64_t none = -1;
        if (schema.classNames.empty()) {
            SLIPWAY_TRY(table.targets, numbers(piece, schema.target));
            const auto found =
                std::ranges::find_if(table.targets, [](float value) { return std::isnan(value); });
            if (found != table.targets.end()) none = found - table.targets.begin();
        } else {
            SLIPWAY_TRY(table.labels, places(piece, schema.target, classes, "class"));
            const auto found = std::ranges::find(table.labels, -1);
            if (found != table.labels.end()) none = found - table.labels.begin();
        }
        if (none < 0) return {};
        return unfit(none, schema.target, "the target is empty", "Fill in or take out such rows");
    }

    Result<void> takeGroups(const Piece& piece, Table& table) const {
        if (schema.group.empty()) return {};
        SLIPWAY_TRY(const arrow::ChunkedArray cells, column(piece, schema.group));
        Words words = wordsOf(cells);
        const auto none = static_cast<std::int64_t>(words.distinct.size());
        for (const auto group : words.rows) table.groups.push_back(group < 0 ? none : group);
        table.groupNames = std::move(words.distinct);
        if (std::ranges::find(words.rows, -1) != words.rows.end()) table.groupNames.emplace_back("(missing)");
        return {};
    }
};

TableRows::TableRows(std::unique_ptr<State> state) : m_state(std::move(state)) {}
TableRows::TableRows(TableRows&&) noexcept = default;
TableRows& TableRows::operator=(TableRows&&) noexcept = default;
TableRows::~TableRows() = default;

Result<TableRows> TableRows::open(const std::filesystem::path& file, RowSchema schema) {
    std::vector<std::string> wanted;
    wanted.reserve(schema.columns.size() + 2);
    for (const auto& column : schema.columns) wanted.push_back(column.name);
    // One that the model takes as well must be there.
    schema.isGroupOptional =
        schema.isGroupOptional && std::ranges::find(wanted, schema.group) == wanted.end();
    for (const auto& name : {schema.target, schema.group})
        if (!name.empty() && std::ranges::find(wanted, name) == wanted.end()) wanted.push_back(name);
    auto state = std::make_unique<State>();
    SLIPWAY_TRY(state->stream, openTableStream(file, wanted));
    state->file = file;
    if (schema.isGroupOptional &&
        std::ranges::find(state->stream.names, schema.group) == state->stream.names.end()) {
        std::erase(wanted, schema.group);
        schema.group.clear();
    }
    for (const auto& name : wanted) SLIPWAY_CHECK(state->checkName(name));
    for (const auto& column : schema.columns)
        if (column.isCategory) state->categories.emplace_back(column.values);
    state->classes = KnownWords(schema.classNames);
    state->schema = std::move(schema);
    return TableRows(std::move(state));
}

bool TableRows::hasGroups() const { return !m_state->schema.group.empty(); }

Result<Table> TableRows::next() {
    Table table;
    table.columns = m_state->schema.columns;
    table.classNames = m_state->schema.classNames;
    State::Piece piece;
    do {
        SLIPWAY_TRY(piece, nextPiece(m_state->stream, m_state->file));
        if (!piece) return table;
    } while (piece->num_rows() == 0);
    table.rows = piece->num_rows();
    SLIPWAY_CHECK(m_state->takeFeatures(piece, table));
    SLIPWAY_CHECK(m_state->takeTarget(piece, table));
    SLIPWAY_CHECK(m_state->takeGroups(piece, table));
    m_state->before += table.rows;
    return table;
}

}  // namespace slipway
