// SPDX-License-Identifier: Apache-2.0
// Runs a service's work beside the GUI thread and brings answers back to it. Belongs to one QObject and is destroyed before it:
// the destructor asks for a stop and waits. Made, used and destroyed on the owner's thread, but for post().
// What goes from one thread to the other does so under locks and atomics of its own: those inside Qt are not seen by the thread
// sanitizer, which could then tell nothing about the work itself.
#pragma once

#include <QCoreApplication>
#include <QEvent>
#include <QObject>
#include <QRunnable>
#include <QThreadPool>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <utility>
#include <vector>

namespace slipway {

class Worker {
public:
    Worker(QObject* owner, int threads) : m_mailbox(new Mailbox(owner)) { m_pool.setMaxThreadCount(threads); }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    ~Worker() {
        m_stop.request_stop();
        m_pool.clear();
        m_pool.waitForDone();
        m_mailbox->deleteLater();  // after what was posted; with the owner at the latest
    }

    // Until all that was asked for is done, nothing dropped: at the owner's end, for what must not be lost.
    void finish() { m_pool.waitForDone(); }
    // Asks for a stop and waits no longer than that; false: work hangs. It may then be left behind, where it touches nothing that
    // goes, and the worker with it.
    static bool endsWithin(std::unique_ptr<Worker> worker, std::chrono::milliseconds wait) {
        worker->m_stop.request_stop();
        worker->m_pool.clear();
        if (worker->m_pool.waitForDone(static_cast<int>(wait.count()))) return true;
        worker->m_mailbox->setParent(nullptr);
        static_cast<void>(worker.release());
        return false;
    }
    std::stop_token token() const { return m_stop.get_token(); }

    // work(stop) on a worker, then answer(result) on the owner's thread, if the owner still lives.
    template <typename Work, typename Answer>
    void run(Work work, Answer answer) {
        m_pool.start(new Task(
            [this, stop = m_stop.get_token(), work = std::move(work), answer = std::move(answer)]() mutable {
                auto result = work(stop);
                post([result = std::move(result), answer = std::move(answer)]() mutable {
                    answer(std::move(result));
                });
            }));
    }

    // From a worker: something for the owner's thread.
    void post(std::function<void()> call) { m_mailbox->post(std::move(call)); }

private:
    class Task final : public QRunnable {
    public:
        explicit Task(std::function<void()> call) : m_call(std::move(call)) {
            m_isWhole.store(true, std::memory_order_release);
        }
        void run() override {
            if (m_isWhole.load(std::memory_order_acquire)) m_call();
        }

    private:
        std::function<void()> m_call;
        std::atomic<bool> m_isWhole = false;
    };

    class Mailbox final : public QObject {
    public:
        using QObject::QObject;
        void post(std::function<void()> call) {
            auto* wake = new QEvent(QEvent::User);
            {
                const std::lock_guard lock(m_mutex);
                m_calls.push_back(std::move(call));
            }
            QCoreApplication::postEvent(this, wake);
        }

    protected:
        void customEvent(QEvent*) override {
            std::vector<std::function<void()>> calls;
            {
                const std::lock_guard lock(m_mutex);
                calls.swap(m_calls);
            }
            for (const std::function<void()>& call : calls) call();
        }

    private:
        std::mutex m_mutex;
        std::vector<std::function<void()>> m_calls;
    };

    Mailbox* m_mailbox;
    std::stop_source m_stop;
    QThreadPool m_pool;
};

}  // namespace slipway
