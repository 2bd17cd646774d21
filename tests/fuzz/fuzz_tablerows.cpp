// SPDX-License-Identifier: Apache-2.0
// Any bytes as new rows for a model of a table: each piece has a cell for each row and column, and each category is known.
#include "backends/data/tablerows.h"
#include "memoryfile.h"

#include <cstdint>
#include <cstdlib>

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    auto rows = slipway::TableRows::open(
        memoryFile(data, size),
        {{{"x", false, {}, 0}, {"b", true, {"2.5", "400"}, 0}}, "y", {"9.5", "10"}, "x"});
    if (!rows) return 0;
    for (auto piece = rows->next(); piece && piece->rows > 0; piece = rows->next()) {
        const auto count = static_cast<std::size_t>(piece->rows);
        if (piece->cells.size() != count * 2 || piece->labels.size() != count) std::abort();
        for (std::size_t cell = 1; cell < piece->cells.size(); cell += 2)
            if (piece->cells[cell] < 0 || piece->cells[cell] > 2) std::abort();
    }
    return 0;
}
