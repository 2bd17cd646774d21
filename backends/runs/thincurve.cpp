// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/thincurve.h"

#include <algorithm>
#include <cmath>

namespace slipway {
namespace {

constexpr std::size_t kOpenPoints = 3;  // lowest, highest and newest

bool isLower(const CurvePoint& a, const CurvePoint& b) {
    return std::isnan(b.value) ? !std::isnan(a.value) : a.value < b.value;
}

}  // namespace

void takeExtremes(std::span<const CurvePoint> points, std::vector<CurvePoint>& to) {
    if (points.empty()) return;
    const auto [low, high] = std::minmax_element(points.begin(), points.end(), isLower);
    to.push_back(*std::min(low, high));
    if (low != high) to.push_back(*std::max(low, high));
}

std::vector<CurvePoint> thinned(std::vector<CurvePoint> points, std::size_t limit) {
    if (points.size() <= std::max<std::size_t>(limit, 2)) return points;
    std::vector<CurvePoint> kept{points.front()};
    const std::size_t inner = points.size() - 2;
    const std::size_t parts = std::clamp<std::size_t>(limit / 2, 1, inner);
    for (std::size_t part = 0; part < parts; ++part)
        takeExtremes(
            {points.data() + 1 + part * inner / parts, points.data() + 1 + (part + 1) * inner / parts}, kept);
    kept.push_back(points.back());
    return kept;
}

void ThinCurve::add(const CurvePoint& point, int attempt) {
    if (attempt <= m_attempt && !m_points.empty() && m_points.back().step > point.step) return;
    m_attempt = std::max(m_attempt, attempt);
    dropFrom(point.step);
    if (m_inBucket >= m_every) settle();
    m_points.push_back(point);
    ++m_inBucket;
    if (m_points.size() - m_settled <= kOpenPoints) return;
    std::vector<CurvePoint> kept;
    takeExtremes(std::span(m_points).subspan(m_settled), kept);
    if (kept.back().step != point.step) kept.push_back(point);
    m_points.resize(m_settled);
    m_points.insert(m_points.end(), kept.begin(), kept.end());
}

void ThinCurve::settle() {
    if (m_every > 1) {
        std::vector<CurvePoint> kept;
        takeExtremes(std::span(m_points).subspan(m_settled), kept);
        m_points.resize(m_settled);
        m_points.insert(m_points.end(), kept.begin(), kept.end());
    }
    m_settled = m_points.size();
    m_inBucket = 0;
    if (m_points.size() > kMaxPoints - kOpenPoints) halve();
}

void ThinCurve::halve() {
    constexpr std::size_t kMerged = 4;
    std::vector<CurvePoint> kept{m_points.front()};
    for (std::size_t at = 1; at < m_points.size(); at += kMerged) {
        takeExtremes(std::span(m_points).subspan(at, std::min(kMerged, m_points.size() - at)), kept);
    }
    m_points = std::move(kept);
    m_settled = m_points.size();
    m_every = m_every == 1 ? kMerged : 2 * m_every;
}

void ThinCurve::dropFrom(std::int64_t step) {
    if (m_points.empty() || m_points.back().step < step) return;  // as nearly always
    while (!m_points.empty() && m_points.back().step >= step) m_points.pop_back();
    if (m_points.empty()) m_every = 1;
    m_settled = std::min(m_settled, m_points.size());
    if (m_settled == m_points.size()) m_inBucket = 0;
}

}  // namespace slipway
