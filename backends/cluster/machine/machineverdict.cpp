// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "backends/cluster/machine/machinetarget.h"
#include "backends/core/jobneeds.h"
#include "backends/core/units.h"
#include "backends/devices/gpunames.h"
#include "backends/platform/process.h"

namespace slipway {
namespace {

std::string ranksText(int replicas) { return replicas == 1 ? "" : " for " + counted(replicas, "rank"); }

}  // namespace

MachineCapacity machineCapacity() {
    MachineCapacity capacity;
    capacity.cpu.count = std::int64_t{usableCores()} * 1000;
    const std::int64_t pages = ::sysconf(_SC_PHYS_PAGES), size = ::sysconf(_SC_PAGESIZE);
    capacity.memory.count = pages > 0 && size > 0 ? pages * size : 0;
    capacity.gpus = static_cast<int>(visibleGpus().size());
    return capacity;
}

TargetInfo machineInfo() {
    const MachineCapacity capacity = machineCapacity();
    const std::int64_t cores = capacity.cpu.count / 1000;
    TargetInfo info;
    info.id = TargetId("here");
    info.label = "This machine";
    info.kind = "machine";
    info.detail = counted(cores, "core") + ", " + binarySize(capacity.memory) +
                  (capacity.gpus == 0 ? ", no GPU" : ", " + std::to_string(capacity.gpus) + " GPU");
    return info;
}

TargetVerdict machineVerdict(const JobSpec& job, const MachineCapacity& capacity,
                             const std::map<std::string, std::string>& environment) {
    TargetVerdict verdict;
    verdict.target = TargetId("here");
    verdict.verdict = Verdict::Never;
    for (const UnmetNeed& need : unmetHere(job, environment))
        verdict.reason += (verdict.reason.empty() ? "" : "\n") + need.message + "; " + need.nextStep;
    if (!verdict.reason.empty()) return verdict;
    const Resources& needs = job.resources;
    const std::int64_t cpu = needs.cpu.count * job.replicas, memory = needs.memory.count * job.replicas;
    const std::int64_t gpus = std::int64_t{needs.gpus} * job.replicas;
    if (memory > capacity.memory.count) {
        verdict.reason = "asks for " + binarySize(Bytes{memory}) + ranksText(job.replicas) + "; " +
                         binarySize(capacity.memory) + " are here";
        const std::int64_t each = capacity.memory.count / job.replicas >> 30;
        if (each >= 1) {
            verdict.suggestions.push_back({std::to_string(each) + " GiB a rank fit",
                                           "resources.memory=" + std::to_string(each) + "Gi"});
        }
        return verdict;
    }
    if (gpus > capacity.gpus) {
        verdict.reason = "asks for " + counted(gpus, "GPU") + "; " +
                         (capacity.gpus == 1 ? "1 is here" : std::to_string(capacity.gpus) + " are here");
        if (job.train() != nullptr) verdict.suggestions.push_back({"trains on the CPU", "resources.gpus=0"});
        return verdict;
    }
    verdict.verdict = Verdict::Now;
    if (cpu > capacity.cpu.count) {
        verdict.reason = "slower: asks for " + quantity(MilliCpu{cpu}) + " cores" + ranksText(job.replicas) +
                         "; " + quantity(capacity.cpu) + " are here";
    }
    return verdict;
}

}  // namespace slipway
