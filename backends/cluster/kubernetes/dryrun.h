// SPDX-License-Identifier: Apache-2.0
// "Would it run there?" from what the server says to a dry run, and from what a user may read of the queue. Any thread.
#pragma once

#include "backends/cluster/kubernetes/apiclient.h"
#include "backends/cluster/kubernetes/objects.h"
#include "backends/core/jobspec.h"
#include "backends/core/target.h"

#include <optional>
#include <stop_token>
#include <string>

namespace slipway::kube {

// Sends the Job and a Pod of its template with dryRun=All, looks for the volume claims and secrets that it names as far as this user may,
// and reads the LocalQueue; creates nothing.
Result<TargetVerdict> dryRunJob(ApiClient& api, const TargetInfo& target, const JobSpec& job,
                                std::stop_token stop);

// Pure parts, for tables of tests.
// A refusal's verdict: never as written, or after others (quota in use); none when the refusal says nothing about the job.
std::optional<Verdict> refusalVerdict(const Error& refusal);
// What the queue's own status says; `clusterQueue` is the ClusterQueue's JSON when the user may read it, else empty.
TargetVerdict queueVerdict(const QueueView& queue, const std::string& clusterQueue, const JobSpec& job);

}  // namespace slipway::kube
