// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/keptcheckpoint.h"

#include "backends/cluster/kubernetes/kubetarget.h"
#include "backends/image/modelartifact.h"
#include "backends/supervise/agentplan.h"

namespace slipway {

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
    const auto pulled = pullModel((isPlainHttp ? "http://" : "") + reference, folder.checkpointFolder(),
                                  *settings.http, progress, std::move(stop));
    if (pulled) return {};
    const bool isNone = told == record.remote.end() && pulled.error().code == ErrorCode::NotFound;
    return isNone ? none : pulled.error();
}

}  // namespace slipway
