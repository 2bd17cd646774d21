// SPDX-License-Identifier: Apache-2.0
// Any bytes as a .npy file: every row of what is opened can be read.
#include "backends/data/npyfile.h"
#include "memoryfile.h"

#include <cstdint>
#include <cstdlib>

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto array = slipway::NpyFile::open(memoryFile(data, size));
    if (!array) return 0;
    if (array->rows() * array->rowValues() > static_cast<std::int64_t>(size)) std::abort();
    std::vector<float> row(static_cast<std::size_t>(array->rowValues()));
    for (std::int64_t i = 0; i < array->rows(); ++i) {
        array->readRow(i, row.data());
        static_cast<void>(array->wholeAt(i));
    }
    return 0;
}
