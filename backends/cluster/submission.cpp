// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/submission.h"

#include "backends/cluster/keptcheckpoint.h"
#include "backends/cluster/kubernetes/kubetarget.h"
#include "backends/image/codesnapshot.h"
#include "backends/platform/filelock.h"
#include "backends/platform/stoppablewait.h"
#include "backends/runs/codediff.h"
#include "backends/runs/importedrun.h"
#include "backends/spec/clusterprofile.h"
#include "backends/spec/localfiles.h"
#include "backends/spec/preferencefile.h"
#include "backends/spec/specdocument.h"

#include <chrono>
#include <thread>

namespace slipway {
namespace {

constexpr std::string_view kPlainHttp = "http://";

struct Destination {
    std::string image;   // "[http://]registry/prefix/job:tag"
    std::string result;  // "registry/prefix/job:model-<run>"
    bool isPlainHttp = false;
    std::string secret;
};

Result<ClusterProfile> profileOf(const TargetSettings& settings, const TargetInfo& target) {
    return loadProfile(profileFile(settings.home, target.context, target.nameSpace));
}

// Where images go that are not said to go elsewhere: the namespace's registry, else that of the settings; empty: not known.
Result<std::string> usualRegistry(const TargetSettings& settings, const ClusterProfile& profile) {
    if (!profile.registry.empty()) return profile.registry;
    SLIPWAY_TRY(const ParameterValues preferences, loadPreferences(settings.home));
    return textValue(preferences, "registry");
}

Result<Destination> destination(const TargetSettings& settings, const TargetInfo& target,
                                const SubmissionRequest& request, const RunId& run) {
    SLIPWAY_TRY(const ClusterProfile profile, profileOf(settings, target));
    std::string base = request.registry;
    if (base.empty()) {
        SLIPWAY_TRY(base, usualRegistry(settings, profile));
    }
    if (base.empty()) {
        return Error{
            ErrorCode::InvalidArgument, "no registry is known for " + target.id.str(), "",
            "Name one that you can push to and the cluster can pull from, HOST/REPOSITORY: here after --registry, in the window above Submit"};
    }
    while (base.ends_with('/')) base.pop_back();
    const bool isPlainHttp = base.starts_with(kPlainHttp);
    const std::string bare = isPlainHttp ? base.substr(kPlainHttp.size()) : base;
    return Destination{base + "/" + request.job.name + ":latest",
                       bare + "/" + request.job.name + ":model-" + run.str(), isPlainHttp,
                       profile.registrySecret};
}

// True when the profile changed.
Result<bool> rememberRegistry(const TargetSettings& settings, const TargetInfo& target,
                              const SubmissionRequest& request) {
    SLIPWAY_TRY(ClusterProfile profile, profileOf(settings, target));
    if (!request.isRegistryRemembered || request.registry.empty() || request.registry == profile.registry)
        return false;
    profile.registry = request.registry;
    SLIPWAY_CHECK(saveProfile(profile, profileFile(settings.home, target.context, target.nameSpace)));
    return true;
}

// What the run folder shows when something on the way failed; the error itself goes back to the caller. Where the target may
// have the run all the same (the submitter left in the record where to look), it is not over: an observer settles that.
Error recorded(const RunFolder& folder, Error error) {
    const auto kept = folder.update([&](RunRecord& record) {
        const bool isCancelled = error.code == ErrorCode::Cancelled;
        if (record.remote.contains(kube::kRemoteUid)) return;
        if (!record.remote.empty()) {
            record.status = {RunState::Preparing, "the cluster did not answer; it may have the job"};
            return;
        }
        record.status = {isCancelled ? RunState::Cancelled : RunState::Failed, error.message};
        record.ended = now();
    });
    if (!kept) error.detail += (error.detail.empty() ? "" : "; ") + describe(kept.error());
    return error;
}

// Stops the submission once a command has asked for the run's cancellation. Its thread lives within the call of submitJob.
class CancelWatch {
public:
    CancelWatch(RunFolder folder, std::stop_token outer)
        : m_outer(std::move(outer), [this] { m_stop.request_stop(); }),
          m_thread([this, run = std::move(folder)](std::stop_token end) { watch(run, end); }) {}
    std::stop_token token() const { return m_stop.get_token(); }

private:
    void watch(const RunFolder& folder, const std::stop_token& end) {
        while (waitUnlessStopped(kLook, end)) {
            const auto record = folder.record();
            if (!record || !record->isCancelRequested) continue;
            m_stop.request_stop();
            return;
        }
    }

