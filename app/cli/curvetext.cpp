// SPDX-License-Identifier: Apache-2.0
#include "app/cli/curvetext.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

namespace slipway::cli {
namespace {

constexpr int kRows = 8;
constexpr int kColumns = 64;

struct Column {
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();
    bool hasNone = false;  // a value that is no number
};

std::string label(double value) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%10.4g", value);
    return text.data();
}

// Steps are spread over the columns by their distance.
std::array<Column, kColumns> columnsOf(const std::vector<CurvePoint>& points) {
    std::array<Column, kColumns> columns;
    const double begin = static_cast<double>(points.front().step);
    const double width = std::max(1.0, static_cast<double>(points.back().step) - begin);
    for (const CurvePoint& point : points) {
        const double share = (static_cast<double>(point.step) - begin) / width;
        Column& column =
            columns[std::min<std::size_t>(static_cast<std::size_t>(share * kColumns), kColumns - 1)];
        if (std::isfinite(point.value)) {
            column.low = std::min(column.low, point.value);
            column.high = std::max(column.high, point.value);
        } else {
            column.hasNone = true;
        }
    }
    return columns;
}

}  // namespace

std::pair<double, double> extremesOf(const std::vector<CurvePoint>& points) {
    Column all;
    for (const CurvePoint& point : points) {
        if (!std::isfinite(point.value)) continue;
        all.low = std::min(all.low, point.value);
        all.high = std::max(all.high, point.value);
    }
    if (all.low > all.high) return {std::nan(""), std::nan("")};
    return {all.low, all.high};
}

std::vector<std::string> curveText(const std::vector<CurvePoint>& points) {
    if (points.empty()) return {};
    const auto [low, high] = extremesOf(points);
    const auto columns = columnsOf(points);
    const double height =
        high > low ? high / 2 - low / 2 : 1;  // halves, since the whole may be beyond a double
    const auto rowOf = [&, bottom = low](double value) {
        return std::clamp(static_cast<int>((value / 2 - bottom / 2) / height * kRows), 0, kRows - 1);
    };
    std::vector<std::string> lines;
    for (int row = kRows - 1; row >= 0; --row) {
        std::string line = row == kRows - 1 && high > low ? label(high)
                           : row == 0                     ? label(low)
                                                          : std::string(10, ' ');
        line += " │";
        for (const Column& column : columns) {
            const bool isIn =
                column.low <= column.high && rowOf(column.low) <= row && row <= rowOf(column.high);
            line += isIn ? "█" : column.hasNone && row == kRows - 1 ? "×" : " ";
        }
        line.erase(line.find_last_not_of(' ') + 1);
        lines.push_back(std::move(line));
    }
    const std::string first = std::to_string(points.front().step), last = std::to_string(points.back().step);
    const std::size_t used = first.size() + last.size();
    lines.push_back(std::string(12, ' ') + first + std::string(used < kColumns ? kColumns - used : 1, ' ') +
                    last);
    return lines;
}

}  // namespace slipway::cli
