// SPDX-License-Identifier: Apache-2.0
#include "app/runner/eventpipe.h"

#include "backends/events/eventcodec.h"

#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace slipway {
namespace {

constexpr const char* kVariable = "SLIPWAY_EVENT_FD";

}  // namespace

EventPipe EventPipe::fromEnvironment() {
    const char* const text = std::getenv(kVariable);
    int descriptor = -1;
    if (text != nullptr) std::from_chars(text, text + std::strlen(text), descriptor);
    ::unsetenv(kVariable);
    return EventPipe(descriptor);
}

void EventPipe::onEvent(const EventBody& event) {
    if (m_descriptor < 0) return;
    const std::string line = encodeBody(event) + '\n';
    for (std::string_view rest = line; !rest.empty();) {
        const auto written = ::write(m_descriptor, rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
            m_descriptor = -1;  // training goes on without a listener
            return;
        }
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
}

void EventPipe::onMessage(std::string_view message) {
    std::printf("%.*s\n", static_cast<int>(message.size()), message.data());
    std::fflush(stdout);
}

}  // namespace slipway
