// SPDX-License-Identifier: Apache-2.0
// One metric's points in bounded memory, however many a run tells: beyond kMaxPoints the older ones are thinned to the lowest and
// the highest of every few, so peaks stay; the first and the newest point always stay. A value; one thread.
#pragma once

#include "backends/runs/runstore.h"

#include <cstddef>
#include <utility>
#include <vector>

namespace slipway {

class ThinCurve {
public:
    static constexpr std::size_t kMaxPoints = 20000;

    ThinCurve() = default;
    // As it was when points(), settled(), every() and inBucket() were told.
    ThinCurve(std::vector<CurvePoint> points, std::size_t settled, std::size_t every, std::size_t inBucket)
        : m_points(std::move(points)),
          m_settled(settled),
          m_every(every),
          m_inBucket(inBucket) {}

    // A step that was told already, as by an attempt that goes on from a checkpoint, replaces that and all after it.
    void add(const CurvePoint& point);

    const std::vector<CurvePoint>& points() const { return m_points; }
    // Points before this one change no more, unless their steps are told again or every() grows.
    std::size_t settled() const { return m_settled; }
    // So many told points are kept as two; 1: all are kept.
    std::size_t every() const { return m_every; }
    std::size_t inBucket() const { return m_inBucket; }  // told since the settled ones

private:
    void dropFrom(std::int64_t step);
    void settle();
    void halve();

    std::vector<CurvePoint> m_points;
    std::size_t m_settled = 0;
    std::size_t m_every = 1;
    std::size_t m_inBucket = 0;
};

}  // namespace slipway
