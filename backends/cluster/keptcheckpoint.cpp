// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/keptcheckpoint.h"

#include "backends/cluster/eventshome.h"
#include "backends/cluster/kubernetes/kubetarget.h"
#include "backends/image/modelartifact.h"
#include "backends/runs/verifiedfiles.h"
#include "backends/supervise/agentplan.h"

namespace slipway {
namespace {

// A run elsewhere sent its result to a registry, which is there without the cluster and its kubeconfig.
Result<std::shared_ptr<ResultSource>> resultsOf(const TargetSettings& settings, const RunRecord& record) {
    if (record.remote.contains(kube::kRemoteKind)) return kube::makeKubeResultSource(settings.http);
    SLIPWAY_TRY(const Target target, openTargetOf(settings, record));
    if (!target.results) return Error{ErrorCode::InvalidArgument, "this target keeps no results", "", ""};
    return target.results;
}

}  // namespace

Result<RunFolder> checkpointSource(const RunStore& store, const RunFolder& run) {
    SLIPWAY_TRY(const RunRecord record, run.record());
    if (record.remote.contains(kube::kRemoteKind) || run.hasCheckpoint()) return run;
    if (record.resumedFrom) {
        SLIPWAY_TRY(const RunFolder before, store.folder(*record.resumedFrom));
        SLIPWAY_TRY(const RunRecord earlier, before.record());
        if (earlier.number < record.number) return checkpointSource(store, before);
    }
    if (record.status.state == RunState::Interrupted) return run;  // its program keeps it elsewhere
    return Error{ErrorCode::NotFound, "run #" + std::to_string(record.number) + " kept no checkpoint",
                 record.status.reason, "Start the job anew"};
}

bool isResumable(const RunStore& store, const RunFolder& run) {
    const auto record = run.record();
    if (!record || !isFinal(record->status.state) || record->status.state == RunState::Succeeded)
        return false;
    if (record->remote.contains(kube::kRemoteKind))
        return record->status.state == RunState::Interrupted ||
               record->remote.contains(kube::kRemoteCheckpoint);
    return checkpointSource(store, run).hasValue();
}

Result<void> fetchCheckpoint(const TargetSettings& settings, const RunFolder& folder,
                             const ProgressCallback& progress, std::stop_token stop) {
    SLIPWAY_TRY(const RunRecord record, folder.record());
    if (!record.remote.contains(kube::kRemoteKind)) return {};
    const Error none{ErrorCode::NotFound,
                     "run #" + std::to_string(record.number) + " kept no checkpoint outside its pods",
                     record.status.reason, "Submit the job anew"};
    const auto told = record.remote.find(kube::kRemoteCheckpoint);
    // Perhaps nobody listened when the agent told of it; its place is known all the same.
    if (told == record.remote.end() && record.resultReference.empty()) return none;
    const std::string reference =
        told == record.remote.end() ? record.resultReference + kCheckpointSuffix : told->second;
    const bool isPlainHttp = record.remote.contains(kube::kRemotePlainHttp);
    const std::string source = (isPlainHttp ? "http://" : "") + reference;
    const auto pulled = pullModel(source, folder.checkpointFolder(), *settings.http, progress, stop);
    if (pulled) {
        SLIPWAY_CHECK(keepVerified(folder.checkpointFolder(), *pulled));
        return fetchLostEvents(folder, source, *settings.http, stop);
    }
    const bool isNone = told == record.remote.end() && pulled.error().code == ErrorCode::NotFound;
    return isNone ? none : pulled.error();
}

Result<KeptWork> fetchKept(const TargetSettings& settings, const RunFolder& folder,
                           const ProgressCallback& progress, const std::stop_token& stop) {
    SLIPWAY_TRY(const RunRecord record, folder.record());
    SLIPWAY_TRY(const auto results, resultsOf(settings, record));
    const std::string number = std::to_string(record.number);
    const auto tell = [&](Bytes done, Bytes total) { progress({"result of #" + number, done, total}); };
    const Result<void> fetched = results->fetch(folder, tell, stop);
    if (fetched) return KeptWork{folder.resultFolder()};
    if (fetched.error().code != ErrorCode::NotFound) return fetched.error();
    if (!isFinal(record.status.state)) {
        return Error{ErrorCode::Conflict,
                     "run #" + number + " is still " + std::string(runStateName(record.status.state)),
                     record.status.reason,
                     "Follow it with: slipway watch " + number + "; fetch its result when it has ended"};
    }
    const Result<void> checkpoint = fetchCheckpoint(settings, folder, progress, stop);
    if (checkpoint && folder.hasCheckpoint())
        return KeptWork{folder.checkpointFolder(), true, record.remote.contains(kube::kRemoteKind)};
    return checkpoint || checkpoint.error().code == ErrorCode::NotFound ? fetched.error()
                                                                        : checkpoint.error();
}

}  // namespace slipway
