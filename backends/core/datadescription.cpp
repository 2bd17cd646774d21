// SPDX-License-Identifier: Apache-2.0
#include "backends/core/datadescription.h"

#include "backends/core/units.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace slipway {
namespace {

constexpr std::size_t kShownCommon = 4;
constexpr std::array<std::string_view, 6> kKinds{"empty", "whole", "number", "truth", "words", "other"};

}  // namespace

std::string_view columnKindName(ColumnKind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }

std::optional<ColumnKind> columnKindOf(std::string_view name) {
    const auto kind = std::ranges::find(kKinds, name);
    if (kind == kKinds.end()) return std::nullopt;
    return static_cast<ColumnKind>(kind - kKinds.begin());
}

std::string valueText(double value) {
    constexpr double kMaxWhole = 1e15;
    if (std::abs(value) < kMaxWhole && value == std::trunc(value))
        return (value < 0 ? "-" : "") + grouped(static_cast<std::int64_t>(std::abs(value)));
    std::string text = metricText(value);
    if (text.find('.') == std::string::npos || text.find('e') != std::string::npos) return text;
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text;
}

std::string kindText(const DescribedColumn& column) {
    return column.kind == ColumnKind::Other ? column.fileType : std::string(columnKindName(column.kind));
}

std::string valuesText(const DescribedColumn& column) {
    if (column.numbers) {
        const NumberRange& numbers = *column.numbers;
        return valueText(numbers.low) + " to " + valueText(numbers.high) + ", mean " +
               valueText(numbers.mean) + " ± " + valueText(numbers.deviation);
    }
    std::string text;
    const std::size_t shown = std::min(column.common.size(), kShownCommon);
    for (std::size_t i = 0; i < shown; ++i)
        text += (i == 0 ? "" : ", ") + column.common[i].value + " " + grouped(column.common[i].count);
    const auto more = column.distinct.value_or(0) - static_cast<std::int64_t>(shown);
    return more > 0 && shown > 0 ? text + " and " + grouped(more) + " more" : text;
}

}  // namespace slipway
