// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/minmaxpyramid.h"

#include <algorithm>
#include <cmath>

namespace slipway {
namespace {

constexpr std::size_t kGroup = 4;
constexpr std::size_t kSmallest = 512;

MinMaxPyramid::Points coarser(const MinMaxPyramid::Points& fine) {
    MinMaxPyramid::Points result;
    const std::size_t count = fine.x.size();
    result.x.reserve(count / 2 + 2);
    result.y.reserve(count / 2 + 2);
    for (std::size_t begin = 0; begin < count; begin += kGroup) {
        const std::size_t end = std::min(begin + kGroup, count);
        std::size_t low = begin;
        std::size_t high = begin;
        for (std::size_t at = begin; at < end; ++at) {
            if (fine.y[at] < fine.y[low]) low = at;
            if (fine.y[at] > fine.y[high]) high = at;
        }
        for (const std::size_t at : {std::min(low, high), std::max(low, high)}) {
            if (!result.x.empty() && low == high && at == high && result.x.back() == fine.x[at]) continue;
            result.x.push_back(fine.x[at]);
            result.y.push_back(fine.y[at]);
        }
    }
    return result;
}

}  // namespace

void MinMaxPyramid::assign(std::vector<double> x, std::vector<double> y) {
    m_levels.clear();
    m_levels.push_back({std::move(x), std::move(y)});
    while (m_levels.back().x.size() > kSmallest) {
        Points next = coarser(m_levels.back());
        if (next.x.size() >= m_levels.back().x.size()) break;
        m_levels.push_back(std::move(next));
    }
}

const std::vector<double>& MinMaxPyramid::x() const {
    static const std::vector<double> none;
    return m_levels.empty() ? none : m_levels.front().x;
}

const std::vector<double>& MinMaxPyramid::y() const {
    static const std::vector<double> none;
    return m_levels.empty() ? none : m_levels.front().y;
}

MinMaxPyramid::Points MinMaxPyramid::visible(double from, double to, std::size_t limit) const {
    for (const Points& level : m_levels) {
        auto begin = std::lower_bound(level.x.begin(), level.x.end(), from);
        auto end = std::upper_bound(begin, level.x.end(), to);
        if (begin != level.x.begin()) --begin;
        if (end != level.x.end()) ++end;
        const auto count = static_cast<std::size_t>(end - begin);
        if (count > limit && &level != &m_levels.back()) continue;
        const auto first = begin - level.x.begin();
        return {{begin, end}, {level.y.begin() + first, level.y.begin() + first + (end - begin)}};
    }
    return {};
}

std::size_t MinMaxPyramid::nearest(double x) const {
    const std::vector<double>& all = m_levels.front().x;
    const auto above = std::lower_bound(all.begin(), all.end(), x);
    if (above == all.begin()) return 0;
    if (above == all.end()) return all.size() - 1;
    const auto index = static_cast<std::size_t>(above - all.begin());
    return *above - x < x - all[index - 1] ? index : index - 1;
}

std::vector<double> smoothed(const std::vector<double>& values, double weight) {
    if (weight <= 0) return values;
    std::vector<double> result;
    result.reserve(values.size());
    double mean = 0;
    double mass = 1;
    for (const double value : values) {
        if (!std::isfinite(value)) {
            result.push_back(value);
            continue;
        }
        mean = mean * weight + (1 - weight) * value;
        mass *= weight;
        result.push_back(mean / (1 - mass));
    }
    return result;
}

}  // namespace slipway
