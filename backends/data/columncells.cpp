// SPDX-License-Identifier: Apache-2.0
#include "backends/data/columncells.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>
#include <type_traits>
#include <unordered_map>

namespace slipway {
namespace {

using arrow::Type;

// Calls use(value) with each cell as the array's own C type, or use(none) for no value.
template <typename Array, typename Use, typename None>
void eachOf(const arrow::Array& array, Use use, None none) {
    const auto& typed = static_cast<const Array&>(array);
    for (std::int64_t i = 0; i < typed.length(); ++i) {
        if (typed.IsNull(i))
            none();
        else
            use(typed.GetView(i));
    }
}

template <typename Use, typename None>
void eachNumber(const arrow::Array& array, Use use, None none) {
    switch (array.type_id()) {
        case Type::BOOL: return eachOf<arrow::BooleanArray>(array, use, none);
        case Type::INT8: return eachOf<arrow::Int8Array>(array, use, none);
        case Type::INT16: return eachOf<arrow::Int16Array>(array, use, none);
        case Type::INT32: return eachOf<arrow::Int32Array>(array, use, none);
        case Type::INT64: return eachOf<arrow::Int64Array>(array, use, none);
        case Type::UINT8: return eachOf<arrow::UInt8Array>(array, use, none);
        case Type::UINT16: return eachOf<arrow::UInt16Array>(array, use, none);
        case Type::UINT32: return eachOf<arrow::UInt32Array>(array, use, none);
        case Type::UINT64: return eachOf<arrow::UInt64Array>(array, use, none);
        case Type::FLOAT: return eachOf<arrow::FloatArray>(array, use, none);
        case Type::DOUBLE: return eachOf<arrow::DoubleArray>(array, use, none);
        default: break;
    }
    for (std::int64_t i = 0; i < array.length(); ++i) none();  // Type::NA
}

template <typename Use, typename None>
void eachText(const arrow::Array& array, Use use, None none) {
    if (array.type_id() == Type::LARGE_STRING) return eachOf<arrow::LargeStringArray>(array, use, none);
    if (array.type_id() == Type::STRING) return eachOf<arrow::StringArray>(array, use, none);
    const auto& coded = static_cast<const arrow::DictionaryArray&>(array);
    const auto& words = static_cast<const arrow::StringArray&>(*coded.dictionary());
    for (std::int64_t i = 0; i < coded.length(); ++i) {
        const bool isMissing = coded.IsNull(i) || words.IsNull(coded.GetValueIndex(i));
        if (isMissing)
            none();
        else
            use(words.GetView(coded.GetValueIndex(i)));
    }
}

bool isNumber(Type::type type) {
    return type == Type::BOOL || (type >= Type::UINT8 && type <= Type::INT64) || type == Type::FLOAT ||
           type == Type::DOUBLE || type == Type::NA;
}

template <typename Number>
std::string shortText(Number value) {
    std::array<char, 32> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

template <typename Number>
std::string textOf(Number value) {
    if constexpr (std::is_floating_point_v<Number>) {
        constexpr Number kBeyondWhole = 18446744073709551616.0;  // 2^64
        if (std::trunc(value) == value && std::abs(value) < kBeyondWhole)
            return (value < 0 ? "-" : "") + shortText(static_cast<std::uint64_t>(std::abs(value)));
    }
    return shortText(value);
}
std::string textOf(bool value) { return value ? "true" : "false"; }

class WordList {
public:
    void add(std::string_view word) {
        const auto [entry, isNew] =
            m_index.try_emplace(std::string(word), static_cast<std::int64_t>(m_words.distinct.size()));
        if (isNew) m_words.distinct.emplace_back(word);
        m_words.rows.push_back(entry->second);
    }
    void addNone() { m_words.rows.push_back(-1); }
    Words take() { return std::move(m_words); }

private:
    std::unordered_map<std::string, std::int64_t> m_index;
    Words m_words;
};

}  // namespace

const std::string& Words::at(std::int64_t row) const {
    return distinct[static_cast<std::size_t>(rows[static_cast<std::size_t>(row)])];
}

void Words::sort() {
    std::vector<std::optional<double>> values(distinct.size());
    std::ranges::transform(distinct, values.begin(), toNumber);
    const bool isNumeric = std::ranges::all_of(values, [](const auto& value) { return value.has_value(); });
    std::vector<std::size_t> order(distinct.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
        return isNumeric && *values[a] != *values[b] ? *values[a] < *values[b] : distinct[a] < distinct[b];
    });
    std::vector<std::string> sorted;
    std::vector<std::int64_t> placeOf(distinct.size());
    for (const std::size_t old : order) {
        placeOf[old] = static_cast<std::int64_t>(sorted.size());
        sorted.push_back(std::move(distinct[old]));
    }
    distinct = std::move(sorted);
    for (auto& row : rows)
        if (row >= 0) row = placeOf[static_cast<std::size_t>(row)];
}

std::optional<double> toNumber(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

std::string numberText(double value) { return textOf(value); }

bool isReadable(const arrow::ChunkedArray& column) {
    const auto type = column.type()->id();
    if (type != Type::DICTIONARY) return isNumber(type) || type == Type::STRING || type == Type::LARGE_STRING;
    return static_cast<const arrow::DictionaryType&>(*column.type()).value_type()->id() == Type::STRING;
}

bool holdsWords(const arrow::ChunkedArray& column) { return !isNumber(column.type()->id()); }

bool holdsFractions(const arrow::ChunkedArray& column) {
    return column.type()->id() == Type::FLOAT || column.type()->id() == Type::DOUBLE;
}

std::vector<double> numbersOf(const arrow::ChunkedArray& column) {
    assert(!holdsWords(column));
    std::vector<double> numbers;
    numbers.reserve(static_cast<std::size_t>(column.length()));
    for (const auto& chunk : column.chunks())
        eachNumber(
            *chunk, [&](auto value) { numbers.push_back(static_cast<double>(value)); },
            [&] { numbers.push_back(std::numeric_limits<double>::quiet_NaN()); });
    return numbers;
}

Words wordsOf(const arrow::ChunkedArray& column) {
    WordList list;
    const auto none = [&] { list.addNone(); };
    for (const auto& chunk : column.chunks()) {
        if (holdsWords(column))
            eachText(
                *chunk, [&](std::string_view word) { list.add(word); }, none);
        else
            eachNumber(
                *chunk,
                [&](auto value) {
                    if (value == value)
                        list.add(textOf(value));
                    else
                        none();  // NaN
                },
                none);
    }
    return list.take();
}

}  // namespace slipway
