// SPDX-License-Identifier: Apache-2.0
#include "backends/core/timestamp.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace slipway {
namespace {

using namespace std::chrono;

// Reads exactly `digits` digits at `at`; -1 when they are not there.
int number(std::string_view text, std::size_t at, std::size_t digits) {
    if (at + digits > text.size()) return -1;
    int value = -1;
    const char* first = text.data() + at;
    const auto [end, failure] = std::from_chars(first, first + digits, value);
    return failure == std::errc{} && end == first + digits ? value : -1;
}

}  // namespace

Timestamp now() { return time_point_cast<microseconds>(system_clock::now()); }

std::string formatTimestamp(Timestamp time) {
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const hh_mm_ss clock{time - day};
    std::array<char, 40> buffer{};
    const int length = std::snprintf(
        buffer.data(), buffer.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
        static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
        static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
    return {buffer.data(), static_cast<std::size_t>(length)};
}

Result<Timestamp> parseTimestamp(std::string_view text) {
    const auto invalid = [&] {
        return Error{ErrorCode::InvalidArgument, "not a time: \"" + std::string(text.substr(0, 40)) + "\"",
                     "", "Write it like 2026-09-01T10:00:00Z"};
    };
    const int y = number(text, 0, 4), mo = number(text, 5, 2), d = number(text, 8, 2);
    const int h = number(text, 11, 2), mi = number(text, 14, 2), s = number(text, 17, 2);
    if (y < 0 || mo < 1 || d < 1 || h < 0 || h > 23 || mi < 0 || mi > 59 || s < 0 || s > 60) return invalid();
    if (text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != 't' && text[10] != ' '))
        return invalid();
    if (text[13] != ':' || text[16] != ':') return invalid();
    const year_month_day date{year{y}, month{static_cast<unsigned>(mo)}, day{static_cast<unsigned>(d)}};
    if (!date.ok()) return invalid();

    std::size_t at = 19;
    int micros = 0;
    if (at < text.size() && text[at] == '.') {
        if (number(text, ++at, 1) < 0) return invalid();
        int scale = 100000;
        for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10)
            micros += (text[at] - '0') * scale;
    }
    minutes offset{0};
    if (at < text.size() && (text[at] == 'Z' || text[at] == 'z')) {
        ++at;
    } else {
        const int oh = number(text, at + 1, 2), om = number(text, at + 4, 2);
        if (at + 6 > text.size() || (text[at] != '+' && text[at] != '-') || text[at + 3] != ':' || oh < 0 ||
            oh > 23 || om < 0 || om > 59)
            return invalid();
        offset = hours{oh} + minutes{om};
        if (text[at] == '-') offset = -offset;
        at += 6;
    }
    if (at != text.size()) return invalid();
    return Timestamp{sys_days{date} + hours{h} + minutes{mi} + seconds{s} + microseconds{micros} - offset};
}

}  // namespace slipway
