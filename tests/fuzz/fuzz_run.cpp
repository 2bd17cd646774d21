// SPDX-License-Identifier: Apache-2.0
// Any bytes as run.json: what is read as a run is written and read again as the same run.
#include "backends/runs/runjson.h"

#include <cstdint>
#include <cstdlib>

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace slipway;
    const auto run = decodeRun(std::string_view(reinterpret_cast<const char*>(data), size));
    if (!run) return 0;
    const std::string text = encodeRun(*run);
    const auto again = decodeRun(text);
    if (!again || encodeRun(*again) != text) std::abort();
    return 0;
}
