// SPDX-License-Identifier: Apache-2.0
// A target in memory: it keeps the promises of roles.h without a process or a network, so that whatever uses targets can be tested
// in milliseconds, and the contract suite has an implementation that is easy to read. Any thread.
#pragma once

#include "backends/cluster/roles.h"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace slipway {

enum class FakeBehaviour : std::uint8_t { Succeeds, Fails, Waits };  // Waits: until it is cancelled

// What lives outside the program: several targets, as several programs would, may share one.
class FakeCluster {
public:
    // Jobs of this name behave so; others succeed.
    void setBehaviour(const std::string& job, FakeBehaviour behaviour);
    // How many jobs it has taken in all.
    int count() const;

private:
    friend class FakeTarget;
    struct Job {
        FakeBehaviour behaviour = FakeBehaviour::Succeeds;
        int replicas = 1;
        bool isCancelled = false;
    };
    mutable std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::map<std::string, FakeBehaviour> m_behaviours;
    std::map<RunId, Job> m_jobs;
};

Target makeFakeTarget(std::shared_ptr<FakeCluster> cluster);

}  // namespace slipway
