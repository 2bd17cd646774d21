// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/curvepyramid.h"

#include "backends/runs/thincurve.h"

#include <algorithm>
#include <bit>

namespace slipway {
namespace {

constexpr std::size_t kGroup = 64;  // points of a level that become two of the next
// So many times the points that are asked for are read at most; the next level would then still have half as many as that.
constexpr std::size_t kMostRead = 16;

bool isSame(const CurvePoint& a, const CurvePoint& b) {
    const auto bits = [](double value) { return std::bit_cast<std::uint64_t>(value); };
    return a.step == b.step && bits(a.seconds) == bits(b.seconds) && bits(a.value) == bits(b.value);
}

std::size_t sizeAbove(std::size_t size) { return size / kGroup * 2; }

}  // namespace

std::string curveFileName(const std::string& metric, std::size_t level) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string name;
    for (const char c : metric) {
        const bool isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                             c == '-' || c == '_' || (c == '.' && !name.empty());
        if (isPlain) {
            name += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            name += {'%', kHex[byte >> 4], kHex[byte & 15]};
        }
    }
    return name + (level > 0 ? "~" + std::to_string(level) : "") + ".curve";
}

CurvePyramid::CurvePyramid(std::filesystem::path folder, std::string metric)
    : m_folder(std::move(folder)),
      m_metric(std::move(metric)) {
    level(0);
}

Result<CurvePyramid> CurvePyramid::load(const std::filesystem::path& folder, const std::string& metric,
                                        std::size_t size, const CurvePoint& last) {
    CurvePyramid curve(folder, metric);
    curve.m_levels.clear();
    for (std::size_t left = size, number = 0; left > 0 || number == 0; left = sizeAbove(left), ++number) {
        curve.m_levels.emplace_back(folder / curveFileName(metric, number), left);
        if (left == 0) break;
        SLIPWAY_TRY(const auto end, curve.m_levels.back().read(left - 1, left));
        if (number == 0 && !isSame(end.front(), last))
            return Error{ErrorCode::Corrupt, "a curve ends with another point than told", "", ""};
        curve.m_last = last;
    }
    return curve;
}

PointColumns& CurvePyramid::level(std::size_t number) {
    while (m_levels.size() <= number)
        m_levels.emplace_back(m_folder / curveFileName(m_metric, m_levels.size()));
    return m_levels[number];
}

Result<void> CurvePyramid::append(const CurvePoint& point) {
    SLIPWAY_CHECK(appendTo(0, point));
    m_last = point;
    return {};
}

Result<void> CurvePyramid::appendTo(std::size_t number, const CurvePoint& point) {
    SLIPWAY_CHECK(level(number).append(point));
    const std::size_t size = m_levels[number].size();
    if (size % kGroup != 0) return {};
    SLIPWAY_TRY(const std::vector<CurvePoint> group, m_levels[number].read(size - kGroup, size));
    std::vector<CurvePoint> kept;
    takeExtremes(group, kept);
    SLIPWAY_CHECK(appendTo(number + 1, kept.front()));
    return appendTo(number + 1, kept.back());
}

Result<void> CurvePyramid::dropFrom(std::int64_t step) {
    SLIPWAY_TRY(std::size_t size, m_levels.front().lowerBound(step));
    for (PointColumns& columns : m_levels) {
        columns.truncate(std::min(size, columns.size()));
        size = sizeAbove(size);
    }
    m_last.reset();
    if (this->size() == 0) return {};
    SLIPWAY_TRY(const std::vector<CurvePoint> newest, slice(this->size() - 1, this->size()));
    m_last = newest.front();
    return {};
}

Result<void> CurvePyramid::save() {
    for (PointColumns& columns : m_levels) SLIPWAY_CHECK(columns.save());
    return {};
}

Result<CurvePyramid::Span> CurvePyramid::find(const StepRange& range) const {
    const PointColumns& columns = m_levels.front();
    SLIPWAY_TRY(std::size_t begin, columns.lowerBound(range.from));
    std::size_t end = columns.size();
    if (range.to < std::numeric_limits<std::int64_t>::max()) {
        SLIPWAY_TRY(end, columns.lowerBound(range.to + 1));
    }
    if (begin > 0) --begin;
    if (end < columns.size()) ++end;
    return Span{begin, std::max(begin, end)};
}

Result<std::vector<CurvePoint>> CurvePyramid::points(const StepRange& range, std::size_t limit) const {
    SLIPWAY_TRY(const Span all, find(range));
    if (all.begin == all.end) return std::vector<CurvePoint>{};
    // Up while whole groups lie within; what lies beside them is taken from below.
    std::vector<CurvePoint> found, right;
    Span span = all;
    std::size_t number = 0;
    while (span.end - span.begin > kMostRead * limit && number + 1 < m_levels.size()) {
        const PointColumns& columns = m_levels[number];
        const std::size_t first = (span.begin + kGroup - 1) / kGroup;
        const std::size_t end = std::min(span.end / kGroup, m_levels[number + 1].size() / 2);
        if (first >= end) break;
        SLIPWAY_TRY(const auto before, columns.read(span.begin, first * kGroup));
        SLIPWAY_TRY(const auto behind, columns.read(end * kGroup, span.end));
        found.insert(found.end(), before.begin(), before.end());
        right.insert(right.begin(), behind.begin(), behind.end());
        span = {2 * first, 2 * end};
        ++number;
    }
    SLIPWAY_TRY(const auto middle, m_levels[number].read(span.begin, span.end));
    found.insert(found.end(), middle.begin(), middle.end());
    found.insert(found.end(), right.begin(), right.end());
    SLIPWAY_TRY(const auto first, slice(all.begin, all.begin + 1));
    SLIPWAY_TRY(const auto last, slice(all.end - 1, all.end));
    if (found.front().step != first.front().step) found.insert(found.begin(), first.front());
    if (found.back().step != last.front().step) found.push_back(last.front());
    return thinned(std::move(found), limit);
}

}  // namespace slipway
