// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/eventfile.h"
#include "backends/runs/runstore.h"

namespace slipway {
namespace {

struct RankEvents {
    std::string name;
    std::vector<std::pair<Event, EventFilePosition>> events;
    EventFilePosition end;
    std::size_t taken = 0;
};

}  // namespace

Result<std::vector<Event>> EventReader::next(std::size_t limit) {
    std::vector<RankEvents> ranks;
    for (const auto& [rank, file] : eventFiles(m_folder.path())) {
        RankEvents one;
        one.name = file.filename().string();
        one.end.offset = m_offsets[one.name];
        if (limit > 0) {
            SLIPWAY_CHECK(readEventFile(file, one.end, [&](Event event, const EventFilePosition& after) {
                one.events.emplace_back(std::move(event), after);
                return one.events.size() < limit;
            }));
        }
        ranks.push_back(std::move(one));
    }
    // Each rank keeps its own order, even where its clock went back.
    std::vector<Event> merged;
    while (merged.size() < limit) {
        RankEvents* first = nullptr;
        for (RankEvents& rank : ranks) {
            if (rank.taken == rank.events.size()) continue;
            if (!first || rank.events[rank.taken].first.time < first->events[first->taken].first.time)
                first = &rank;
        }
        if (!first) break;
        merged.push_back(std::move(first->events[first->taken].first));
        ++first->taken;
    }
    for (const RankEvents& rank : ranks) {
        // What was read but not handed out is read again next time.
        EventFilePosition reached{m_offsets[rank.name], 0};
        if (rank.taken == rank.events.size()) {
            reached = rank.end;
        } else if (rank.taken > 0) {
            reached = rank.events[rank.taken - 1].second;
        }
        m_offsets[rank.name] = reached.offset;
        m_damaged += reached.damaged;
    }
    return merged;
}

}  // namespace slipway
