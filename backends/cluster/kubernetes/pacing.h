// SPDX-License-Identifier: Apache-2.0
// Waiting between tries, and the time, so that tests need not wait. The default sleeps until the time is over or the stop is asked.
#pragma once

#include "backends/core/timestamp.h"

#include <chrono>
#include <functional>
#include <stop_token>

namespace slipway::kube {

struct Pacing {
    // False when the stop was asked meanwhile.
    std::function<bool(std::chrono::milliseconds, std::stop_token)> wait;
    // From 0 to 1.
    std::function<double()> jitter;
    std::function<Timestamp()> now = slipway::now;
};

Pacing realPacing();

// 0.8 s, doubled with each try up to 30 s, each between half and the whole of it.
class Backoff {
public:
    explicit Backoff(const Pacing& pacing) : m_pacing(pacing) {}
    bool wait(std::stop_token stop);
    void reset() { m_tries = 0; }

private:
    const Pacing& m_pacing;
    int m_tries = 0;
};

}  // namespace slipway::kube
