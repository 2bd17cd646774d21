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

// Whether the server answers and lets this user create a Job, and the Service of one with several ranks. A server that does not
// tell users their rights is no error. PermissionDenied and the errors of the connection.
Result<void> askToCreate(ApiClient& api, const std::string& nameSpace, bool hasService, std::stop_token stop);

}  // namespace slipway::kube
