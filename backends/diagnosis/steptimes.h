// SPDX-License-Identifier: Apache-2.0
// Whether a run's steps suddenly take longer, and since which: told while it goes on, since a run that is only slow fails nothing.
// Of the first rank, as all wait for the slowest. Pure; one thread.
#pragma once

#include "backends/core/event.h"

#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace slipway {

struct StepTimeChange {
    std::int64_t step = 0;     // the first that was slow
    double factor = 1;         // how much longer a step takes
    std::int64_t endStep = 0;  // the first that was not slow again; 0: none so far
    std::string throttling;    // "GPU 0 is throttled: power cap" at that time; empty: not told
};

// "3.1× slower since step 4,200; GPU 0 is throttled: power cap", "3.1× slower from step 4,200 to 5,000".
std::string stepTimeInWords(const StepTimeChange& change);

class StepTimes {
public:
    // Events as an EventReader gives them. The change that began or ended with this one.
    std::optional<StepTimeChange> take(const Event& event);
    // The newest; none: steps take as long as ever.
    const std::optional<StepTimeChange>& newest() const { return m_newest; }

private:
    struct Stretch {  // of progress, some seconds
        std::int64_t step = 0;
        Timestamp begin{};
        double sum = 0;
        int count = 0;
        double mean() const { return sum / count; }
    };
    std::optional<StepTimeChange> judge();

    int m_rank = -1;
    int m_attempt = 0;
    std::optional<Stretch> m_open;
    std::deque<double> m_before;
    std::deque<Stretch> m_recent;
    double m_usual = 0;  // while it is slow: what a step took before
    std::string m_throttling;
    std::optional<StepTimeChange> m_newest;
};

}  // namespace slipway
