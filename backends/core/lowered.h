// SPDX-License-Identifier: Apache-2.0
// Names are compared without the difference between A and a. Any thread.
#pragma once

#include <string>
#include <string_view>

namespace slipway {

// A to Z in lower case; all other bytes, also those of UTF-8, as they are, whatever the locale.
inline std::string lowered(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return result;
}

}  // namespace slipway
