// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/linebuffer.h"

namespace slipway {
namespace {

// How many bytes at the end belong to a UTF-8 sequence that is not whole yet.
std::size_t unfinishedTail(std::string_view text) {
    for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
        const auto byte = static_cast<unsigned char>(text[text.size() - back]);
        if ((byte & 0xC0) == 0x80) continue;
        const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
        return length > back ? back : 0;
    }
    return 0;
}

}  // namespace

void LineBuffer::add(char byte, const Sink& sink) {
    m_line += byte;
    if (m_line.size() < m_limit) return;
    const std::size_t tail = unfinishedTail(m_line);
    const std::size_t whole = m_line.size() - tail;
    sink(std::string_view(m_line).substr(0, whole), true);
    m_line.erase(0, whole);
    m_isContinuing = true;
}

bool LineBuffer::takeCursorUp() {
    constexpr std::string_view kCursorUp = "\x1b[A";
    const bool isThere = m_line.ends_with(kCursorUp);
    if (isThere) m_line.resize(m_line.size() - kCursorUp.size());
    return isThere;
}

void LineBuffer::feed(std::string_view bytes, Clock::time_point now, const Sink& sink) {
    for (const char byte : bytes) {
        if (byte == '\n' && takeCursorUp()) {
            m_hasReturn = true;
            continue;
        }
        if (byte == '\n') {
            sink(m_line, false);
            m_line.clear();
            m_hasReturn = m_isContinuing = false;
            continue;
        }
        if (m_hasReturn) {
            m_hasReturn = false;
            takeCursorUp();
            const bool isTold = m_isContinuing || now - m_lastOverwritten >= std::chrono::seconds(1);
            if (isTold && !m_line.empty()) {
                sink(m_line, false);
                m_lastOverwritten = now;
            }
            m_line.clear();
            m_isContinuing = false;
        }
        if (byte == '\r') {
            m_hasReturn = true;
        } else {
            add(byte, sink);
        }
    }
}

void LineBuffer::finish(const Sink& sink) {
    takeCursorUp();
    if (!m_line.empty() || m_isContinuing) sink(m_line, false);
    m_line.clear();
    m_hasReturn = m_isContinuing = false;
}

}  // namespace slipway
