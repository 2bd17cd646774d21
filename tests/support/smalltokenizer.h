// SPDX-License-Identifier: Apache-2.0
// A tokenizer.json with a token for each byte (its own number) and a few merges, so that tokens can be worked out by hand. Header only.
#pragma once

#include <cstdint>
#include <string>

namespace smalltokenizer {

// The UTF-8 of the character that GPT-2 writes for a byte.
inline std::string written(std::uint32_t byte) {
    std::uint32_t next = 256;
    std::uint32_t character = byte;
    for (std::uint32_t i = 0; i <= byte; ++i) {
        const bool isPrintable = (i >= 33 && i <= 126) || (i >= 161 && i <= 172) || i >= 174;
        character = isPrintable ? i : next++;
    }
    if (character == '"' || character == '\\') return std::string("\\") + static_cast<char>(character);
    if (character < 128) return std::string(1, static_cast<char>(character));
    return {static_cast<char>(0xc0U | character >> 6U), static_cast<char>(0x80U | (character & 0x3fU))};
}

// 256 he, 257 ll, 258 hell, 259 " w", 260 or, 261 " wor", 262 bc, 263 ab, 264 <|end|>
inline std::string json() {
    std::string text = R"({"version":"1.0","truncation":null,"padding":null,
"added_tokens":[{"id":264,"content":"<|end|>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}],
"normalizer":null,"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true},
"post_processor":null,"decoder":{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true},
"model":{"type":"BPE","dropout":null,"unk_token":null,"continuing_subword_prefix":null,"end_of_word_suffix":null,
"fuse_unk":false,"byte_fallback":false,"ignore_merges":false,"vocab":{)";
    for (std::uint32_t byte = 0; byte < 256; ++byte)
        text += '"' + written(byte) + "\":" + std::to_string(byte) + ',';
    return text +
           R"("he":256,"ll":257,"hell":258,"Ġw":259,"or":260,"Ġwor":261,"bc":262,"ab":263,"<|end|>":264},
"merges":["h e","l l","he ll","Ġ w","o r","Ġw or",["b","c"],"a b"]}})";
}

}  // namespace smalltokenizer
