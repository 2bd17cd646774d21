// SPDX-License-Identifier: Apache-2.0
// What a cluster dropped from a pod's log comes home with the model or checkpoint that the pod sent. Synchronous; any thread.
#pragma once

#include "backends/core/result.h"
#include "backends/http/httpclient.h"
#include "backends/runs/runstore.h"

#include <stop_token>
#include <string>

namespace slipway {

// `reference`: "[http://]registry/repository:tag" or by digest, of what rank 0's pod sent. Does nothing while the run goes on, or
// when all that this pod told is here. The errors of pullModelEvents() and mergeEvents().
Result<void> fetchLostEvents(const RunFolder& folder, const std::string& reference, HttpClient& http,
                             const std::stop_token& stop);

}  // namespace slipway
