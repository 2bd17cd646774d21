// SPDX-License-Identifier: Apache-2.0
// The one way from a job file to a run, for the window and the command line alike: package and push where the target needs an
// image, make the run folder, submit. Synchronous, no thread of its own; any thread.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "backends/cluster/targettable.h"
#include "backends/image/packager.h"

namespace slipway {

struct SubmissionRequest {
    JobSpec job;
    std::filesystem::path jobFolder;
    TargetId target;
    std::string registry;  // overrides the profile's
    std::optional<RunId>
        resumeFrom;  // a run of this user, ended anywhere, whose checkpoint the new one goes on from; this machine only
    bool isRegistryRemembered = true;      // a registry that was pushed to is the profile's from then on
    std::string jobFileName = "job.yaml";  // in jobFolder
};

struct Submission {
    RunFolder folder{{}};
    RunRecord record;
    std::optional<PushResult> push;  // none: the target needs no image
    bool isRegistryNew = false;      // the profile names another registry than before
};

// InvalidArgument when a file or program that the job names here is missing, or the target cannot read an input or, this machine,
// does not know a secret, before a run is made; a cluster is asked first whether it would take jobs of this user, and then the
// registry: when one does not answer, or refuses, nothing is made at all. Conflict when the target cannot
// take the job as written; a run folder that was made stays and says why it failed.
Result<Submission> submitJob(const TargetSettings& settings, const SubmissionRequest& request,
                             const ProgressCallback& progress, std::stop_token stop);

// Asks the run to stop, wherever it is. One that its cluster may or may not have, and that no kubeconfig names any more, is over
// then. NotFound: the cluster has it, and no kubeconfig names that any more; else as Submitter::cancel().
Result<void> cancelRun(const TargetSettings& settings, const RunFolder& folder, std::stop_token stop);

// What submitJob would send: YAML documents for a cluster, the command for this machine. Nothing is pushed or created.
Result<std::string> previewJob(const TargetSettings& settings, const SubmissionRequest& request);

// Where images for this target go unless a submission says otherwise; empty: nowhere yet. The errors of reading a profile.
Result<std::string> rememberedRegistry(const TargetSettings& settings, const TargetInfo& target);

// The job of a run folder, as it ran.
Result<JobSpec> jobOf(const RunFolder& folder);

// Where the layers of packages are kept: <home>/cache/layers.
std::filesystem::path packageCache(const TargetSettings& settings);

// What packaging needs besides the job: the programs and the Python module beside `settings.agent`, and packageCache().
PackageRequest packageRequest(const TargetSettings& settings, JobSpec job, std::filesystem::path jobFolder);

}  // namespace slipway
