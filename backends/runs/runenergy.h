// SPDX-License-Identifier: Apache-2.0
// What a run's devices have used, over all its attempts and agents, and what slowed them, in words. Values; any thread.
#pragma once

#include "backends/core/event.h"

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace slipway {

// The newest word of each agent and attempt counts, and they add up; none before one was told.
class EnergySum {
public:
    void take(const Event& event);
    std::optional<EnergyEvent> total() const;

private:
    std::map<std::pair<int, int>, EnergyEvent> m_last;  // attempt, rank
};

// "GPUs 0.42 kWh, CPUs of the whole machine 31.0 Wh"; "GPUs 0.42 kWh; unknown: CPU: its counters are not open to this user".
std::string energyInWords(const EnergyEvent& energy);
// "GPU 0 is throttled: power cap", "GPU 0 is not throttled any more, after 12 s".
std::string throttleInWords(const ThrottleEvent& event);

}  // namespace slipway
