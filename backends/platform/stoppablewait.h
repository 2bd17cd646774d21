// SPDX-License-Identifier: Apache-2.0
// A pause that a stop request ends. Any thread.
#pragma once

#include <chrono>
#include <stop_token>

namespace slipway {

// False as soon as a stop was requested, before or during the pause; true when all of it has passed.
bool waitUnlessStopped(std::chrono::milliseconds time, std::stop_token stop);

}  // namespace slipway
