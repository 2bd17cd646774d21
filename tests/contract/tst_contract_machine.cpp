// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/machine/machinetarget.h"

#include "contractcases.h"
#include "programjob.h"
#include "testpaths.h"

using namespace slipway;

namespace {

class MachineContract final : public ContractTarget {
public:
    MachineContract() {
        m_settings.home = home();
        m_settings.agent = std::filesystem::path(kBinDir) / "slipway-agent";
        m_settings.runner = std::filesystem::path(kBinDir) / "slipway-runner";
    }
    Target open() override { return makeMachineTarget(m_settings); }
    std::filesystem::path home() const override { return m_home.path().toStdString(); }
    JobSpec job(JobKind kind, int replicas) override { return programJob(kind, replicas); }
    Result<SubmitRequest> request(const RunFolder& folder, const JobSpec& job) override {
        SubmitRequest request;
        request.folder = folder;
        request.job = job;
        return request;
    }
    std::optional<int> count(const RunRecord&) override { return std::nullopt; }

private:
    QTemporaryDir m_home;
    TargetSettings m_settings;
};

}  // namespace

class tst_Contract_Machine : public ContractCases {
    Q_OBJECT
protected:
    std::unique_ptr<ContractTarget> make(std::string&) override {
        return std::make_unique<MachineContract>();
    }
};
QTEST_GUILESS_MAIN(tst_Contract_Machine)
#include "tst_contract_machine.moc"
