// SPDX-License-Identifier: Apache-2.0
// A file of rows and named columns as training data, whole in memory: numbers, categories, and one target. tablereader.h makes it
// from a file. Values; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace slipway {

struct TableColumn {
    std::string name;
    bool isCategory = false;
    std::vector<std::string>
        values;  // of a category: its words, sorted; a cell holds 1 + the index, 0 if it is missing
    std::int64_t missing = 0;  // cells without a value
};

struct Table {
    std::vector<TableColumn> columns;  // numbers first, then categories; else in file order
    std::int64_t rows = 0;
    std::vector<float> cells;             // rows × columns, row-major; a missing number is NaN
    std::vector<std::string> classNames;  // sorted (numbers by value); empty: the target is a real number
    std::vector<std::int64_t> labels;     // rows, an index into classNames; empty for a real target
    std::vector<float> targets;           // rows; empty for classes
    std::vector<std::string> groupNames;  // sorted; empty: no group column
    std::vector<std::int64_t> groups;     // rows, an index into groupNames
};

}  // namespace slipway
