// SPDX-License-Identifier: Apache-2.0
#include "contractcases.h"
#include "faketarget.h"

using namespace slipway;

namespace {

class FakeContract final : public ContractTarget {
public:
    FakeContract() {
        m_cluster->setBehaviour("fails", FakeBehaviour::Fails);
        m_cluster->setBehaviour("waits", FakeBehaviour::Waits);
    }
    Target open() override { return makeFakeTarget(m_cluster); }
    std::filesystem::path home() const override { return m_home.path().toStdString(); }
    JobSpec job(JobKind kind, int replicas) override {
        JobSpec job;
        job.name = nameOf(kind);
        job.work = ProgramSpec{{"true"}};
        job.replicas = replicas;
        return job;
    }
    Result<SubmitRequest> request(const RunFolder& folder, const JobSpec& job) override {
        SubmitRequest request;
        request.folder = folder;
        request.job = job;
        m_before = m_cluster->count();
        return request;
    }
    std::optional<int> count(const RunRecord&) override { return m_cluster->count() - m_before; }

private:
    QTemporaryDir m_home;
    std::shared_ptr<FakeCluster> m_cluster = std::make_shared<FakeCluster>();
    int m_before = 0;
};

}  // namespace

class tst_Contract_Fake : public ContractCases {
    Q_OBJECT
protected:
    std::unique_ptr<ContractTarget> make(std::string&) override { return std::make_unique<FakeContract>(); }
};
QTEST_GUILESS_MAIN(tst_Contract_Fake)
#include "tst_contract_fake.moc"
