// SPDX-License-Identifier: Apache-2.0
// A job as Kubernetes objects: an Indexed batch/v1 Job that passes the "restricted" Pod Security level, and for more than one
// rank a headless Service, by whose name the ranks find the first one. Pure; any thread.
#pragma once

#include "backends/core/jobspec.h"
#include "backends/core/result.h"
#include "backends/core/strongid.h"

#include <string>

namespace slipway::kube {

// "slipway.dev/submission" tells one submission from every other, also from another user's run of the same name.
inline constexpr const char* kRunLabel = "slipway.dev/run";
inline constexpr const char* kSubmissionAnnotation = "slipway.dev/submission";
inline constexpr int kMasterPort = 29500;

struct WriteRequest {
    JobSpec job;
    RunId run;               // names the Job and the Service
    std::string submission;  // value of kSubmissionAnnotation
    std::string nameSpace;
    std::string queue;  // Kueue's LocalQueue; empty: none, the Job starts at once
    std::string image;
    std::string resultReference;
    bool isResultPlainHttp = false;
    std::string registrySecret;
};

// JSON texts.
struct JobManifest {
    std::string job;
    std::string service;  // empty for one rank; without the owner reference, which needs the Job's uid
    std::string pod;  // a Pod made from the Job's template, for a dry run: Pod Security looks at pods only
};

// InvalidArgument when the run's name is too long for a pod's host name, or an input cannot be mounted.
Result<JobManifest> writeJobManifest(const WriteRequest& request);

// The Service with the Job as its owner, so that it goes with it.
Result<std::string> ownedBy(const std::string& service, const std::string& jobName,
                            const std::string& jobUid);

// The extended resource a slice or GPU is asked for by: "nvidia.com/mig-1g.10gb"; and how many. Zero: none.
struct GpuRequest {
    std::string resource;
    int count = 0;
};
GpuRequest gpuRequest(const Resources& resources);

}  // namespace slipway::kube
