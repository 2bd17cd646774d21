// SPDX-License-Identifier: Apache-2.0
// SIGTERM, SIGINT and SIGCHLD as something to poll. For the main thread, before any other starts, so that all have them blocked.
#pragma once

#include "backends/platform/files.h"

namespace slipway {

class StopSignals {
public:
    // Ignores SIGPIPE and SIGHUP besides. Io.
    static Result<StopSignals> open();

    int descriptor() const { return m_fd.get(); }
    // Takes all there are; true: one of them asks to stop.
    bool take();

private:
    explicit StopSignals(UniqueFd fd) : m_fd(std::move(fd)) {}
    UniqueFd m_fd;
};

}  // namespace slipway
