// SPDX-License-Identifier: Apache-2.0
// Any bytes as a description of data: the rows of one that is read have a cell each column.
#include "backends/data/datadescriptionjson.h"

#include <cstdlib>

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto read = slipway::descriptionOf({reinterpret_cast<const char*>(data), size});
    if (!read) return 0;
    for (const auto& row : read->firstRows)
        if (row.size() != read->columns.size()) std::abort();
    return 0;
}
