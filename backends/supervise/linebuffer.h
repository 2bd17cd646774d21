// SPDX-License-Identifier: Apache-2.0
// Lines out of the bytes of a pipe, in bounded memory. Not shared between threads.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace slipway {

class LineBuffer {
public:
    using Clock = std::chrono::steady_clock;
    // A line without its end; isContinued: it was longer than the limit, and the next call goes on with it.
    using Sink = std::function<void(std::string_view line, bool isContinued)>;

    explicit LineBuffer(std::size_t limit) : m_limit(limit) {}

    // A carriage return starts the line again, as a terminal shows it (progress bars), and so does a line end behind "cursor up" (bars
    // below another): what is overwritten is told once a second.
    void feed(std::string_view bytes, Clock::time_point now, const Sink& sink);
    // The end of the stream: what has no line end is a line, too.
    void finish(const Sink& sink);

private:
    void add(char byte, const Sink& sink);
    // Whether the line ended with "cursor up", which is then gone from it.
    bool takeCursorUp();

    std::size_t m_limit;
    std::string m_line;
    bool m_hasReturn = false;
    bool m_isContinuing = false;
    Clock::time_point m_lastOverwritten{};
};

}  // namespace slipway
