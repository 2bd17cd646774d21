// SPDX-License-Identifier: Apache-2.0
// CRC-32C (Castagnoli, RFC 3720 appendix B.4), and its masked form as TFRecord files keep it. Pure; any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace slipway {

std::uint32_t crc32c(std::string_view bytes);

// A checksum of bytes that hold checksums tells little, so TFRecord turns and moves it
// (tensorflow/core/lib/hash/crc32c.h).
std::uint32_t maskedCrc32c(std::string_view bytes);

}  // namespace slipway
