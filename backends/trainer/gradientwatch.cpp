// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/gradientwatch.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace slipway::trainer {
namespace {

constexpr std::size_t kMostNorms = 100;
constexpr std::size_t kLeastNorms = 20;
constexpr double kFactor = 20;  // norms of a sound training spread over less

}  // namespace

std::optional<double> GradientWatch::take(double norm) {
    if (m_isTold || !std::isfinite(norm)) return std::nullopt;
    std::vector<double> sorted(m_norms.begin(), m_norms.end());
    m_norms.push_back(norm);
    if (m_norms.size() > kMostNorms) m_norms.pop_front();
    if (sorted.size() < kLeastNorms) return std::nullopt;
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    const bool isHigh = *middle > 0 && norm > kFactor * *middle;
    m_isTold = std::exchange(m_wasHigh, isHigh) && isHigh;
    return m_isTold ? std::optional(norm / *middle) : std::nullopt;
}

}  // namespace slipway::trainer
