// SPDX-License-Identifier: Apache-2.0
// Any text as a model's config.json: what is read fits together, and is read again as it was written.
#include "backends/trainer/modelconfig.h"

#include <cstdint>
#include <cstdlib>

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace slipway::trainer;
    const auto config = decodeConfig({reinterpret_cast<const char*>(data), size}, "config.json");
    if (!config) return 0;
    const std::string text = encodeConfig(*config);
    const auto again = decodeConfig(text, "config.json");
    if (!again || encodeConfig(*again) != text) std::abort();
    return 0;
}
