// SPDX-License-Identifier: Apache-2.0
// Letters, numbers and white space among the characters of Unicode. Pure; any thread.
#pragma once

#include <cstdint>

namespace slipway {

enum class CharacterClass : std::uint8_t { Other, Letter, Number, Space };

// Letter: general category L; Number: N; Space: the property White_Space.
CharacterClass characterClass(char32_t character);

}  // namespace slipway
