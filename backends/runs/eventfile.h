// SPDX-License-Identifier: Apache-2.0
// One rank's event file, read line by line from an offset, in bounded memory. Not shared between threads.
#pragma once

#include "backends/core/event.h"
#include "backends/core/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>
#include <vector>

namespace slipway {

struct EventFilePosition {
    std::uint64_t offset = 0;
    std::size_t damaged = 0;  // lines so far that are no events
};

// Hands each event from `position` on to `sink` with the position after its line; ends at the last whole line, or when `sink`
// returns false (that event counts as taken). A missing file has no events. Lines without `piece` are passed over undecoded: R"("kind":"metric")".
// Io, PermissionDenied.
Result<void> readEventFile(const std::filesystem::path& file, EventFilePosition& position,
                           const std::function<bool(Event event, const EventFilePosition& after)>& sink,
                           std::string_view piece = {});

// Every event but metrics, progress, logs and heartbeats, of which a long run tells most: those are passed over undecoded.
Result<void> readRareEvents(const std::filesystem::path& file,
                            const std::function<void(const Event& event)>& sink);

// Every whole line as it stands, with its event where it is one that this version knows, until `sink` returns false. Of a line
// longer than any event can be nothing is handed out.
Result<void> readEventLines(const std::filesystem::path& file, EventFilePosition& position,
                            const std::function<bool(std::string_view line, const Event* event)>& sink);

// <folder>/events/rank-<n>.jsonl of all ranks, by rank.
std::vector<std::pair<int, std::filesystem::path>> eventFiles(const std::filesystem::path& runFolder);

}  // namespace slipway
