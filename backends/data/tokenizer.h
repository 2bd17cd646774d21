// SPDX-License-Identifier: Apache-2.0
// Text as tokens by byte-level BPE (Sennrich et al. 2016, arXiv:1508.07909; Radford et al. 2019), as a tokenizer.json of Hugging Face's
// tokenizers describes it: GPT-2's pieces of text, a vocabulary of byte strings, merges by rank. encode() is for one thread at a time,
// since it remembers words; all else is immutable.
#pragma once

#include "backends/core/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace slipway {

inline constexpr std::size_t kMaxTokenizerBytes = std::size_t{64} << 20;
inline constexpr std::size_t kMaxTokens = std::size_t{1} << 20;

// The bytes at the beginning of `text` that GPT-2's pattern takes together; of a text that is not empty, at least one.
//   's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
// A byte that is no UTF-8 counts as a character that is neither letter, number nor space.
std::size_t pieceLength(std::string_view text);

class Tokenizer {
public:
    // Corrupt, with the file's name, for what is no such file; InvalidArgument for one that asks for what is not supported, by its name,
    // and for a vocabulary that lacks a byte.
    static Result<Tokenizer> parse(std::string_view text, const std::filesystem::path& file);
    // Also NotFound, PermissionDenied, Io.
    static Result<Tokenizer> open(const std::filesystem::path& file);

    std::int64_t vocabulary() const {
        return static_cast<std::int64_t>(m_bytes.size());
    }  // tokens are below that
    void encode(std::string_view text, std::vector<std::int32_t>& tokens);
    // What a token stands for; nothing for a number that none has.
    const std::string& bytesOf(std::int64_t token) const { return m_bytes[static_cast<std::size_t>(token)]; }

private:
    struct Merge {
        std::int32_t rank;
        std::int32_t token;
    };
    struct Added {
        std::string text;
        std::int32_t token;
    };
    class Reader;

    void encodePlain(std::string_view text, std::vector<std::int32_t>& tokens);
    std::vector<std::int32_t> encodeWord(std::string_view word) const;
    const Merge* mergeOf(std::int32_t left, std::int32_t right) const;

    std::vector<std::string> m_bytes;                   // by token
    std::vector<std::int32_t> m_ofByte;                 // 256 tokens
    std::unordered_map<std::uint64_t, Merge> m_merges;  // by both tokens
    std::vector<Added> m_added;  // texts that are a token as a whole, the longest first
    std::unordered_map<std::string, std::vector<std::int32_t>> m_words;  // seen so far
};

}  // namespace slipway
