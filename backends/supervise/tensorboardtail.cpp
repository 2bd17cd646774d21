// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/tensorboardtail.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace slipway {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMaxUntaken = 5000;
constexpr Clock::duration kPause = std::chrono::seconds(1);
constexpr int kPauseOfLook = 10;  // times as long as the look took

}  // namespace

Result<std::unique_ptr<TensorboardTail>> TensorboardTail::start(TensorboardScalars::Source source) {
    UniqueFd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!wake.isOpen()) return errnoError("cannot watch for TensorBoard's files", errno);
    std::unique_ptr<TensorboardTail> tail(new TensorboardTail(std::move(wake)));
    TensorboardTail* self = tail.get();
    tail->m_thread = std::jthread(
        [self, from = std::move(source)](const std::stop_token& stop) { self->work(from, stop); });
    return tail;
}

TensorboardTail::~TensorboardTail() {
    m_thread.request_stop();
    if (m_thread.joinable()) m_thread.join();
}

void TensorboardTail::work(TensorboardScalars::Source source, const std::stop_token& stop) {
    TensorboardScalars scalars(std::move(source));
    bool isLast = false;
    while (!isLast && !stop.stop_requested()) {
        {
            const std::lock_guard lock(m_mutex);
            isLast = m_isFinishing;
        }
        const Clock::time_point begin = Clock::now();
        look(scalars, stop);
        const auto pause = std::max(kPause, kPauseOfLook * (Clock::now() - begin));
        std::unique_lock lock(m_mutex);
        if (!isLast) m_changed.wait_for(lock, stop, pause, [this] { return m_isFinishing; });
    }
    m_isDone = true;
    static_cast<void>(::eventfd_write(m_wake.get(), 1));
}

void TensorboardTail::look(TensorboardScalars& scalars, const std::stop_token& stop) {
    scalars.findFiles(stop);
    scalars.read(
        [&](MetricEvent metric) {
            std::unique_lock lock(m_mutex);
            m_changed.wait(lock, stop, [this] { return m_told.metrics.size() < kMaxUntaken; });
            if (stop.stop_requested()) return;
            m_told.metrics.push_back(std::move(metric));
            static_cast<void>(::eventfd_write(m_wake.get(), 1));
        },
        [&](std::string problem) {
            const std::lock_guard lock(m_mutex);
            m_told.problems.push_back(std::move(problem));
            static_cast<void>(::eventfd_write(m_wake.get(), 1));
        },
        stop);
}

TensorboardTail::Told TensorboardTail::take() {
    eventfd_t count = 0;
    static_cast<void>(::eventfd_read(m_wake.get(), &count));
    const std::lock_guard lock(m_mutex);
    Told told = std::exchange(m_told, {});
    m_changed.notify_all();
    return told;
}

void TensorboardTail::finish() {
    const std::lock_guard lock(m_mutex);
    m_isFinishing = true;
    m_changed.notify_all();
}

}  // namespace slipway
