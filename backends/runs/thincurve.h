// SPDX-License-Identifier: Apache-2.0
// One metric's points in bounded memory, however many a run tells: beyond kMaxPoints the older ones are thinned to the lowest and
// the highest of every few, so peaks stay; the first and the newest point always stay. A value; one thread.
#pragma once

#include "backends/runs/runstore.h"

#include <cstddef>
#include <span>
#include <vector>

namespace slipway {

// The lowest and the highest of them, in their order; one of one. Not a number counts as highest: a loss that is none any more must
// stay in sight.
void takeExtremes(std::span<const CurvePoint> points, std::vector<CurvePoint>& to);
// Of more than `limit` points the first, the last, and of what is between the extremes of about `limit` / 2 parts.
std::vector<CurvePoint> thinned(std::vector<CurvePoint> points, std::size_t limit);

class ThinCurve {
public:
    static constexpr std::size_t kMaxPoints = 20000;

    // A step that a later attempt tells again, as it goes on from a checkpoint, replaces that and all after it. Within an attempt a step
    // below the last is left out.
    void add(const CurvePoint& point, int attempt = 1);

    const std::vector<CurvePoint>& points() const { return m_points; }
    // So many told points are kept as two; 1: all are kept.
    std::size_t every() const { return m_every; }

private:
    void dropFrom(std::int64_t step);
    void settle();
    void halve();

    std::vector<CurvePoint> m_points;
    std::size_t m_settled = 0;  // points before this one change no more, unless their steps are told again
    std::size_t m_every = 1;
    int m_attempt = 1;           // the latest that told a point
    std::size_t m_inBucket = 0;  // told since the settled ones
};

}  // namespace slipway
