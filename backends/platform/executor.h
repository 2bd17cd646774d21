// SPDX-License-Identifier: Apache-2.0
// Where compute code runs its parts, so that it owns no threads itself. InlineExecutor runs them at once, for tests and small work.
#pragma once

#include <functional>

namespace slipway {

class Executor {
public:
    Executor() = default;
    Executor(const Executor&) = delete;
    Executor& operator=(const Executor&) = delete;
    virtual ~Executor() = default;

    // Runs task(0) … task(count - 1), several at once where it can, and returns when all are done. Tasks do not throw.
    virtual void forEach(std::size_t count, const std::function<void(std::size_t)>& task) = 0;
};

class InlineExecutor final : public Executor {
public:
    void forEach(std::size_t count, const std::function<void(std::size_t)>& task) override {
        for (std::size_t i = 0; i < count; ++i) task(i);
    }
};

}  // namespace slipway
