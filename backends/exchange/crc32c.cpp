// SPDX-License-Identifier: Apache-2.0
#include "backends/exchange/crc32c.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

namespace slipway {
namespace {

static_assert(std::endian::native == std::endian::little, "eight bytes are taken as they lie in memory");

constexpr std::uint32_t kPolynomial = 0x82F63B78;  // reflected
constexpr std::size_t kAtOnce = 8;
using Tables = std::array<std::array<std::uint32_t, 256>, kAtOnce>;

// tables[k][b]: what byte b does to the checksum when k more bytes follow it.
constexpr Tables makeTables() {
    Tables tables{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t crc = byte;
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kPolynomial : 0);
        tables[0][byte] = crc;
    }
    for (std::size_t k = 1; k < kAtOnce; ++k) {
        for (std::size_t byte = 0; byte < 256; ++byte) {
            const std::uint32_t before = tables[k - 1][byte];
            tables[k][byte] = (before >> 8) ^ tables[0][before & 255];
        }
    }
    return tables;
}
constexpr Tables kTables = makeTables();

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
    std::uint32_t crc = ~std::uint32_t{0};
    for (; bytes.size() >= kAtOnce; bytes.remove_prefix(kAtOnce)) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data(), kAtOnce);
        word ^= crc;
        crc = 0;
        for (std::size_t k = 0; k < kAtOnce; ++k) crc ^= kTables[kAtOnce - 1 - k][(word >> (8 * k)) & 255];
    }
    for (const char byte : bytes)
        crc = (crc >> 8) ^ kTables[0][(crc ^ static_cast<unsigned char>(byte)) & 255];
    return ~crc;
}

std::uint32_t maskedCrc32c(std::string_view bytes) { return std::rotr(crc32c(bytes), 15) + 0xA282EAD8; }

}  // namespace slipway
