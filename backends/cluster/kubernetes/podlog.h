// SPDX-License-Identifier: Apache-2.0
// A pod's log as events. The agent writes its events as JSON lines to stdout; the API server puts a time before each line and
// loses or repeats lines where a stream was cut. Sequence numbers tell which: repeated ones are dropped, gaps read again.
// Not shared between threads.
#pragma once

#include "backends/cluster/kubernetes/apiclient.h"
#include "backends/core/event.h"
#include "backends/core/result.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::kube {

inline constexpr std::size_t kMaxLogLine = 64 * 1024;
inline constexpr std::size_t kMaxForeignLines = 2000;

// Which events a pod's log brings: those of `run`; they are given this attempt, since a requeued pod counts from 1 again.
struct PodLogKey {
    RunId run;
    int attempt = 1;
    int rank = 0;
    std::uint64_t lastSeq = 0;  // what the run folder has already
};

class PodLogDecoder {
public:
    enum class Taken : std::uint8_t { New, Nothing, Gap };

    explicit PodLogDecoder(PodLogKey key) : m_key(std::move(key)), m_next(m_key.lastSeq + 1) {}

    // New: event() is the line's. Nothing: repeated, no log line at all, or not an event (kept for foreignEvents()).
    // Gap: lines before it are missing; read again from since(). The same gap seen twice is taken as it is.
    Taken take(std::string_view line);
    Event& event() { return m_event; }

    // The time of the last line before any gap, as `sinceTime` takes it; empty: from the start.
    const std::string& since() const { return m_since; }

    // What stood in the log besides events (a loader's or the runtime's last words), numbered behind the agent's events.
    std::vector<Event> foreignEvents() const;

private:
    void keepForeign(std::string_view time, std::string_view text);

    PodLogKey m_key;
    std::uint64_t m_next;
    std::uint64_t m_gapBefore = 0;
    std::uint64_t m_lastOfAgent = 0;
    std::string m_since;
    Event m_event;
    struct ForeignLine {
        std::string time;
        std::string text;
        bool operator==(const ForeignLine&) const = default;
    };
    std::vector<ForeignLine> m_foreign;
};

struct PodLogSource {
    std::string nameSpace;
    std::string pod;
};

// Reads until the pod has ended or is gone, then once more without following; events go to `sink` in their order, last of all the
// foreign ones. Survives cuts. Cancelled when stopped; an error of `sink` ends it.
Result<void> followPodLog(ApiClient& api, const PodLogSource& source, PodLogKey key,
                          const std::function<Result<void>(const Event&)>& sink, std::stop_token stop);

// What the log holds now. Foreign lines only with `isEnded`.
Result<void> readPodLog(ApiClient& api, const PodLogSource& source, PodLogKey key, bool isEnded,
                        const std::function<Result<void>(const Event&)>& sink, std::stop_token stop);

}  // namespace slipway::kube
