// SPDX-License-Identifier: Apache-2.0
// Events that an agent told and nobody has: a cluster cuts and drops the logs of its pods. Their numbers tell which. Values; any
// thread.
#pragma once

#include "backends/core/event.h"
#include "backends/core/result.h"
#include "backends/runs/runstore.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace slipway {

struct LostEvents {
    int rank = 0;
    int attempt = 1;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    bool operator==(const LostEvents&) const = default;
};

// "events 5–9 of rank 0 were lost: the cluster dropped them from its log"
std::string lostEventsInWords(const LostEvents& lost);

// Of events as an EventReader gives them.
class LostEventsWatch {
public:
    // What is missing right before this event.
    std::optional<LostEvents> take(const Event& event);

private:
    std::map<std::pair<int, int>, std::uint64_t> m_last;  // rank, attempt -> number
};

// In the order of the run's events. The errors of EventReader::next().
Result<std::vector<LostEvents>> lostEvents(const RunFolder& folder);

}  // namespace slipway
