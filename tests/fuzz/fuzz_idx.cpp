// SPDX-License-Identifier: Apache-2.0
// Any bytes as an idx file, plain or gzip: what is read has as many values as its shape says.
#include "backends/data/idxfile.h"
#include "memoryfile.h"

#include <cstdint>
#include <cstdlib>

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto array = slipway::readIdx(memoryFile(data, size));
    if (!array) return 0;
    std::int64_t count = 1;
    for (const std::int64_t length : array->shape) count *= length;
    if (count != static_cast<std::int64_t>(array->values.size())) std::abort();
    return 0;
}
