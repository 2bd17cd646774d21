// SPDX-License-Identifier: Apache-2.0
// Exactly once: the run's id is the Job's name, so the server itself refuses a second one; a lost answer is settled by looking.
#include "backends/cluster/kubernetes/accessreview.h"
#include "backends/cluster/kubernetes/dryrun.h"
#include "backends/cluster/kubernetes/kubetarget.h"
#include "backends/cluster/kubernetes/reconcile.h"
#include "backends/cluster/kubernetes/writers/jobwriter.h"
#include "backends/cluster/kubernetes/yamltext.h"

namespace slipway::kube {
namespace {

// What the requests for a Job may have left in the cluster.
struct Sent {
    bool mayExist = false;  // the Job is there, or may come to be
    // A request got no answer that says: it may be carried out even after the server said that there is no such Job.
    bool isOpen = false;
};

class KubeSubmitter final : public Submitter {
public:
    KubeSubmitter(TargetInfo info, std::shared_ptr<ApiClient> api)
        : m_info(std::move(info)),
          m_api(std::move(api)) {}

    Result<RunRecord> submit(const SubmitRequest& request, std::stop_token stop) override {
        SLIPWAY_TRY(const RunRecord record, request.folder.record());
        // Submitted long ago, perhaps ended and gone from the cluster since: never anew.
        if (record.remote.contains(kRemoteUid)) return record;
        if (record.isCancelRequested)
            return Error{ErrorCode::Cancelled, "the run was cancelled before it was submitted", "", ""};
        const WriteRequest write = writeRequest(request, record.id, submissionOf(record));
        SLIPWAY_TRY(const JobManifest manifest, writeJobManifest(write));
        // Told before anything is sent, so that whoever finds this run later can look for its Job.
        SLIPWAY_TRY(const RunRecord told, request.folder.update([&](RunRecord& r) { fill(r, request); }));
        Sent sent;
        auto created = create(request.folder, write, manifest, sent, stop);
        if (!created) {
            // An open question stays in the record for reconcile(); what was refused or called off is not wanted any more.
            const bool isWanted = isUnanswered(created.error());
            SLIPWAY_TRY(const RunRecord left, request.folder.update([&](RunRecord& r) {
                if (!sent.mayExist) r.remote.clear();
                if (sent.mayExist && !isWanted) r.isCancelRequested = true;
            }));
            return std::move(created).error();
        }
        SLIPWAY_TRY(RunRecord done, request.folder.update([&](RunRecord& r) { adopt(r, *created); }));
        if (!done.isCancelRequested) return done;
        SLIPWAY_CHECK(deleteJob(*m_api, m_info.nameSpace, write.run.str(), {}));
        SLIPWAY_TRY(const RunRecord left, request.folder.update([](RunRecord& r) { r.remote.clear(); }));
        return Error{ErrorCode::Cancelled, "the run was cancelled while it was submitted", "", ""};
    }

    Result<void> ask(const JobSpec& job, std::stop_token stop) override {
        return askToCreate(*m_api, m_info.nameSpace, job.replicas > 1, std::move(stop));
    }

    Result<std::string> preview(const SubmitRequest& request) override {
        RunId run(request.job.name + "-preview");
        if (!request.folder.path().empty()) {
            SLIPWAY_TRY(const RunRecord record, request.folder.record());
            run = record.id;
        }
        SLIPWAY_TRY(const JobManifest manifest, writeJobManifest(writeRequest(request, run, run.str())));
        SLIPWAY_TRY(std::string yaml, yamlFromJson(manifest.job));
        if (manifest.service.empty()) return yaml;
        SLIPWAY_TRY(const std::string service, yamlFromJson(manifest.service));
        return yaml + "---\n" + service;
    }

    Result<void> cancel(const RunFolder& folder, std::stop_token stop) override {
        SLIPWAY_TRY(const RunRecord record, folder.record());
        if (isFinal(record.status.state)) return {};
        SLIPWAY_TRY(const RunRecord marked, folder.update([](RunRecord& r) { r.isCancelRequested = true; }));
        // The pods get SIGTERM with their grace period from the garbage collector once their Job is gone.
        const std::string name = marked.id.str();
        const auto job = findJob(*m_api, m_info.nameSpace, name, submissionOf(marked), stop);
        if (job ? job->isDeleting : job.error().code == ErrorCode::NotFound) return {};
        if (!job) return job.error();
        // Else, once it is gone, nobody could tell it from one that may still arrive.
        if (!marked.remote.contains(kRemoteUid)) {
            SLIPWAY_TRY(const RunRecord left, folder.update([&](RunRecord& r) { adopt(r, *job); }));
        }
        return deleteJob(*m_api, m_info.nameSpace, name, stop);
    }

