// SPDX-License-Identifier: GPL-3.0-or-later
// Points of one curve at every coarseness, so that drawing costs as much as the chart is wide and not as the curve is long: each
// level keeps the lowest and highest point of four of the level below. Values; one thread at a time.
#pragma once

#include <cstddef>
#include <vector>

namespace slipway {

class MinMaxPyramid {
public:
    // x rises; equally many x and y. O(n).
    void assign(std::vector<double> x, std::vector<double> y);
    std::size_t size() const { return m_levels.empty() ? 0 : m_levels.front().x.size(); }
    bool isEmpty() const { return size() == 0; }
    const std::vector<double>& x() const;
    const std::vector<double>& y() const;

    struct Points {
        std::vector<double> x;
        std::vector<double> y;
    };
    // Those within [from, to] and one on each side, at most about `limit` of them; every extreme is kept.
    Points visible(double from, double to, std::size_t limit) const;
    // The index of the point nearest to x; the curve must not be empty.
    std::size_t nearest(double x) const;

private:
    std::vector<Points> m_levels;
};

// Exponential moving average with bias correction, as TensorBoard does it; weight 0 is the values themselves.
std::vector<double> smoothed(const std::vector<double>& values, double weight);

}  // namespace slipway
