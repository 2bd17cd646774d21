// SPDX-License-Identifier: Apache-2.0
// Digests of a run's inputs, taken beside the start of the run on a thread of its own, so that a large data set delays nothing.
// Owned by the supervisor's thread; descriptor() becomes readable when there is something to take.
#pragma once

#include "backends/core/event.h"
#include "backends/platform/files.h"

#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace slipway {

class InputDigests {
public:
    static Result<std::unique_ptr<InputDigests>> start(std::map<std::string, std::filesystem::path> inputs);
    // Stops what is still being read.
    ~InputDigests();
    InputDigests(const InputDigests&) = delete;
    InputDigests& operator=(const InputDigests&) = delete;

    int descriptor() const { return m_wake.get(); }
    struct Finished {
        InputEvent event;
        std::string problem;  // not empty: no digest, and why
    };
    std::vector<Finished> take();
    bool isComplete() const { return m_open == 0; }  // each input was taken

private:
    InputDigests(UniqueFd wake, std::size_t inputs) : m_wake(std::move(wake)), m_open(inputs) {}
    void work(const std::map<std::string, std::filesystem::path>& inputs, std::stop_token stop);

    UniqueFd m_wake;
    std::size_t m_open;
    std::mutex m_mutex;
    std::vector<Finished> m_finished;
    std::jthread m_thread;
};

}  // namespace slipway
