// SPDX-License-Identifier: Apache-2.0
// What this user may do in a namespace, as the API server answers (SelfSubjectAccessReview, authorization.k8s.io/v1). Any thread.
#pragma once

#include "backends/cluster/kubernetes/apiclient.h"

#include <stop_token>
#include <string>
#include <vector>

namespace slipway::kube {

// The rights that submitting, watching and cancelling need and this user lacks: "create jobs.batch".
Result<std::vector<std::string>> missingRights(ApiClient& api, const std::string& nameSpace,
                                               std::stop_token stop);

}  // namespace slipway::kube
