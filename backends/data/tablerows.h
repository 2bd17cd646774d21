// SPDX-License-Identifier: Apache-2.0
// Rows of a CSV, Parquet or Arrow IPC file for a model that is trained: the columns that it knows, as it knows them, a few thousand
// rows at a time, so that a file of any size takes little memory. One thread at a time.
#pragma once

#include "backends/core/result.h"
#include "backends/data/table.h"

#include <filesystem>
#include <memory>

namespace slipway {

struct RowSchema {
    std::vector<TableColumn> columns;     // numbers first, then categories with their words
    std::string target;                   // empty: the rows have none
    std::vector<std::string> classNames;  // of the target; empty: it is a number
    std::string group;                    // empty: none
    bool isGroupOptional = false;         // a file that has no such column is read without groups
};

class TableRows {
public:
    // NotFound, PermissionDenied, Io, Corrupt; InvalidArgument for a column that the file has not, or twice, with the nearest name.
    static Result<TableRows> open(const std::filesystem::path& file, RowSchema schema);
    TableRows(TableRows&&) noexcept;
    TableRows& operator=(TableRows&&) noexcept;
    ~TableRows();

    // The next rows; a table of none at the end. Missing numbers are NaN, missing words 0; groupNames are those of these rows.
    // Corrupt and InvalidArgument with file, row (the first below a CSV's header is row 2, the first of other files row 1) and column: a
    // word that the model does not know, a number that is none, a row without a target. Io.
    Result<Table> next();
    bool hasGroups() const;

private:
    struct State;
    explicit TableRows(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

}  // namespace slipway
