// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/runenergy.h"

#include "backends/core/units.h"

namespace slipway {
namespace {

void add(std::optional<double>& sum, const std::optional<double>& part) {
    if (part) sum = sum.value_or(0) + *part;
}

}  // namespace

void EnergySum::take(const Event& event) {
    if (const auto* energy = std::get_if<EnergyEvent>(&event.body))
        m_last[{event.attempt, event.rank}] = *energy;
}

std::optional<EnergyEvent> EnergySum::total() const {
    if (m_last.empty()) return std::nullopt;
    EnergyEvent sum;
    for (const auto& [teller, energy] : m_last) {
        add(sum.gpuJoules, energy.gpuJoules);
        add(sum.cpuJoules, energy.cpuJoules);
        // Agents mostly miss the same.
        if (!energy.unknown.empty() && sum.unknown.find(energy.unknown) == std::string::npos)
            sum.unknown += (sum.unknown.empty() ? "" : "; ") + energy.unknown;
    }
    return sum;
}

std::string energyInWords(const EnergyEvent& energy) {
    std::string text;
    if (energy.gpuJoules) text = "GPUs " + energyText(*energy.gpuJoules);
    if (energy.cpuJoules)
        text += (text.empty() ? "" : ", ") + ("CPUs of the whole machine " + energyText(*energy.cpuJoules));
    if (energy.unknown.empty()) return text;
    return text + (text.empty() ? "" : "; ") + "unknown: " + energy.unknown;
}

std::string throttleInWords(const ThrottleEvent& event) {
    if (!event.reasons.empty()) return event.device + " is throttled: " + event.reasons;
    return event.device + " is not throttled any more, after " + durationText(event.seconds);
}

}  // namespace slipway
