// SPDX-License-Identifier: Apache-2.0
// "did you mean lr?": the known name closest to a mistyped one. Pure; any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace slipway {

// The nearest of `known` by Damerau-Levenshtein distance, where an abbreviation or the initials of `word` also count
// ("lerning_rate" -> "lr", "learning_rate" -> "lr"); none when nothing is close.
std::optional<std::string> nearestName(std::string_view word, std::span<const std::string> known);

}  // namespace slipway
