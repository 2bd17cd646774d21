// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/memoryestimate.h"

#include "backends/trainer/batches.h"
#include "backends/trainer/precision.h"

#include <c10/core/Allocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <numeric>

namespace slipway::trainer {
namespace {

// Above 16 samples libtorch takes other kernels.
constexpr std::int64_t kFew = 20;
constexpr std::int64_t kMore = 24;

// Told by libtorch's allocator of each block of this thread.
class AllocationLog final : public c10::MemoryReportingInfoBase {
public:
    void reportMemoryUsage(void*, std::int64_t size, std::size_t, std::size_t, c10::Device) override {
        m_live.push_back((m_live.empty() ? 0 : m_live.back()) + size);
    }
    bool memoryProfilingEnabled() const override { return true; }
    const std::vector<std::int64_t>& live() const { return m_live; }

private:
    std::vector<std::int64_t> m_live;
};

std::int64_t residentBytes() {
    std::ifstream file("/proc/self/statm");
    std::int64_t pages = 0;
    std::int64_t resident = 0;
    file >> pages >> resident;
    return resident * std::int64_t{::sysconf(_SC_PAGESIZE)};
}

using Pass = std::function<Result<void>(std::int64_t samples)>;

Result<std::vector<std::int64_t>> liveOf(const Pass& pass, std::int64_t samples) {
    const auto log = std::make_shared<AllocationLog>();
    {
        const c10::DebugInfoGuard guard(c10::DebugInfoKind::PROFILER_STATE, log);
        SLIPWAY_CHECK(pass(samples));
    }
    return log->live();
}

Result<std::int64_t> mostOf(const Pass& pass, std::int64_t all) {
    const std::int64_t few = std::clamp<std::int64_t>(all / 4, 1, kFew);
    const std::int64_t more = std::clamp<std::int64_t>(all / 2, 1, kMore);
    SLIPWAY_CHECK(pass(few));  // what libtorch makes once is no part of it
    SLIPWAY_TRY(const auto ofFew, liveOf(pass, few));
    SLIPWAY_TRY(const auto ofMore, liveOf(pass, more));
    return mostLive(ofFew, few, ofMore, more, all);
}

std::vector<std::int64_t> firstRows(std::int64_t count) {
    std::vector<std::int64_t> rows(static_cast<std::size_t>(count));
    std::iota(rows.begin(), rows.end(), 0);
    return rows;
}

std::int64_t bytesOf(const Batch& batch) {
    return static_cast<std::int64_t>(batch.input.nbytes() + batch.expected.nbytes());
}

// The batch is the loader's, and counted apart.
Result<std::int64_t> mostOfTraining(Network& network, const Samples& samples, const Placement& placement,
                                    const PassPlan& plan) {
    Batch batch = emptyBatch(samples, std::min(kMore, plan.microBatch));
    SLIPWAY_CHECK(fillBatch(samples, samples.training, firstRows(batch.input.size(0)), {}, batch));
    network.train();
    return mostOf(
        [&](std::int64_t count) -> Result<void> {
            torch::Tensor loss;
            {
                const Autocast cast(placement.device, placement.castType);
                const auto output = network.forward(placement.place(batch.input.narrow(0, 0, count)));
                loss = lossOf(samples, output, batch.expected.narrow(0, 0, count), plan.labelSmoothing);
            }
            loss.backward();
            for (auto& parameter : network.parameters()) parameter.mutable_grad().reset();
            return {};
        },
        plan.microBatch);
}

Result<std::int64_t> mostOfEvaluation(Network& network, const Samples& samples, const Placement& placement,
                                      const PassPlan& plan) {
    if (samples.test.count == 0) return std::int64_t{0};
    const std::int64_t atOnce = std::min(samplesAtOnce(samples.shape, plan.microBatch), samples.test.count);
    return mostOf(
        [&](std::int64_t count) -> Result<void> {
            const torch::NoGradGuard noGradients;
            const Autocast cast(placement.device, placement.castType);
            network.eval();
            Batch batch = emptyBatch(samples, count);
            SLIPWAY_CHECK(fillBatch(samples, samples.test, firstRows(count), {}, batch));
            const auto output = network.forward(placement.place(batch.input));
            static_cast<void>(lossOf(samples, output, batch.expected).item<double>());
            return {};
        },
        atOnce);
}

}  // namespace

std::int64_t mostLive(const std::vector<std::int64_t>& ofFew, std::int64_t few,
                      const std::vector<std::int64_t>& ofMore, std::int64_t more, std::int64_t all) {
    const auto at = [&](std::int64_t a, std::int64_t b) {
        return few == more ? b : a + (b - a) * (all - few) / (more - few);
    };
    if (ofFew.size() != ofMore.size()) {
        const auto most = [](const auto& values) {
            return values.empty() ? 0 : *std::max_element(values.begin(), values.end());
        };
        return std::max<std::int64_t>(0, at(most(ofFew), most(ofMore)));
    }
    std::int64_t most = 0;
    for (std::size_t i = 0; i < ofFew.size(); ++i) most = std::max(most, at(ofFew[i], ofMore[i]));
    return most;
}

Result<Bytes> estimateMemory(Network& network, const Samples& samples, const Placement& placement,
                             const PassPlan& plan) {
    std::vector<torch::Tensor> kept;
    for (const auto& buffer : network.buffers()) kept.push_back(buffer.clone());
    SLIPWAY_TRY(const std::int64_t training, mostOfTraining(network, samples, placement, plan));
    SLIPWAY_TRY(const std::int64_t evaluation, mostOfEvaluation(network, samples, placement, plan));
    network.train();
    const torch::NoGradGuard noGradients;
    const auto buffers = network.buffers();
    for (std::size_t i = 0; i < kept.size(); ++i) buffers[i].copy_(kept[i]);
    const std::int64_t batches = plan.batchesHeld * plan.batch * bytesOf(emptyBatch(samples, 1));
    const std::int64_t order = samples.training.count * std::int64_t{sizeof(std::int64_t)};
    return Bytes{residentBytes() + batches + order + std::max(training, evaluation)};
}

}  // namespace slipway::trainer
