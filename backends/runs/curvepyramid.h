// SPDX-License-Identifier: Apache-2.0
// One metric, all its points and, so that any part of it is seen at once however many there are, a pyramid over them: of every 64
// points the lowest and the highest are a level of their own, of every 64 of those again, each level a file. Steps rise. Not
// shared between threads.
#pragma once

#include "backends/runs/pointcolumns.h"

#include <optional>
#include <string>

namespace slipway {

// "test/accuracy" -> "test%2Faccuracy.curve"; a level above the points -> "test%2Faccuracy~1.curve".
std::string curveFileName(const std::string& metric, std::size_t level = 0);

struct StepRange {
    std::int64_t from = std::numeric_limits<std::int64_t>::min();
    std::int64_t to = std::numeric_limits<std::int64_t>::max();  // still in it
};

class CurvePyramid {
public:
    // Without points yet.
    CurvePyramid(std::filesystem::path folder, std::string metric);
    // As it was saved with `size` points. Corrupt when its files do not end with `last`.
    static Result<CurvePyramid> load(const std::filesystem::path& folder, const std::string& metric,
                                     std::size_t size, const CurvePoint& last);

    std::size_t size() const { return m_levels.front().size(); }
    const std::optional<CurvePoint>& last() const { return m_last; }

    // Its step must be above that of last(). Io.
    Result<void> append(const CurvePoint& point);
    // All points from `step` on are gone. Io, Corrupt.
    Result<void> dropFrom(std::int64_t step);
    Result<void> save();  // Io

    // The points of the range and the nearest one on each side of it. Where that is more than `limit`, about so many: lows and
    // highs, so that every extreme is among them, and the first and the last. Io, Corrupt.
    Result<std::vector<CurvePoint>> points(const StepRange& range, std::size_t limit) const;
    // The points at [begin, end) in the order of their steps. Io, Corrupt.
    Result<std::vector<CurvePoint>> slice(std::size_t begin, std::size_t end) const {
        return m_levels.front().read(begin, end);
    }

private:
    struct Span {
        std::size_t begin = 0;
        std::size_t end = 0;
    };
    Result<void> appendTo(std::size_t level, const CurvePoint& point);
    Result<Span> find(const StepRange& range) const;  // the points of the range and one on each side
    PointColumns& level(std::size_t number);

    std::filesystem::path m_folder;
    std::string m_metric;
    std::vector<PointColumns> m_levels;  // the points, the pyramid's levels
    std::optional<CurvePoint> m_last;
};

}  // namespace slipway
