// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/batchloader.h"

namespace slipway::trainer {

std::uint64_t stepSeed(std::int64_t seed, std::int64_t step, int rank) {
    std::uint64_t x =
        static_cast<std::uint64_t>(seed) * 0x9e3779b97f4a7c15ULL + static_cast<std::uint64_t>(step);
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL + static_cast<std::uint64_t>(rank);
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

BatchLoader::BatchLoader(const Samples& samples, const BatchPlan& plan)
    : m_samples(samples),
      m_plan(plan),
      m_given(plan.firstStep - 1),
      m_toFill(plan.firstStep) {
    const int ahead = plan.threads > 0 ? plan.threads + 1 : 0;
    for (int i = 0; i <= ahead; ++i) {
        Slot slot{emptyBatch(samples, plan.batch), {}, {}, false};
        if (plan.isPinned) slot.batch = {slot.batch.input.pin_memory(), slot.batch.expected.pin_memory()};
        m_slots.push_back(std::move(slot));
    }
    for (int i = 0; i < plan.threads; ++i) m_threads.emplace_back([this] { work(); });
}

BatchLoader::~BatchLoader() {
    {
        const std::lock_guard lock(m_mutex);
        m_isEnding = true;
    }
    m_changed.notify_all();
    for (auto& thread : m_threads) thread.join();
}

Result<const Batch*> BatchLoader::next() {
    std::unique_lock lock(m_mutex);
    if (m_given >= m_plan.firstStep) slotOf(m_given).isReady = false;
    Slot& slot = slotOf(++m_given);
    if (m_threads.empty()) {
        lock.unlock();
        fill(m_given, slot);
    } else {
        m_changed.notify_all();
        m_changed.wait(lock, [&] { return slot.isReady; });
    }
    if (slot.thrown) std::rethrow_exception(slot.thrown);
    SLIPWAY_CHECK(slot.filled);
    return &slot.batch;
}

// A slot is free for a step once the caller has given back the step that had it.
void BatchLoader::work() {
    std::unique_lock lock(m_mutex);
    const auto isFree = [&] { return m_toFill < m_given + static_cast<std::int64_t>(m_slots.size()); };
    while (true) {
        m_changed.wait(lock, [&] { return m_isEnding || m_toFill >= m_plan.steps || isFree(); });
        if (m_isEnding || m_toFill >= m_plan.steps) return;
        const std::int64_t step = m_toFill++;
        Slot& slot = slotOf(step);
        lock.unlock();
        try {
            fill(step, slot);
        } catch (...) {
            slot.thrown = std::current_exception();
        }
        lock.lock();
        slot.isReady = true;
        m_changed.notify_all();
    }
}

void BatchLoader::fill(std::int64_t step, Slot& slot) {
    const Order order = orderOf(step / m_plan.stepsPerEpoch);
    const std::int64_t begin =
        ((step % m_plan.stepsPerEpoch) * m_plan.worldSize + m_plan.rank) * m_plan.batch;
    slot.filled = fillBatch(
        m_samples, m_samples.training,
        std::span(*order).subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(m_plan.batch)),
        stepSeed(m_plan.seed, step, m_plan.rank), slot.batch);
}

BatchLoader::Order BatchLoader::orderOf(std::int64_t epoch) {
    const std::lock_guard lock(m_mutex);
    if (epoch != m_orderEpoch) {
        m_order = std::make_shared<std::vector<std::int64_t>>(
            epochOrder(m_samples.training.count, m_plan.seed, epoch));
        m_orderEpoch = epoch;
    }
    return m_order;
}

}  // namespace slipway::trainer
