// SPDX-License-Identifier: Apache-2.0
// Whether the cluster has the Job of a submission: by the Job's name, which is the run's id, and by the mark that tells this
// submission from any other of that name. What a submitter that was cut off or killed left open is settled here. Any thread.
#pragma once

#include "backends/cluster/kubernetes/apiclient.h"
#include "backends/cluster/kubernetes/writers/jobwriter.h"
#include "backends/core/run.h"
#include "backends/core/target.h"
#include "backends/runs/runstore.h"

#include <stop_token>
#include <string>
#include <vector>

namespace slipway::kube {

inline constexpr int kMaxCreateTries = 4;
inline constexpr const char* kCreateQuery = "?fieldManager=slipway&fieldValidation=Strict";

// Tells this submission from any other of the same name; kept in run.json by its parts.
std::string submissionOf(const RunRecord& record);

struct FoundJob {
    std::string uid;
    bool isDeleting = false;
    std::vector<std::string> warnings;
};

// NotFound: there is none; Conflict: there is one that this run did not submit.
Result<FoundJob> findJob(ApiClient& api, const std::string& nameSpace, const std::string& run,
                         const std::string& submission, std::stop_token stop);
// How a POST that makes an object ended.
struct Posted {
    Result<FoundJob> object;
    bool isOpen = false;     // it may have been carried out, or still be: nobody said
    bool isForGood = false;  // another one would end the same way
};
Posted post(ApiClient& api, const std::string& path, const std::string& body, std::string_view what,
            std::stop_token stop);

// The pods go with it, each with its grace. No Job is no error.
Result<void> deleteJob(ApiClient& api, const std::string& nameSpace, const std::string& run,
                       std::stop_token stop);
// The Service through which the ranks find each other, owned by the Job `uid`; one that is there already is fine. Conflict.
Result<void> createService(ApiClient& api, const WriteRequest& write, const std::string& service,
                           const std::string& uid, std::stop_token stop);

// Where the run's Job is, or will be.
void markPlace(RunRecord& record, const TargetInfo& info);
// The record with the Job it has become.
void adopt(RunRecord& record, const FoundJob& job);

// A run without a Job's uid: while its submitter lives, it is preparing. Else the Job of its name is adopted, and deleted when
// the run's cancellation was asked; without such a Job the run is over, once none of its requests can still arrive. The errors of
// the connection.
Result<RunRecord> reconcile(ApiClient& api, const TargetInfo& info, const RunFolder& folder,
                            std::stop_token stop);

}  // namespace slipway::kube
