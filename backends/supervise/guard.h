// SPDX-License-Identifier: Apache-2.0
// When the agent is killed outright, nobody would end its ranks, which would go on holding memory and GPUs that count as free. The
// guard is a tiny process that outlives it by a moment and kills their process groups. Made by fork, so before any thread starts.
// Where the guard was killed as well, the kernel still ends each rank's own process (SpawnOptions::isBoundToUs).
#pragma once

#include "backends/platform/files.h"

#include <sys/types.h>

namespace slipway {

class Guard {
public:
    static Result<Guard> start();
    Guard(Guard&& other) noexcept;
    Guard& operator=(Guard&&) = delete;
    // Ends the guard; groups it still knows are left alone.
    ~Guard();

    void watch(pid_t group);
    void forget(pid_t group);

private:
    Guard(pid_t pid, UniqueFd pipe) : m_pid(pid), m_pipe(std::move(pipe)) {}
    pid_t m_pid = -1;
    UniqueFd m_pipe;
};

}  // namespace slipway
