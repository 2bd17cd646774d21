// SPDX-License-Identifier: Apache-2.0
#include "backends/diagnosis/steptimes.h"

#include "backends/core/units.h"
#include "backends/runs/runenergy.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace slipway {
namespace {

constexpr std::chrono::seconds kStretch{2};
constexpr std::size_t kRecent = 5;   // so many stretches in a row make it lasting
constexpr std::size_t kBefore = 10;  // and so many tell what is usual
constexpr std::size_t kMaxBefore = 100;
constexpr double kSlower = 1.5;
constexpr double kUsualAgain = 1.2;

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

}  // namespace

std::string stepTimeInWords(const StepTimeChange& change) {
    std::array<char, 32> factor{};
    std::snprintf(factor.data(), factor.size(), "%.1f", change.factor);
    std::string text =
        std::string(factor.data()) + "× slower " +
        (change.endStep > 0 ? "from step " + grouped(change.step) + " to " + grouped(change.endStep)
                            : "since step " + grouped(change.step));
    return change.throttling.empty() ? text : text + "; " + change.throttling;
}

std::optional<StepTimeChange> StepTimes::take(const Event& event) {
    if (event.attempt > m_attempt) {
        *this = {};
        m_attempt = event.attempt;
    }
    if (event.attempt < m_attempt) return std::nullopt;
    if (const auto* throttle = std::get_if<ThrottleEvent>(&event.body)) {
        m_throttling = throttle->reasons.empty() ? "" : throttleInWords(*throttle);
        // It may be told a little after the steps have become slow.
        if (m_usual > 0 && !m_throttling.empty()) m_newest->throttling = m_throttling;
    }
    const auto* progress = std::get_if<ProgressEvent>(&event.body);
    if (!progress || !(progress->stepSeconds > 0)) return std::nullopt;
    if (m_rank < 0) m_rank = event.rank;
    if (event.rank != m_rank) return std::nullopt;
    std::optional<StepTimeChange> change;
    if (m_open && event.time - m_open->begin >= kStretch) {
        m_recent.push_back(*m_open);
        m_open.reset();
        change = judge();
    }
    if (!m_open) m_open = Stretch{progress->step, event.time, 0, 0};
    m_open->sum += progress->stepSeconds;
    ++m_open->count;
    return change;
}

std::optional<StepTimeChange> StepTimes::judge() {
    if (m_recent.size() > kRecent) {
        // What is slow does not become what is usual.
        if (m_usual == 0) m_before.push_back(m_recent.front().mean());
        if (m_before.size() > kMaxBefore) m_before.pop_front();
        m_recent.pop_front();
    }
    if (m_recent.size() < kRecent || m_before.size() < kBefore) return std::nullopt;
    std::vector<double> recent;
    for (const Stretch& stretch : m_recent) recent.push_back(stretch.mean());
    const double least = *std::min_element(recent.begin(), recent.end());
    const double now = median(std::move(recent));
    if (m_usual == 0) {
        const double usual = median({m_before.begin(), m_before.end()});
        if (least < kSlower * usual) return std::nullopt;
        m_usual = usual;
        m_newest = StepTimeChange{m_recent.front().step, now / usual, 0, m_throttling};
        return m_newest;
    }
    if (now > kUsualAgain * m_usual) return std::nullopt;
    m_usual = 0;
    m_newest->endStep = m_recent[kRecent / 2].step;
    return m_newest;
}

}  // namespace slipway
