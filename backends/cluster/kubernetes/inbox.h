// SPDX-License-Identifier: Apache-2.0
// Work handed from the threads that listen to the one that decides; bounded, so that a slow disk slows the listeners.
// Any thread puts, one takes.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <utility>

namespace slipway::kube {

class Inbox {
public:
    using Work = std::function<void()>;

    // Waits for room; false when stopped meanwhile.
    bool put(Work work, std::stop_token stop) {
        std::unique_lock lock(m_mutex);
        if (!m_changed.wait(lock, stop, [this] { return m_work.size() < kMaxWork; })) return false;
        m_work.push_back(std::move(work));
        m_changed.notify_all();
        return true;
    }

    // What has come, at once when there is any, else after `time` at most.
    std::deque<Work> take(std::chrono::milliseconds time, std::stop_token stop) {
        std::unique_lock lock(m_mutex);
        m_changed.wait_for(lock, stop, time, [this] { return !m_work.empty(); });
        std::deque<Work> work;
        work.swap(m_work);
        m_changed.notify_all();
        return work;
    }

private:
    static constexpr std::size_t kMaxWork = 4096;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::deque<Work> m_work;
};

}  // namespace slipway::kube