    Result<TargetVerdict> dryRun(const JobSpec& job, std::stop_token stop) override {
        return dryRunJob(*m_api, m_info, job, stop);
    }

private:
    WriteRequest writeRequest(const SubmitRequest& request, const RunId& run,
                              const std::string& submission) const {
        return {request.job,
                run,
                submission,
                m_info.nameSpace,
                m_info.queue,
                request.image,
                request.resultReference,
                request.isResultPlainHttp,
                request.registrySecret};
    }

    // The Job of this submission; NotFound when there is none.
    Result<FoundJob> findOurs(const WriteRequest& write, std::stop_token stop) {
        const std::string name = write.run.str();
        auto found = findJob(*m_api, m_info.nameSpace, name, write.submission, stop);
        if (found && found->isDeleting)
            return Error{ErrorCode::Conflict, "job " + name + " is just being deleted in the cluster", "",
                         "Submit the job again, as a new run"};
        return found;
    }

    // Job and Service, or neither. With an error, `sent` says whether the Job may be there all the same.
    Result<FoundJob> create(const RunFolder& folder, const WriteRequest& write, const JobManifest& manifest,
                            Sent& sent, std::stop_token stop) {
        auto created = createJob(folder, write, manifest.job, sent, stop);
        if (!created) {
            if (sent.mayExist && !isUnanswered(created.error()))
                sent.mayExist = !discard(write) || sent.isOpen;
            return created;
        }
        if (manifest.service.empty()) return created;
        auto service = createService(*m_api, write, manifest.service, created->uid, stop);
        if (service) return created;
        sent.mayExist = !discard(write) || sent.isOpen;
        return std::move(service).error();
    }

    Result<FoundJob> createJob(const RunFolder& folder, const WriteRequest& write, const std::string& body,
                               Sent& sent, std::stop_token stop) {
        const std::string path = resourcePath("batch/v1", m_info.nameSpace, "jobs");
        Backoff backoff(m_api->pacing());
        for (int tries = 1;; ++tries) {
            SLIPWAY_TRY(const RunRecord told, folder.update([&](RunRecord& r) {
                r.remote[kRemoteSent] = formatTimestamp(m_api->pacing().now());
            }));
            const Posted made = post(*m_api, path, body, "create job " + write.run.str(), stop);
            sent.isOpen = sent.isOpen || made.isOpen;
            const bool isConflict = !made.object && made.object.error().code == ErrorCode::Conflict;
            sent.mayExist = sent.mayExist || made.object || isConflict || sent.isOpen;
            if (made.object) return made.object;
            // Before a refusal is told, too: an earlier request may have made the Job.
            if (sent.mayExist) {
                auto found = findOurs(write, stop);
                if (found) return found;
                const ErrorCode code = found.error().code;
                if (code == ErrorCode::Conflict) sent.mayExist = false;
                if (code == ErrorCode::NotFound) sent.mayExist = sent.isOpen;
                if (isConflict || (code != ErrorCode::NotFound && !isUnanswered(found.error()))) return found;
            }
            if (made.isForGood) return made.object;
            if (tries == kMaxCreateTries) {
                Error error = made.object.error();
                if (sent.mayExist)
                    error.hint = "See whether it has the job when it answers again: slipway runs";
                return error;
            }
            if (!backoff.wait(stop)) return Error{ErrorCode::Cancelled, "cancelled", "", ""};
        }
    }

    // Nothing of a failed submission stays behind; false when that is not sure. Not cancellable: it is the way out of a cancelled one.
    bool discard(const WriteRequest& write) {
        const auto found = findOurs(write, {});
        if (!found)
            return found.error().code == ErrorCode::NotFound || found.error().code == ErrorCode::Conflict;
        return deleteJob(*m_api, m_info.nameSpace, write.run.str(), {}).hasValue();
    }

    void fill(RunRecord& record, const SubmitRequest& request) const {
        record.image = request.image;
        record.resultReference = request.resultReference;
        markPlace(record, m_info);
        if (request.isResultPlainHttp) record.remote[kRemotePlainHttp] = "1";
    }

    TargetInfo m_info;
    std::shared_ptr<ApiClient> m_api;
};

}  // namespace

std::shared_ptr<Submitter> makeKubeSubmitter(TargetInfo info, std::shared_ptr<ApiClient> api) {
    return std::make_shared<KubeSubmitter>(std::move(info), std::move(api));
}

}  // namespace slipway::kube
