// SPDX-License-Identifier: Apache-2.0
// What training data look like before anything is trained with them: columns, classes, first samples, what is broken. Values; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slipway {

struct CountedValue {
    std::string value;
    std::int64_t count = 0;
};

// What training makes of a column; Other: nothing.
enum class ColumnKind : std::uint8_t { Empty, Whole, Number, Truth, Words, Other };

std::string_view columnKindName(ColumnKind kind);  // "whole"
std::optional<ColumnKind> columnKindOf(std::string_view name);

struct NumberRange {
    double low = 0;
    double high = 0;
    double mean = 0;
    double deviation = 0;  // of all values: divided by their count
};

struct DescribedColumn {
    std::string name;
    ColumnKind kind = ColumnKind::Empty;
    std::string fileType;  // as the file calls it; empty: it tells none
    std::int64_t missing = 0;
    std::optional<std::int64_t> distinct;  // none: too many to be counted
    std::optional<NumberRange> numbers;    // of numbers
    std::vector<CountedValue> common;      // the most frequent first, some; none where they are not counted
};

struct DescribedPart {
    std::string name;  // "training", "test"; empty: all
    std::int64_t samples = 0;
    std::vector<CountedValue> classes;  // the most frequent first; empty: none are known
};

// Small enough to be shown beside others: what does not fit is its middle square, made smaller, as training takes it.
inline constexpr std::int64_t kMaxSmallSide = 96;
struct DescribedPicture {
    std::string name;   // its file, or "training 17"
    std::string label;  // its class; empty: none
    std::int64_t width = 0;
    std::int64_t height = 0;
    std::string pixels;  // height × width × 3 bytes: red, green, blue
};

struct DataFault {
    std::string place;  // a file, or "row 17"
    std::string what;
};

struct DataDescription {
    std::string form;  // "CSV table"
    std::int64_t bytes = 0;
    std::int64_t samples = 0;                                // of all parts, without those that are broken
    std::vector<std::pair<std::string, std::string>> facts;  // "size": "28 × 28"
    std::vector<DescribedColumn> columns;
    std::vector<std::vector<std::string>> firstRows;  // a cell each column
    std::vector<DescribedPicture> pictures;           // some of each class, class by class
    std::vector<DescribedPart> parts;
    std::int64_t faults = 0;
    std::vector<DataFault> firstFaults;
    std::vector<std::string> hints;  // what is worth a look before training
};

// Whole numbers as they are, others by four digits: "1,204", "14.5".
std::string valueText(double value);

// "whole", "words"; of what training cannot take, the file's own word.
std::string kindText(const DescribedColumn& column);

// "0 to 9, mean 4.5 ± 2.87"; the most frequent values: "red 20, blue 7 and 14 more".
std::string valuesText(const DescribedColumn& column);

}  // namespace slipway
