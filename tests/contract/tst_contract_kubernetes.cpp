// SPDX-License-Identifier: Apache-2.0
// The contract on a real cluster, as its namespace's user, through a Kueue queue.
#include "backends/cluster/kubernetes/access.h"
#include "backends/cluster/kubernetes/apiclient.h"
#include "backends/cluster/kubernetes/objects.h"

#include "clusterfixture.h"
#include "contractcases.h"
#include "programjob.h"

#include <algorithm>

using namespace slipway;

namespace {

class KubernetesContract final : public ContractTarget {
public:
    explicit KubernetesContract(std::unique_ptr<ClusterFixture> cluster) : m_cluster(std::move(cluster)) {}

    Target open() override {
        auto target = openTarget(m_cluster->settings(), m_cluster->target());
        if (!target) qFatal("%s", describe(target.error()).c_str());
        return *std::move(target);
    }
    std::filesystem::path home() const override { return m_cluster->home.path().toStdString(); }
    JobSpec job(JobKind kind, int replicas) override {
        return m_cluster->onImage(programJob(kind, replicas));
    }
    Result<SubmitRequest> request(const RunFolder& folder, const JobSpec& job) override {
        return m_cluster->request(folder, job);
    }
    std::optional<int> count(const RunRecord& record) override {
        const auto jobs = api().list(kube::resourcePath("batch/v1", "team-a", "jobs"),
                                     "labelSelector=" + percentEncode("slipway.dev/run=" + record.id.str()),
                                     "count jobs", {});
        return jobs ? std::optional(static_cast<int>(jobs->items.size())) : std::nullopt;
    }

    // The pods go, as with their node; the Job stays.
    bool hasEndedUnheard(const RunFolder& folder) override {
        kube::ApiClient client = api();
        const std::string name = folder.record()->id.str();
        const auto jobs = client.list(kube::resourcePath("batch/v1", "team-a", "jobs"),
                                      "fieldSelector=metadata.name%3D" + name, "read the job", {});
        const auto job = jobs && !jobs->items.empty() ? kube::parseJob(jobs->items.front())
                                                      : Result<kube::JobView>(Error{});
        const bool isComplete =
            job && std::any_of(job->conditions.begin(), job->conditions.end(), [](const auto& condition) {
                return condition.type == "Complete" && condition.isTrue;
            });
        if (!isComplete) return false;
        const std::string path = kube::resourcePath("v1", "team-a", "pods");
        const std::string query = "labelSelector=batch.kubernetes.io%2Fjob-name%3D" + name;
        const auto deleted = client.call(
            {.method = "DELETE", .path = std::string(path).append("?").append(query), .body = ""}, {});
        const auto pods = client.list(path, query, "read the pods", {});
        return deleted && deleted->isOk() && pods && pods->items.empty();
    }

private:
    kube::ApiClient api() const {
        const auto config = kube::loadKubeconfig(m_cluster->settings().kubeconfig);
        return kube::ApiClient(m_cluster->http, *kube::Access::open(*config, config->currentContext));
    }

    std::unique_ptr<ClusterFixture> m_cluster;
};

}  // namespace

class tst_Contract_Kubernetes : public ContractCases {
    Q_OBJECT
protected:
    std::unique_ptr<ContractTarget> make(std::string& reason) override {
        auto cluster = ClusterFixture::find(reason);
        return cluster ? std::make_unique<KubernetesContract>(std::move(cluster)) : nullptr;
    }
};
QTEST_GUILESS_MAIN(tst_Contract_Kubernetes)
#include "tst_contract_kubernetes.moc"
