// SPDX-License-Identifier: Apache-2.0
// The model comes from the registry the agent pushed it to, checked against the digests its events told.
#include "backends/cluster/kubernetes/kubetarget.h"
#include "backends/cluster/toldresult.h"
#include "backends/image/modelartifact.h"
#include "backends/runs/verifiedfiles.h"

#include <algorithm>

namespace slipway::kube {
namespace {

Result<ResultEvent> toldResult(const RunFolder& folder) {
    ToldResult told;
    EventReader reader(folder);
    for (;;) {
        SLIPWAY_TRY(const std::vector<Event> events, reader.next());
        if (events.empty()) return told.result();
        for (const Event& event : events) told.note(event);
    }
}

class KubeResultSource final : public ResultSource {
public:
    explicit KubeResultSource(std::shared_ptr<HttpClient> http) : m_http(std::move(http)) {}

    Result<void> fetch(const RunFolder& folder, const std::function<void(Bytes, Bytes)>& progress,
                       std::stop_token stop) override {
        SLIPWAY_TRY(const RunRecord record, folder.record());
        SLIPWAY_TRY(const ResultEvent result, toldResult(folder));
        if (result.reference.empty()) {
            return Error{ErrorCode::NotFound, "run " + record.id.str() + " has saved no result",
                         record.status.reason,
                         isFinal(record.status.state) ? "Look at its log" : "Wait until it has ended"};
        }
        std::string reference = result.reference;
        if (record.remote.contains(kRemotePlainHttp) && !reference.starts_with("http://"))
            reference = "http://" + reference;
        const auto tell = [&](const TransferProgress& p) { progress(p.done, p.total); };
        SLIPWAY_TRY(const std::vector<StampedFile> files,
                    pullModel(reference, folder.resultFolder(), *m_http, tell, stop));
        if (const auto compared = compare(result.files, files, reference); !compared) {
            SLIPWAY_CHECK(forgetVerified(folder.resultFolder()));
            return compared.error();
        }
        return keepVerified(folder.resultFolder(), files);
    }

private:
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
    target.observer = makeKubeObserver(info, api);
    target.results = makeKubeResultSource(std::move(http));
    target.info = std::move(info);
    return target;
}

}  // namespace slipway::kube
