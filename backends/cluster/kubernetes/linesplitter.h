// SPDX-License-Identifier: Apache-2.0
// Lines out of a stream that is cut at any byte, with bounded memory. Not shared between threads; owns the unfinished line.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace slipway::kube {

class LineSplitter {
public:
    explicit LineSplitter(std::size_t maxLine) : m_maxLine(maxLine) {}

    // Calls `line` for each whole line, without its line feed; a longer one than maxLine is given as its first maxLine bytes and
    // counted. False as soon as `line` answers false: what follows in `bytes` is lost.
    bool feed(std::string_view bytes, const std::function<bool(std::string_view)>& line);
    // The last line, when the stream ended without a line feed.
    bool finish(const std::function<bool(std::string_view)>& line);
    std::size_t cutLines() const { return m_cutLines; }

private:
    void keep(std::string_view part);

    std::size_t m_maxLine;
    std::string m_rest;
    bool m_isCut = false;
    std::size_t m_cutLines = 0;
};

}  // namespace slipway::kube