    static constexpr std::chrono::milliseconds kLook{300};
    std::stop_source m_stop;
    std::stop_callback<std::function<void()>> m_outer;
    std::jthread m_thread;
};

Result<Submission> submitInto(const TargetSettings& settings, const Target& target,
                              const SubmissionRequest& request, const RunFolder& folder,
                              const ProgressCallback& progress, std::stop_token stop) {
    Submission done;
    done.folder = folder;
    SubmitRequest submit;
    submit.folder = folder;
    submit.job = request.job;
    if (target.info.kind != "machine") {
        SLIPWAY_TRY(const RunRecord record, folder.record());
        SLIPWAY_TRY(const Destination to, destination(settings, target.info, request, record.id));
        const PackageRequest package = packageRequest(settings, request.job, request.jobFolder);
        SLIPWAY_TRY(const PackagedImage image, buildImage(package, *settings.http, progress, stop));
        SLIPWAY_TRY(done.push, pushImage(image, to.image, *settings.http, progress, stop));
        SLIPWAY_TRY(done.isRegistryNew, rememberRegistry(settings, target.info, request));
        SLIPWAY_TRY(const RunRecord pushed,
                    folder.update([&](RunRecord& r) { r.image = done.push->reference; }));
        submit.image = pushed.image;
        submit.resultReference = to.result;
        submit.isResultPlainHttp = to.isPlainHttp;
        submit.registrySecret = to.secret;
    }
    SLIPWAY_TRY(done.record, target.submitter->submit(submit, stop));
    return done;
}

// Before anything is packaged or pushed: a server or a registry that is away, or that refuses this user, is told at once.
Result<void> ask(const TargetSettings& settings, const Target& target, const SubmissionRequest& request,
                 const ProgressCallback& progress, std::stop_token stop) {
    if (target.info.kind == "machine") return {};
    SLIPWAY_TRY(const Destination to, destination(settings, target.info, request, RunId("preview")));
    progress({"asking " + target.info.id.str(), {}, {}});
    auto asked = target.submitter->ask(request.job, stop);
    if (!asked) {
        Error error = std::move(asked).error();
        error.message = "cannot submit to " + target.info.id.str() + ": " + error.message;
        return error;
    }
    return askRegistry(to.image, *settings.http, std::move(stop));
}

}  // namespace

Result<std::string> rememberedRegistry(const TargetSettings& settings, const TargetInfo& target) {
    if (target.kind == "machine") return std::string();
    SLIPWAY_TRY(const ClusterProfile profile, profileOf(settings, target));
    return usualRegistry(settings, profile);
}

std::filesystem::path packageCache(const TargetSettings& settings) {
    return settings.home / "cache" / "layers";
}

PackageRequest packageRequest(const TargetSettings& settings, JobSpec job, std::filesystem::path jobFolder) {
    const auto module = settings.agent.parent_path() / "python" / "slipway.py";
    std::error_code failure;
    return {
        std::move(job),         std::move(jobFolder),
        settings.agent,         settings.runner,
        packageCache(settings), std::filesystem::exists(module, failure) ? module : std::filesystem::path{}};
}

Result<JobSpec> jobOf(const RunFolder& folder) {
    const auto record = folder.record();
    if (record && isImported(*record)) {
        return Error{ErrorCode::InvalidArgument,
                     "run #" + std::to_string(record->number) + " was imported from " +
                         record->remote.at(kImportedFrom) + " and has no job",
                     "", "Write one with: slipway new"};
    }
    return loadJob(folder.jobFile(), {});
}

Result<Submission> submitJob(const TargetSettings& settings, const SubmissionRequest& request,
                             const ProgressCallback& progress, std::stop_token stop) {
    SLIPWAY_TRY(const Target target, openTarget(settings, request.target));
    if (request.resumeFrom && target.info.kind != "machine") {
        return Error{ErrorCode::InvalidArgument,
                     "a checkpoint of this machine cannot be resumed in a cluster yet", "",
                     "Resume it here, or submit the job anew"};
    }
    // What only the user can mend is said before a run is made of it.
    SLIPWAY_CHECK(
        isAllThere(request.job, request.jobFolder,
                   target.info.kind == "machine" ? NeededFiles::ForRunHere : NeededFiles::ForPackage));
    if (target.info.kind != "machine") SLIPWAY_CHECK(checkPackable(request.job));
    SLIPWAY_CHECK(ask(settings, target, request, progress, stop));
    SLIPWAY_TRY(const RunStore store, RunStore::open(settings.home));
    if (request.resumeFrom) {
        SLIPWAY_TRY(const RunFolder before, store.folder(*request.resumeFrom));
        SLIPWAY_TRY(const RunFolder source, checkpointSource(store, before));
        SLIPWAY_CHECK(fetchCheckpoint(settings, source, progress, stop));
    }
    SLIPWAY_TRY(const RunFolder folder, store.create(request.job, request.jobFolder, target.info.id));
    SLIPWAY_TRY(const FileLock lock, FileLock::acquire(folder.submitLock(), kStartWindow, stop));
    // For comparisons only: a run goes on without it.
    static_cast<void>(keepCode(request.job, request.jobFolder, codeFolder(folder)));
    SLIPWAY_TRY([[maybe_unused]] const RunRecord made, folder.update([&](RunRecord& record) {
        record.resumedFrom = request.resumeFrom;
        record.jobFileName = request.jobFileName;
    }));
    const CancelWatch watch(folder, stop);
    auto submitted = submitInto(settings, target, request, folder, progress, watch.token());
    if (!submitted) return recorded(folder, std::move(submitted).error());
    return submitted;
}

Result<void> cancelRun(const TargetSettings& settings, const RunFolder& folder, std::stop_token stop) {
    SLIPWAY_TRY(const RunRecord record, folder.record());
    if (isFinal(record.status.state)) return {};
    SLIPWAY_TRY(const std::optional<Target> target, findTarget(settings, record.target));
    if (target) {
        const bool isTaken = record.remote.contains(kube::kRemoteUid);
        auto cancelled = target->submitter->cancel(folder, stop);
        if (cancelled || isTaken || !isUnanswered(cancelled.error())) return cancelled;
        Error error = std::move(cancelled).error();
        error.message = "run #" + std::to_string(record.number) + " is cancelled when " +
                        record.target.str() + " answers again, which it does not now: " + error.message;
        return error;
    }
    SLIPWAY_TRY(const bool isUnderWay, folder.isBeingSubmitted());
    SLIPWAY_TRY(const RunRecord left, folder.update([&](RunRecord& r) {
        // The cluster has it, perhaps only since a moment ago.
        if (isFinal(r.status.state) || r.remote.contains(kube::kRemoteUid)) return;
        r.isCancelRequested = true;
        if (isUnderWay) return;  // its submitter sees it
        r.status = {RunState::Cancelled, ""};
        // Nobody can be asked any more.
        if (!r.remote.empty())
            r.status = {RunState::Lost, "no kubeconfig names " + r.target.str() +
                                            " now; its cluster may have the job " + r.id.str()};
        r.ended = now();
    }));
    if (isFinal(left.status.state) || !left.remote.contains(kube::kRemoteUid)) return {};
    return openTargetOf(settings, left).error();
}

Result<std::string> previewJob(const TargetSettings& settings, const SubmissionRequest& request) {
    SLIPWAY_TRY(const Target target, openTarget(settings, request.target));
    SubmitRequest submit;
    submit.job = request.job;
    if (target.info.kind != "machine") {
        SLIPWAY_TRY(const Destination to, destination(settings, target.info, request, RunId("preview")));
        submit.image = to.isPlainHttp ? to.image.substr(kPlainHttp.size()) : to.image;
        submit.resultReference = to.result;
        submit.isResultPlainHttp = to.isPlainHttp;
        submit.registrySecret = to.secret;
    }
    return target.submitter->preview(submit);
}

}  // namespace slipway
