// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/pacing.h"

#include "backends/platform/stoppablewait.h"

#include <algorithm>
#include <random>

namespace slipway::kube {

Pacing realPacing() {
    return {waitUnlessStopped, [] {
                thread_local std::minstd_rand random{std::random_device{}()};
                return std::uniform_real_distribution<double>(0, 1)(random);
            }};
}

bool Backoff::wait(std::stop_token stop) {
    const double whole = std::min(800.0 * static_cast<double>(1 << std::min(m_tries, 6)), 30000.0);
    ++m_tries;
    return m_pacing.wait(std::chrono::milliseconds(static_cast<int>(whole * (0.5 + m_pacing.jitter() / 2))),
                         stop);
}

}  // namespace slipway::kube
