// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/eventfile.h"
#include "backends/runs/runstore.h"

#include <sys/stat.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace slipway {
namespace {

struct RankEvents {
    std::string name;
    std::vector<std::pair<Event, EventFilePosition>> events;
    EventFilePosition end;
    std::size_t taken = 0;
};

// 0: it cannot be told.
std::uint64_t inodeOf(const std::filesystem::path& file) {
    struct stat info {};
    return ::stat(file.c_str(), &info) == 0 ? static_cast<std::uint64_t>(info.st_ino) : 0;
}

}  // namespace

bool EventReader::File::hasSeen(const Event& event) const {
    const auto attempt = seen.find(event.attempt);
    if (attempt == seen.end()) return false;
    const auto after = attempt->second.upper_bound(event.seq);
    return after != attempt->second.begin() && std::prev(after)->second >= event.seq;
}

void EventReader::File::see(const Event& event) {
    std::map<std::uint64_t, std::uint64_t>& ranges = seen[event.attempt];
    const auto after = ranges.upper_bound(event.seq);
    if (after != ranges.begin() && std::prev(after)->second + 1 >= event.seq) {
        std::uint64_t& last = std::prev(after)->second;
        last = std::max(last, event.seq);
    } else {
        ranges.emplace_hint(after, event.seq, event.seq);
    }
}

std::size_t EventReader::damagedLines() const {
    std::size_t damaged = 0;
    for (const auto& [name, file] : m_files) damaged += file.damaged;
    return damaged;
}

Result<std::vector<Event>> EventReader::next(std::size_t limit) {
    std::vector<RankEvents> ranks;
    for (const auto& [rank, file] : eventFiles(m_folder.path())) {
        RankEvents one;
        one.name = file.filename().string();
        File& known = m_files[one.name];
        if (const std::uint64_t inode = inodeOf(file); std::exchange(known.inode, inode) != inode) {
            m_rewrites += known.offset > 0 ? 1 : 0;
            known.isReread = known.isReread || known.offset > 0;
            known.offset = known.damaged = 0;
        }
        one.end.offset = known.offset;
        if (limit > 0) {
            SLIPWAY_CHECK(readEventFile(file, one.end, [&](Event event, const EventFilePosition& after) {
                if (known.isReread && known.hasSeen(event)) return true;
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
        m_files[first->name].see(merged.back());
        ++first->taken;
    }
    for (const RankEvents& rank : ranks) {
        // What was read but not handed out is read again next time.
        File& file = m_files[rank.name];
        EventFilePosition reached{file.offset, 0};
        if (rank.taken == rank.events.size()) {
            reached = rank.end;
        } else if (rank.taken > 0) {
            reached = rank.events[rank.taken - 1].second;
        }
        file.offset = reached.offset;
        file.damaged += reached.damaged;
    }
    return merged;
}

}  // namespace slipway
