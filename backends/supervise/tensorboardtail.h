// SPDX-License-Identifier: Apache-2.0
// Follows TensorboardScalars on a thread of its own, so that a large folder delays nothing: it looks once a second, and less often where
// a look takes long. Owned by the supervisor's thread; descriptor() becomes readable when there is something to take.
#pragma once

#include "backends/platform/files.h"
#include "backends/supervise/tensorboardscalars.h"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace slipway {

class TensorboardTail {
public:
    // Io.
    static Result<std::unique_ptr<TensorboardTail>> start(TensorboardScalars::Source source);
    // Ends where it is.
    ~TensorboardTail();
    TensorboardTail(const TensorboardTail&) = delete;
    TensorboardTail& operator=(const TensorboardTail&) = delete;

    int descriptor() const { return m_wake.get(); }
    struct Told {
        std::vector<MetricEvent> metrics;
        std::vector<std::string> problems;
    };
    Told take();
    // Nobody writes any more: one last look, and then it is done.
    void finish();
    bool isDone() const { return m_isDone; }  // and what it told last can be taken

private:
    explicit TensorboardTail(UniqueFd wake) : m_wake(std::move(wake)) {}
    void work(TensorboardScalars::Source source, const std::stop_token& stop);
    void look(TensorboardScalars& scalars, const std::stop_token& stop);

    UniqueFd m_wake;
    std::atomic<bool> m_isDone = false;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    bool m_isFinishing = false;
    Told m_told;
    std::jthread m_thread;
};

}  // namespace slipway
