// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/stoppablewait.h"

#include <condition_variable>
#include <mutex>
#include <utility>

namespace slipway {

bool waitUnlessStopped(std::chrono::milliseconds time, std::stop_token stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, time, [] { return false; });
    return !stop.stop_requested();
}

}  // namespace slipway
