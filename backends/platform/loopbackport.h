// SPDX-License-Identifier: Apache-2.0
// Where the ranks of one machine meet. Any thread.
#pragma once

#include "backends/core/result.h"

namespace slipway {

// A TCP port of 127.0.0.1 that nobody has now; whoever wants it binds it soon. Io and the like of socket(7).
Result<int> freeLoopbackPort();

}  // namespace slipway
