// SPDX-License-Identifier: Apache-2.0
// The cells of an Arrow column of whatever type as numbers or as words. Any thread; the column must be valid (ValidateFull).
#pragma once

#include <arrow/api.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway {

// A column of words: which of them stands in each row.
struct Words {
    std::vector<std::string> distinct;
    std::vector<std::int64_t> rows;  // an index into `distinct`; -1: no value

    const std::string& at(std::int64_t row) const;
    // Orders `distinct`: by value where all are numbers, else by text.
    void sort();
};

// A finite number, whole text.
std::optional<double> toNumber(std::string_view text);
// A whole number by its digits, as a column of integers has it, another by the fewest that read back as it.
std::string numberText(double value);

bool isReadable(const arrow::ChunkedArray&
                    column);  // numbers, truth values, texts, texts by a dictionary, nothing at all
bool holdsWords(const arrow::ChunkedArray& column);      // texts; the others count as numbers
bool holdsFractions(const arrow::ChunkedArray& column);  // its type has them

// NaN where there is no value. Texts are no numbers: not for columns that hold words.
std::vector<double> numbersOf(const arrow::ChunkedArray& column);
// Numbers as numberText() writes them, whatever the column's type: a gap or a fraction in another row, which makes it one of real
// numbers, changes no word.
Words wordsOf(const arrow::ChunkedArray& column);

}  // namespace slipway
