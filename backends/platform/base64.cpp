// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/base64.h"

#include <cstdint>

namespace slipway {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string encodeBase64(std::string_view bytes) {
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t bits = 0;
        for (std::size_t k = 0; k < 3; ++k)
            bits = (bits << 8) | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
        for (std::size_t k = 0; k < 4; ++k)
            out.push_back(i + k > bytes.size() ? '=' : kAlphabet[(bits >> (18 - 6 * k)) & 63]);
    }
    return out;
}

std::optional<std::string> decodeBase64(std::string_view text) {
    std::string out;
    std::uint32_t bits = 0;
    int digits = 0;
    int padding = 0;
    for (const char c : text) {
        if (c == '\n' || c == '\r' || c == ' ') continue;
        if (c == '=') {
            ++padding;
            continue;
        }
        const std::size_t value = kAlphabet.find(c);
        if (value == std::string_view::npos || padding > 0) return std::nullopt;
        bits = (bits << 6) | static_cast<std::uint32_t>(value);
        // Two digits make the first byte, each further one (but the next group's first) another.
        if (digits % 4 != 0) out.push_back(static_cast<char>((bits >> (6 - 2 * (digits % 4))) & 0xff));
        ++digits;
    }
    if (digits % 4 == 1 || (padding > 0 && (digits + padding) % 4 != 0)) return std::nullopt;
    return out;
}

}  // namespace slipway
