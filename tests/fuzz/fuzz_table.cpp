// SPDX-License-Identifier: Apache-2.0
// Any bytes as a file of a table: what is read has a value for each row and column, and a target for each row.
#include "backends/data/tablereader.h"
#include "memoryfile.h"

#include <cstdint>
#include <cstdlib>

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto table = slipway::readTable(memoryFile(data, size), {.target = "y"});
    if (!table) return 0;
    const auto rows = static_cast<std::size_t>(table->rows);
    if (table->cells.size() != rows * table->columns.size()) std::abort();
    if (table->labels.size() + table->targets.size() != rows) std::abort();
    for (const std::int64_t label : table->labels)
        if (label < 0 || static_cast<std::size_t>(label) >= table->classNames.size()) std::abort();
    return 0;
}
