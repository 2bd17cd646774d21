// SPDX-License-Identifier: Apache-2.0
// Batches of the training data in the order of the steps. Threads of its own fill them ahead of use where that is asked for; what is
// in a batch follows from seed, step and rank alone. One thread calls; the data must outlive it.
#pragma once

#include "backends/trainer/batches.h"

#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>

namespace slipway::trainer {

struct BatchPlan {
    std::int64_t seed = 0;
    std::int64_t batch = 1;  // samples of a step on this rank
    std::int64_t stepsPerEpoch =
        1;  // an incomplete last batch is left out; the next epoch's order brings those samples in
    std::int64_t firstStep = 0;  // from 0
    std::int64_t steps = 0;      // ends before this one
    int rank = 0;
    int worldSize = 1;
    int threads = 0;        // 0: the caller's fills each batch as it asks for it
    bool isPinned = false;  // in memory that a GPU reads by itself
};

// Random numbers of a step as a function of seed, step and rank: a resumed run draws the same ones.
std::uint64_t stepSeed(std::int64_t seed, std::int64_t step, int rank);

class BatchLoader {
public:
    BatchLoader(const Samples& samples, const BatchPlan& plan);
    ~BatchLoader();
    BatchLoader(const BatchLoader&) = delete;
    BatchLoader& operator=(const BatchLoader&) = delete;

    // Of the step that follows the last one; it stays as it is until the next call. Errors as Samples::fill().
    Result<const Batch*> next();

private:
    struct Slot {
        Batch batch;
        Result<void> filled;
        std::exception_ptr thrown;  // no memory, above all: for the caller to meet
        bool isReady = false;
    };
    using Order = std::shared_ptr<const std::vector<std::int64_t>>;

    void work();
    void fill(std::int64_t step, Slot& slot);
    Order orderOf(std::int64_t epoch);
    Slot& slotOf(std::int64_t step) { return m_slots[static_cast<std::size_t>(step) % m_slots.size()]; }

    const Samples& m_samples;
    BatchPlan m_plan;
    std::vector<Slot> m_slots;  // a step's by its number, in turn
    std::mutex m_mutex;         // over what follows, and isReady
    std::condition_variable m_changed;
    std::int64_t m_given;   // the step whose batch the caller has
    std::int64_t m_toFill;  // the first that no thread has taken
    bool m_isEnding = false;
    std::int64_t m_orderEpoch = -1;
    Order m_order;
    std::vector<std::thread> m_threads;
};

}  // namespace slipway::trainer
