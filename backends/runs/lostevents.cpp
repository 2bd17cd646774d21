// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/lostevents.h"

#include <algorithm>

namespace slipway {

std::string lostEventsInWords(const LostEvents& lost) {
    const bool isOne = lost.first == lost.last;
    return (isOne ? "event " : "events ") + std::to_string(lost.first) +
           (isOne ? "" : "–" + std::to_string(lost.last)) + " of rank " + std::to_string(lost.rank) +
           (isOne ? " was lost: the cluster dropped it from its log"
                  : " were lost: the cluster dropped them from its log");
}

std::optional<LostEvents> LostEventsWatch::take(const Event& event) {
    std::uint64_t& last = m_last[{event.rank, event.attempt}];
    std::optional<LostEvents> lost;
    if (event.seq > last + 1) lost = LostEvents{event.rank, event.attempt, last + 1, event.seq - 1};
    last = std::max(last, event.seq);
    return lost;
}

Result<std::vector<LostEvents>> lostEvents(const RunFolder& folder) {
    std::vector<LostEvents> all;
    LostEventsWatch watch;
    EventReader reader(folder);
    for (;;) {
        SLIPWAY_TRY(const std::vector<Event> events, reader.next());
        if (events.empty()) return all;
        for (const Event& event : events) {
            if (const auto lost = watch.take(event)) all.push_back(*lost);
        }
    }
}

}  // namespace slipway
