// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/podlog.h"

#include "backends/cluster/kubernetes/linesplitter.h"
#include "backends/cluster/kubernetes/objects.h"
#include "backends/events/eventcodec.h"

#include <algorithm>
#include <utility>

namespace slipway::kube {
namespace {

constexpr int kGapTries = 3;

// One request's lines through the decoder.
class Reading {
public:
    Reading(ApiClient& api, const PodLogSource& source, PodLogKey key,
            const std::function<Result<void>(const Event&)>& sink, std::stop_token stop)
        : m_api(api),
          m_source(source),
          m_decoder(std::move(key)),
          m_sink(sink),
          m_stop(std::move(stop)) {}

    // True when a gap ended it early. The error is the server's, or the sink's (isBroken()).
    Result<bool> once(bool isFollowing) {
        LineSplitter lines(kMaxLogLine);
        bool hasGap = false;
        const auto take = [&](std::string_view line) {
            const auto taken = m_decoder.take(line);
            hasGap = taken == PodLogDecoder::Taken::Gap;
            return !hasGap && (taken != PodLogDecoder::Taken::New || give(m_decoder.event()));
        };
        std::string path = resourcePath("v1", m_source.nameSpace, "pods", m_source.pod) +
                           "/log?container=main&timestamps=true";
        if (isFollowing) path += "&follow=true";
        if (!m_decoder.since().empty()) path += "&sinceTime=" + percentEncode(m_decoder.since());
        const auto ended = m_api.stream(
            path, "read the log of " + m_source.pod,
            [&](std::string_view bytes) { return lines.feed(bytes, take); }, m_stop);
        if (m_problem) return *m_problem;
        if (hasGap) return true;
        if (!ended) return ended.error();
        lines.finish(take);
        if (m_problem) return *m_problem;
        return hasGap;
    }

    Result<void> rest() {
        for (int tries = 0; tries < kGapTries; ++tries) {
            SLIPWAY_TRY(const bool hasGap, once(false));
            if (!hasGap) break;
        }
        return {};
    }

    Result<void> foreign() {
        for (const Event& event : m_decoder.foreignEvents()) SLIPWAY_CHECK(m_sink(event));
        return {};
    }

    bool isBroken() const { return m_problem.has_value(); }
    // Since this was last asked.
    bool hasBroughtNews() { return std::exchange(m_hasNews, false); }

private:
    bool give(const Event& event) {
        m_hasNews = true;
        auto given = m_sink(event);
        if (!given) m_problem = std::move(given).error();
        return !m_problem;
    }

    ApiClient& m_api;
    const PodLogSource& m_source;
    PodLogDecoder m_decoder;
    const std::function<Result<void>(const Event&)>& m_sink;
    std::stop_token m_stop;
    std::optional<Error> m_problem;
    bool m_hasNews = false;
};

enum class PodEnd : std::uint8_t { Runs, Ended, Gone, Unknown };

PodEnd podEnd(ApiClient& api, const PodLogSource& source, std::stop_token stop) {
    const auto answer =
        api.call({.path = resourcePath("v1", source.nameSpace, "pods", source.pod)}, std::move(stop));
    if (!answer) return PodEnd::Unknown;
    if (answer->status == 404) return PodEnd::Gone;
    const auto pod = answer->isOk() ? parsePod(answer->body) : Result<PodView>(Error{});
    if (!pod) return PodEnd::Unknown;
    return pod->hasEnded() ? PodEnd::Ended : PodEnd::Runs;
}

}  // namespace

PodLogDecoder::Taken PodLogDecoder::take(std::string_view line) {
    const std::size_t space = line.find(' ');
    const std::string_view time = line.substr(0, space);
    const auto stamp = space == std::string_view::npos ? Result<Timestamp>(Error{}) : parseTimestamp(time);
    // Without a time it is the server's own text ("unable to retrieve container logs for …").
    if (!stamp) return Taken::Nothing;
    const std::string_view text = line.substr(space + 1);
    auto decoded = decodeEvent(text);
    const bool isOurs = decoded && *decoded && (*decoded)->run == m_key.run && (*decoded)->rank == m_key.rank;
    if (!isOurs) {
        if (!decoded || *decoded) keepForeign(time, text);
        return Taken::Nothing;
    }
    Event& event = **decoded;
    m_lastOfAgent = std::max(m_lastOfAgent, event.seq);
    if (event.seq > m_next && m_gapBefore != event.seq) {
        m_gapBefore = event.seq;
        return Taken::Gap;
    }
    m_since = std::string(time);
    if (event.seq < m_next) return Taken::Nothing;
    m_next = event.seq + 1;
    m_event = std::move(event);
    m_event.attempt = m_key.attempt;
    return Taken::New;
}

void PodLogDecoder::keepForeign(std::string_view time, std::string_view text) {
    ForeignLine line{std::string(time), std::string(text)};
    if (m_foreign.size() >= kMaxForeignLines ||
        std::find(m_foreign.begin(), m_foreign.end(), line) != m_foreign.end())
        return;
    m_foreign.push_back(std::move(line));
}

std::vector<Event> PodLogDecoder::foreignEvents() const {
    std::vector<Event> out;
    std::uint64_t seq = m_lastOfAgent;
    for (const ForeignLine& line : m_foreign) {
        const auto time = parseTimestamp(line.time);
        for (LogEvent& part : splitLogLine(LogEvent::Stream::Agent, line.text)) {
            out.push_back(
                {m_key.run, m_key.attempt, m_key.rank, ++seq, time ? *time : Timestamp{}, std::move(part)});
        }
    }
    return out;
}

Result<void> followPodLog(ApiClient& api, const PodLogSource& source, PodLogKey key,
                          const std::function<Result<void>(const Event&)>& sink, std::stop_token stop) {
    Reading reading(api, source, std::move(key), sink, stop);
    Backoff backoff(api.pacing());
    for (;;) {
        const auto hasGap = reading.once(true);
        if (reading.isBroken()) return hasGap.error();
        if (stop.stop_requested()) return Error{ErrorCode::Cancelled, "cancelled", "", ""};
        if (hasGap && *hasGap) continue;
        const PodEnd end = podEnd(api, source, stop);
        if (end == PodEnd::Ended) {
            // What the end of the stream may have swallowed. The log may be gone already, which is no error here.
            (void)reading.rest();
            if (reading.isBroken()) return reading.foreign();
        }
        if (end == PodEnd::Ended || end == PodEnd::Gone) return reading.foreign();
        if (reading.hasBroughtNews()) backoff.reset();
        if (!backoff.wait(stop)) return Error{ErrorCode::Cancelled, "cancelled", "", ""};
    }
}

Result<void> readPodLog(ApiClient& api, const PodLogSource& source, PodLogKey key, bool isEnded,
                        const std::function<Result<void>(const Event&)>& sink, std::stop_token stop) {
    Reading reading(api, source, std::move(key), sink, std::move(stop));
    SLIPWAY_CHECK(reading.rest());
    return isEnded ? reading.foreign() : Result<void>();
}

}  // namespace slipway::kube
