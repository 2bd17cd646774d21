// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/reconcile.h"

#include "backends/cluster/kubernetes/apierror.h"
#include "backends/cluster/kubernetes/kubetarget.h"
#include "backends/cluster/kubernetes/objects.h"
#include "backends/platform/filelock.h"
#include "backends/spec/specdocument.h"

namespace slipway::kube {
namespace {

constexpr const char* kDelete =
    R"({"kind":"DeleteOptions","apiVersion":"v1","propagationPolicy":"Background"})";

constexpr const char* kNotYet = "the cluster has no job of this run yet; the request may still be on its way";

// kube-apiserver's --request-timeout: until then a request that got no answer may be carried out, held by a proxy or a webhook.
constexpr std::chrono::seconds kArrivalWindow{60};

bool mayArrive(const RunRecord& record, Timestamp now) {
    const auto told = record.remote.find(kRemoteSent);
    if (told == record.remote.end()) return false;
    const auto sent = parseTimestamp(told->second);
    return sent && *sent <= now && now < *sent + kArrivalWindow;
}

bool isOurs(const JobView& job, const std::string& submission) {
    const auto it = job.annotations.find(kSubmissionAnnotation);
    return it != job.annotations.end() && it->second == submission;
}

Error anothers(const std::string& what, const std::string& name) {
    return {ErrorCode::Conflict, "the cluster has a " + what + " " + name + " that this run did not create",
            "", "Submit the job again, as a new run"};
}

// A proxy's page, say. Nothing is known of the object then.
Error unreadable(std::string_view what) {
    return {ErrorCode::Unavailable,
            "cannot " + std::string(what) + ": what came back is not what was asked for", "",
            "Look at the server's address in the kubeconfig, and at proxies on the way"};
}

// Its submitter may have ended between the Job and its Service.
Result<void> completeJob(ApiClient& api, const TargetInfo& info, const RunFolder& folder,
                         const RunRecord& record, const std::string& uid, std::stop_token stop) {
    if (record.replicas == 1) return {};
    WriteRequest write;
    SLIPWAY_TRY(write.job, loadJob(folder.jobFile(), {}));
    write.run = record.id;
    write.submission = submissionOf(record);
    write.nameSpace = info.nameSpace;
    write.queue = info.queue;
    SLIPWAY_TRY(const JobManifest manifest, writeJobManifest(write));
    return createService(api, write, manifest.service, uid, stop);
}

Result<RunRecord> ended(const RunFolder& folder, const std::string& reason) {
    return folder.update([&](RunRecord& r) {
        r.status = {r.isCancelRequested ? RunState::Cancelled : RunState::Failed,
                    r.isCancelRequested ? "" : reason};
        r.ended = now();
    });
}

}  // namespace

std::string submissionOf(const RunRecord& record) {
    return record.id.str() + "@" + formatTimestamp(record.created);
}

Result<FoundJob> findJob(ApiClient& api, const std::string& nameSpace, const std::string& run,
                         const std::string& submission, std::stop_token stop) {
    const std::string path = resourcePath("batch/v1", nameSpace, "jobs", run);
    const std::string what = "read job " + run;
    SLIPWAY_TRY(const ApiAnswer answer, api.ask({.path = path}, what, stop));
    const auto job = parseJob(answer.body);
    if (!job || job->uid.empty()) return unreadable(what);
    if (!isOurs(*job, submission)) return anothers("job", run);
    return FoundJob{job->uid, job->isDeleting, {}};
}

Posted post(ApiClient& api, const std::string& path, const std::string& body, std::string_view what,
            std::stop_token stop) {
    auto answer = api.call({.method = "POST", .path = path + kCreateQuery, .body = body}, std::move(stop));
    if (!answer) {
        const bool isOpen = !answer.error().isUnsent;
        const bool isForGood = !isUnanswered(answer.error());
        return {std::move(answer).error(), isOpen, isForGood};
    }
    if (answer->isOk()) {
        const auto object = parseJob(answer->body);  // only its metadata is looked at
        if (object && !object->uid.empty())
            return {FoundJob{object->uid, false, std::move(answer->warnings)}};
        return {unreadable(what), true, false};
    }
    const bool isRefused = isSurelyRefused(answer->status, answer->body);
    return {apiError(answer->status, answer->body, what), !isRefused, isRefused};
}

Result<void> deleteJob(ApiClient& api, const std::string& nameSpace, const std::string& run,
                       std::stop_token stop) {
    const std::string path = resourcePath("batch/v1", nameSpace, "jobs", run);
    SLIPWAY_TRY(const ApiAnswer answer, api.call({.method = "DELETE", .path = path, .body = kDelete}, stop));
    if (answer.isOk() || answer.status == 404) return {};
    return apiError(answer.status, answer.body, "cancel job " + run);
}

Result<void> createService(ApiClient& api, const WriteRequest& write, const std::string& service,
                           const std::string& uid, std::stop_token stop) {
    const std::string name = write.run.str();
    const std::string path = resourcePath("v1", write.nameSpace, "services");
    SLIPWAY_TRY(const std::string body, ownedBy(service, name, uid));
    Backoff backoff(api.pacing());
    for (int tries = 1;; ++tries) {
        const Posted made = post(api, path, body, "create service " + name, stop);
        if (made.object) return {};
        const Error& error = made.object.error();
        if (error.code == ErrorCode::Conflict) {
            SLIPWAY_TRY(const ApiAnswer found,
                        api.ask({.path = resourcePath("v1", write.nameSpace, "services", name)},
                                "read service " + name, stop));
            SLIPWAY_TRY(const JobView there, parseJob(found.body));  // only its metadata is looked at
            if (isOurs(there, write.submission)) return {};
            return anothers("service", name);
        }
        if (made.isForGood || tries == kMaxCreateTries) return error;
        if (!backoff.wait(stop)) return Error{ErrorCode::Cancelled, "cancelled", "", ""};
    }
}

void markPlace(RunRecord& record, const TargetInfo& info) {
    record.remote[kRemoteKind] = "kubernetes";
    record.remote[kRemoteNameSpace] = info.nameSpace;
    record.remote[kRemoteQueue] = info.queue;
    record.remote[kRemoteName] = record.id.str();
}

void adopt(RunRecord& record, const FoundJob& job) {
    record.remote[kRemoteUid] = job.uid;
    std::string warnings;
    for (const std::string& warning : job.warnings) warnings += (warnings.empty() ? "" : "\n") + warning;
    if (!warnings.empty()) record.remote[kRemoteWarnings] = warnings;
    // A second call must not undo what an observer has seen since.
    if (record.status.state == RunState::Draft || record.status.state == RunState::Preparing)
        record.status = {RunState::Queued, ""};
}

Result<RunRecord> reconcile(ApiClient& api, const TargetInfo& info, const RunFolder& folder,
                            std::stop_token stop) {
    SLIPWAY_TRY(const bool isUnderWay, folder.isBeingSubmitted());
    if (isUnderWay) return folder.record();
    // Of several who look, one settles it; the submitter is gone, so nobody else wants this lock for long.
    SLIPWAY_TRY(const auto lock, FileLock::tryAcquire(folder.submitLock()));
    SLIPWAY_TRY(const RunRecord record, folder.record());
    if (!lock || isFinal(record.status.state) || record.remote.contains(kRemoteUid)) return record;
    const std::string name = record.id.str();
    const Timestamp asked = api.pacing().now();
    const auto job = findJob(api, info.nameSpace, name, submissionOf(record), stop);
    if (!job && job.error().code == ErrorCode::NotFound && mayArrive(record, asked)) {
        if (record.status.reason == kNotYet) return record;
        return folder.update([](RunRecord& r) { r.status = {RunState::Preparing, kNotYet}; });
    }
    if (!job && job.error().code == ErrorCode::NotFound)
        return ended(folder, "the submission was ended before the cluster had the job");
    if (!job && job.error().code == ErrorCode::Conflict) return ended(folder, job.error().message);
    if (!job) return job.error();
    if (job->isDeleting) {
        // Its observer tells the end.
    } else if (record.isCancelRequested) {
        SLIPWAY_CHECK(deleteJob(api, info.nameSpace, name, stop));
    } else {
        SLIPWAY_CHECK(completeJob(api, info, folder, record, job->uid, stop));
    }
    return folder.update([&](RunRecord& r) {
        markPlace(r, info);
        adopt(r, *job);
    });
}

}  // namespace slipway::kube
