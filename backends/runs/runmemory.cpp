// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/runmemory.h"

#include "backends/core/units.h"

#include <algorithm>

namespace slipway {

void MemoryPeaks::take(const Event& event) {
    if (const auto* exited = std::get_if<RankExitedEvent>(&event.body))
        takePeak(event, exited->peak, exited->isPeakSampled);
    else if (const auto* heartbeat = std::get_if<HeartbeatEvent>(&event.body))
        takePeak(event, heartbeat->peak, false);
    else if (const auto* energy = std::get_if<EnergyEvent>(&event.body); energy && energy->gpuMemory)
        m_gpuMemory = Bytes{std::max(m_gpuMemory.value_or(Bytes{}).count, energy->gpuMemory->count)};
    if (m_peak) m_peak->gpuMemory = m_gpuMemory;
}

// What a rank told while it ran is not more than it tells at its end, which says how it was seen.
void MemoryPeaks::takePeak(const Event& event, Bytes memory, bool isSampled) {
    if (memory.count <= 0 || (m_peak && memory.count < m_peak->memory.count)) return;
    m_peak = {memory, event.rank, isSampled, {}};
}

std::string memoryInWords(const MemoryPeak& peak, Bytes asked, int ranks) {
    std::string text = ranks > 1 ? "rank " + std::to_string(peak.rank) + " " : "";
    text += binarySize(peak.memory);
    if (asked.count > 0) text += " of " + binarySize(asked) + " asked for";
    if (peak.isSampled) text += ", at looks now and then at its processes";
    if (peak.gpuMemory) text += "; GPU " + binarySize(*peak.gpuMemory);
    return text;
}

}  // namespace slipway
