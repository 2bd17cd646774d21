// SPDX-License-Identifier: Apache-2.0
// Any text as a tokenizer.json, and any text by GPT-2's pieces: they end, and together they are the text. What is read gives the
// text back that it was fed.
#include "backends/data/tokenizer.h"

#include <cstdint>
#include <cstdlib>

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t length = slipway::pieceLength(rest);
        if (length == 0 || length > rest.size()) std::abort();
        rest.remove_prefix(length);
    }
    auto tokenizer = slipway::Tokenizer::parse(text, "tokenizer.json");
    if (!tokenizer) return 0;
    std::vector<std::int32_t> tokens;
    tokenizer->encode(text, tokens);
    std::string back;
    for (const auto token : tokens) back += tokenizer->bytesOf(token);
    if (back != text) std::abort();
    return 0;
}
