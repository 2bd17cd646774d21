// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/memoryestimate.h"

#include "backends/trainer/batches.h"
#include "backends/trainer/precision.h"

#include <c10/core/Allocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <numeric>

namespace slipway::trainer {
namespace {

// Above 16 samples libtorch takes other kernels.
constexpr std::int64_t kFew = 20;
constexpr std::int64_t kMore = 24;

// glibc gives a block from this size on back to the kernel at once, and keeps so much of what smaller ones were: the largest values of
// its thresholds, which it moves up as blocks are freed. mallopt(3), M_MMAP_THRESHOLD and M_TRIM_THRESHOLD.
constexpr std::int64_t kLargeBlock = std::int64_t{32} << 20;
constexpr std::int64_t kKept = 2 * kLargeBlock;

bool isLarge(std::int64_t size) { return std::abs(size) >= kLargeBlock; }

// Told by libtorch's allocator of each block of this thread.
class AllocationLog final : public c10::MemoryReportingInfoBase {
public:
    void reportMemoryUsage(void*, std::int64_t size, std::size_t, std::size_t, c10::Device) override {
        m_blocks.push_back(size);
    }
    bool memoryProfilingEnabled() const override { return true; }
    const Blocks& blocks() const { return m_blocks; }

private:
    Blocks m_blocks;
};

std::int64_t residentBytes() {
    std::ifstream file("/proc/self/statm");
    std::int64_t pages = 0;
    std::int64_t resident = 0;
    file >> pages >> resident;
    return resident * std::int64_t{::sysconf(_SC_PAGESIZE)};
}

using Pass = std::function<Result<void>(std::int64_t samples)>;

Result<Blocks> blocksOf(const Pass& pass, std::int64_t samples) {
    const auto log = std::make_shared<AllocationLog>();
    {
        const c10::DebugInfoGuard guard(c10::DebugInfoKind::PROFILER_STATE, log);
        SLIPWAY_CHECK(pass(samples));
    }
    return log->blocks();
}

Result<Blocks> wholeOf(const Pass& pass, std::int64_t all) {
    const std::int64_t few = std::clamp<std::int64_t>(all / 4, 1, kFew);
    const std::int64_t more = std::clamp<std::int64_t>(all / 2, 1, kMore);
    SLIPWAY_CHECK(pass(few));  // what libtorch makes once is no part of it
    SLIPWAY_TRY(const Blocks ofFew, blocksOf(pass, few));
    SLIPWAY_TRY(const Blocks ofMore, blocksOf(pass, more));
    return trainer::blocksOf(ofFew, few, ofMore, more, all);
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
Result<Blocks> blocksOfTraining(Network& network, const Samples& samples, const Placement& placement,
                                const PassPlan& plan) {
    Batch batch = emptyBatch(samples, std::min({kMore, plan.microBatch, samples.training.count}));
    SLIPWAY_CHECK(fillBatch(samples, samples.training, firstRows(batch.input.size(0)), {}, batch));
    network.train();
    return wholeOf(
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

Result<Blocks> blocksOfEvaluation(Network& network, const Samples& samples, const Placement& placement,
                                  const PassPlan& plan) {
    if (samples.test.count == 0) return Blocks();
    const std::int64_t atOnce = std::min(samplesAtOnce(samples.shape, plan.microBatch), samples.test.count);
    return wholeOf(
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

Blocks blocksOf(const Blocks& ofFew, std::int64_t few, const Blocks& ofMore, std::int64_t more,
                std::int64_t all) {
    Blocks blocks;
    const bool isAlike = ofFew.size() == ofMore.size();
    for (std::size_t i = 0; i < ofMore.size(); ++i) {
        const std::int64_t size = ofMore[i];
        if (few == more)
            blocks.push_back(size);
        else if (isAlike)
            blocks.push_back(ofFew[i] + (size - ofFew[i]) * (all - few) / (more - few));
        else
            blocks.push_back(size * all / more);
    }
    return blocks;
}

std::int64_t mostHeld(const Blocks& blocks, std::int64_t kept) {
    std::int64_t small = 0;
    std::int64_t large = 0;
    std::int64_t most = 0;
    for (const std::int64_t size : blocks) {
        (isLarge(size) ? large : small) += size;
        most = std::max(most, std::max(small, kept) + large);
    }
    return most;
}

std::int64_t keptOf(const Blocks& blocks) {
    Blocks small;
    std::copy_if(blocks.begin(), blocks.end(), std::back_inserter(small),
                 [](std::int64_t size) { return !isLarge(size); });
    return std::min(kKept, mostHeld(small, 0));
}

Result<Bytes> estimateMemory(Network& network, const Samples& samples, const Placement& placement,
                             const PassPlan& plan) {
    std::vector<torch::Tensor> kept;
    for (const auto& buffer : network.buffers()) kept.push_back(buffer.clone());
    SLIPWAY_TRY(const Blocks training, blocksOfTraining(network, samples, placement, plan));
    SLIPWAY_TRY(const Blocks evaluation, blocksOfEvaluation(network, samples, placement, plan));
    network.train();
    const torch::NoGradGuard noGradients;
    const auto buffers = network.buffers();
    for (std::size_t i = 0; i < kept.size(); ++i) buffers[i].copy_(kept[i]);
    const std::int64_t batches = plan.batchesHeld * plan.batch * bytesOf(emptyBatch(samples, 1));
    const std::int64_t order = samples.training.count * std::int64_t{sizeof(std::int64_t)};
    return Bytes{residentBytes() + batches + order +
                 std::max(mostHeld(training, 0), mostHeld(evaluation, keptOf(training)))};
}

}  // namespace slipway::trainer
