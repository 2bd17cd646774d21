// SPDX-License-Identifier: Apache-2.0
// Whatever a pod or a program sends: no crash, and what is read as an event is written and read again as the same event.
#include "backends/events/eventcodec.h"
#include "backends/events/metricline.h"
#include "backends/events/printedmetric.h"

#include <cstdlib>

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace slipway;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto event = decodeEvent(text); event && *event) {
        const std::string line = encodeEvent(**event);
        const auto again = decodeEvent(line);
        if (line.size() <= kMaxEventBytes && (!again || !*again || encodeEvent(**again) != line))
            std::abort();
    }
    if (const auto metric = readMetricLine(text); metric && size < kMaxEventBytes) {
        const auto other = decodeEvent(" " + std::string(text));  // by the long way
        if (!other || !*other || encodeEvent(**other) != encodeEvent(*metric)) std::abort();
    }
    if (const auto body = decodeBody(text); body && *body) {
        for (const EventBody& part : splitBody(**body)) {
            if (encodeBody(part).size() > 2 * kMaxEventBytes) std::abort();
        }
    }
    for (const LogEvent& part : splitLogLine(LogEvent::Stream::Stdout, text)) {
        const auto again = decodeBody(encodeBody(part));
        if (!again || std::get<LogEvent>(**again).text != part.text) std::abort();
    }
    if (const auto metric = printedMetric(text); metric && !decodeBody(encodeBody(*metric))) std::abort();
    return 0;
}
