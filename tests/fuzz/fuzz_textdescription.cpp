// SPDX-License-Identifier: Apache-2.0
// Any bytes as a text: each is counted once, and what is shown of them is short.
#include "backends/data/textdescription.h"
#include "memoryfile.h"

#include <cstdlib>

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = slipway::describeText(memoryFile(data, size), {});
    if (!text || text->samples != static_cast<std::int64_t>(size) ||
        text->firstRows.size() > slipway::kShownRows)
        std::abort();
    for (const auto& row : text->firstRows)
        if (row.size() != 1 || row.front().size() > 203) std::abort();
    return 0;
}
