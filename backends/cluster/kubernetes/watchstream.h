// SPDX-License-Identifier: Apache-2.0
// The watch protocol: one JSON object a line, {"type":"ADDED","object":{…}}. Fed with whatever bytes come; bounded memory.
// Pure but for the kept rest; not shared between threads.
#pragma once

#include "backends/cluster/kubernetes/linesplitter.h"
#include "backends/core/result.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace slipway::kube {

inline constexpr std::size_t kMaxWatchLine = std::size_t{8} << 20;

enum class WatchKind : std::uint8_t { Added, Modified, Deleted, Bookmark, Error };

struct WatchEvent {
    WatchKind kind = WatchKind::Error;
    std::string object;           // JSON text
    std::string name;             // metadata.name
    std::string resourceVersion;  // metadata.resourceVersion
    int code = 0;                 // Error: of the Status, 410 for an expired version
    std::string message;          // Error: the server's words
};

// Corrupt for text that is no watch event.
Result<WatchEvent> decodeWatchLine(std::string_view line);

class WatchStream {
public:
    // Calls `event` for each whole event; false stops. Corrupt (after a line that is none, or is above kMaxWatchLine): start anew.
    Result<bool> feed(std::string_view bytes, const std::function<bool(WatchEvent)>& event);

private:
    LineSplitter m_lines{kMaxWatchLine};
};

}  // namespace slipway::kube
