// SPDX-License-Identifier: Apache-2.0
#include "backends/events/eventcodec.h"

namespace slipway {
namespace {

// What the envelope (run, attempt, rank, seq, time, kind, stream) may take of an event.
constexpr std::size_t kEnvelopeBytes = 512;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

unsigned char byteAt(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

// The length of the well-formed UTF-8 sequence at `at` (Unicode table 3-7); 0 when there is none.
std::size_t sequenceLength(std::string_view text, std::size_t at) {
    const unsigned char lead = byteAt(text, at);
    if (lead < 0x80) return 1;
    std::size_t length = 0;
    unsigned char low = 0x80, high = 0xBF;
    if (lead >= 0xC2 && lead <= 0xDF) {
        length = 2;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        length = 3;
        if (lead == 0xE0) low = 0xA0;
        if (lead == 0xED) high = 0x9F;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        length = 4;
        if (lead == 0xF0) low = 0x90;
        if (lead == 0xF4) high = 0x8F;
    } else {
        return 0;
    }
    if (at + length > text.size()) return 0;
    if (byteAt(text, at + 1) < low || byteAt(text, at + 1) > high) return 0;
    for (std::size_t i = 2; i < length; ++i) {
        if ((byteAt(text, at + i) & 0xC0) != 0x80) return 0;
    }
    return length;
}

// How many bytes a JSON string takes for the sequence.
std::size_t escapedSize(std::string_view sequence) {
    const unsigned char c = byteAt(sequence, 0);
    if (c == '"' || c == '\\' || c == '\b' || c == '\f' || c == '\n' || c == '\r' || c == '\t') return 2;
    return c < 0x20 ? 6 : sequence.size();
}

template <typename Sink>
void eachCodePoint(std::string_view text, const Sink& sink) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = sequenceLength(text, at);
        sink(length == 0 ? kReplacement : text.substr(at, length));
        at += length == 0 ? 1 : length;
    }
}

}  // namespace

std::string repairUtf8(std::string_view text) {
    std::string repaired;
    repaired.reserve(text.size());
    eachCodePoint(text, [&](std::string_view sequence) { repaired += sequence; });
    return repaired;
}

std::vector<LogEvent> splitLogLine(LogEvent::Stream stream, std::string_view line) {
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    std::vector<LogEvent> parts(1, LogEvent{stream, "", false});
    std::size_t used = 0;
    eachCodePoint(line, [&](std::string_view sequence) {
        const std::size_t size = escapedSize(sequence);
        if (used + size > kMaxEventBytes - kEnvelopeBytes) {
            parts.back().isContinued = true;
            parts.push_back({stream, "", false});
            used = 0;
        }
        // A line feed inside would be two lines to whoever prints it.
        parts.back().text += sequence == "\n" ? " " : sequence;
        used += size;
    });
    return parts;
}

}  // namespace slipway
