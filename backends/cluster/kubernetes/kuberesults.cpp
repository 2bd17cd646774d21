// SPDX-License-Identifier: Apache-2.0
// The model comes from the registry the agent pushed it to, checked against the digests its events told. Where nobody heard them
// (the pod went with its node, say), what the registry has under the run's own name is the result, and is noted as if told.
#include "backends/cluster/eventshome.h"
#include "backends/cluster/kubernetes/kubetarget.h"
#include "backends/cluster/toldresult.h"
#include "backends/events/eventcodec.h"
#include "backends/image/modelartifact.h"
#include "backends/runs/verifiedfiles.h"

#include <algorithm>

namespace slipway::kube {
namespace {

class KubeResultSource final : public ResultSource {
public:
    explicit KubeResultSource(std::shared_ptr<HttpClient> http) : m_http(std::move(http)) {}

    Result<void> fetch(const RunFolder& folder, const std::function<void(Bytes, Bytes)>& progress,
                       std::stop_token stop) override {
        SLIPWAY_TRY(const RunRecord record, folder.record());
        SLIPWAY_TRY(const ToldResult told, readToldResult(folder));
        const bool isTold = !told.result().reference.empty();
        const std::string& reference = isTold ? told.result().reference : record.resultReference;
        const bool isWorthAsking = isTold || (isFinal(record.status.state) && !told.isWhole());
        if (reference.empty() || !isWorthAsking) return none(record);
        const auto tell = [&](const TransferProgress& p) { progress(p.done, p.total); };
        const bool isPlainHttp =
            record.remote.contains(kRemotePlainHttp) && !reference.starts_with("http://");
        const std::string source = (isPlainHttp ? "http://" : "") + reference;
        const auto files = pullModel(source, folder.resultFolder(), *m_http, tell, stop);
        if (!files)
            return !isTold && files.error().code == ErrorCode::NotFound ? none(record) : files.error();
        if (const auto compared = isTold ? compare(told.result().files, *files, reference) : Result<void>();
            !compared) {
            SLIPWAY_CHECK(forgetVerified(folder.resultFolder()));
            return compared.error();
        }
        SLIPWAY_CHECK(keepVerified(folder.resultFolder(), *files));
        SLIPWAY_CHECK(fetchLostEvents(folder, source, *m_http, stop));
        return isTold ? Result<void>() : note(folder, record, {{files->begin(), files->end()}, reference});
    }

private:
    static Error none(const RunRecord& record) {
        return {ErrorCode::NotFound, "run " + record.id.str() + " has saved no result", record.status.reason,
                isFinal(record.status.state) ? "Look at its log" : "Wait until it has ended"};
    }

    // So that everybody knows from now on what it holds.
    static Result<void> note(const RunFolder& folder, const RunRecord& record, ResultEvent result) {
        SLIPWAY_TRY(const ToldResult told, readToldResult(folder));
        const int attempt = told.attempt();
        SLIPWAY_TRY(EventWriter writer, EventWriter::open(folder));
        std::uint64_t seq = writer.lastSeq(attempt, 0);
        for (EventBody& piece : splitBody(std::move(result)))
            SLIPWAY_CHECK(writer.append({record.id, attempt, 0, ++seq, now(), std::move(piece)}));
        return writer.flush();
    }

    static Result<void> compare(const std::vector<ResultFile>& told, const std::vector<StampedFile>& pulled,
                                const std::string& reference) {
        for (const ResultFile& file : told) {
            const auto it = std::find_if(pulled.begin(), pulled.end(),
                                         [&](const ResultFile& other) { return other.path == file.path; });
            if (it != pulled.end() && it->digest == file.digest) continue;
            return Error{ErrorCode::Corrupt,
                         "the result at " + reference + " is not what the run saved: " + file.path +
                             (it == pulled.end() ? " is missing" : " differs"),
                         "", "Look who else writes to that repository"};
        }
        return {};
    }

    std::shared_ptr<HttpClient> m_http;
};

}  // namespace

std::shared_ptr<ResultSource> makeKubeResultSource(std::shared_ptr<HttpClient> http) {
    return std::make_shared<KubeResultSource>(std::move(http));
}

Target makeKubernetesTarget(TargetInfo info, std::shared_ptr<ApiClient> api,
                            std::shared_ptr<HttpClient> http) {
    Target target;
    target.submitter = makeKubeSubmitter(info, api);
    target.observer = makeKubeObserver(info, api, http);
    target.results = makeKubeResultSource(std::move(http));
    target.info = std::move(info);
    return target;
}

}  // namespace slipway::kube
