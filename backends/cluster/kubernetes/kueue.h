// SPDX-License-Identifier: Apache-2.0
// Which versions of Kueue's API are read: the newest that the server and Slipway both have. What is read of them differs in
// names of fields only, which objects.h and dryrun.h take either way. Any thread.
#pragma once

#include "backends/cluster/kubernetes/apiclient.h"

#include <optional>
#include <stop_token>
#include <string>

namespace slipway::kube {

struct KueueApi {
    std::string objects = "kueue.x-k8s.io/v1beta2";                // LocalQueue, ClusterQueue, Workload
    std::string visibility = "visibility.kueue.x-k8s.io/v1beta2";  // who waits in a queue
};

// None: the server has no Kueue that Slipway can read. The errors of discovery.
Result<std::optional<KueueApi>> findKueue(ApiClient& api, std::stop_token stop);

// For who has been given a queue: the newest one where the server names none or does not tell. Errors are those of the connection.
Result<KueueApi> kueueOfQueue(ApiClient& api, std::stop_token stop);

}  // namespace slipway::kube
