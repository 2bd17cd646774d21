// SPDX-License-Identifier: Apache-2.0
#include "backends/core/nearestname.h"

#include <algorithm>
#include <cctype>
#include <vector>

namespace slipway {
namespace {

std::size_t editDistance(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
    for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t substitution = d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, substitution});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
            }
        }
    }
    return d[a.size()][b.size()];
}

std::string lowered(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::ranges::replace(result, '-', '_');
    return result;
}

std::string initials(std::string_view word) {
    std::string result;
    bool atStart = true;
    for (const char c : word) {
        if (atStart && c != '_') result += c;
        atStart = c == '_';
    }
    return result;
}

}  // namespace

std::optional<std::string> nearestName(std::string_view word, std::span<const std::string> known) {
    constexpr std::size_t kMaxWord = 64;
    if (word.empty() || word.size() > kMaxWord) return std::nullopt;
    const std::string wanted = lowered(word);
    const std::string* best = nullptr;
    std::size_t bestDistance = std::max<std::size_t>(1, wanted.size() / 3) + 1;
    for (const std::string& name : known) {
        const std::size_t distance = editDistance(wanted, lowered(name));
        if (distance < bestDistance) {
            bestDistance = distance;
            best = &name;
        }
    }
    if (best == nullptr && wanted.find('_') != std::string::npos) {
        const auto match = std::ranges::find(known, initials(wanted));
        if (match != known.end()) best = &*match;
    }
    if (best == nullptr) {
        for (const std::string& name : known) {
            const bool isPrefix = name.size() >= 3 && wanted.starts_with(lowered(name));
            if (isPrefix && (best == nullptr || name.size() > best->size())) best = &name;
        }
    }
    return best == nullptr ? std::nullopt : std::optional(*best);
}

}  // namespace slipway
