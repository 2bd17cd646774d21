// SPDX-License-Identifier: Apache-2.0
// Where jobs can run: targets, whether they answer, and the verdict of each for one job. GUI-thread object; signals on that thread.
#pragma once

#include "backends/core/error.h"
#include "backends/core/jobspec.h"
#include "backends/core/target.h"

#include <QObject>
#include <QString>

#include <memory>
#include <optional>
#include <vector>

namespace slipway {

struct TargetState {
    enum class Reach : std::uint8_t { Asking, Reachable, Unreachable };
    TargetInfo info;
    Reach reach = Reach::Asking;
    std::optional<Error> error;            // why it is unreachable
    std::optional<TargetVerdict> verdict;  // for the newest job asked about; none: being asked
    // Of a cluster: where images for it go unless said otherwise; empty: nowhere yet. None: not read yet, or unreadable.
    std::optional<std::string> registry;
};
using TargetStates = std::vector<TargetState>;
using TargetStatesPtr = std::shared_ptr<const TargetStates>;

class TargetService : public QObject {
    Q_OBJECT
public:
    explicit TargetService(QObject* parent = nullptr) : QObject(parent) {}

    // Reads the targets and asks each cluster for its queues.
    virtual void refresh() = 0;
    // Asks every target about this job; a newer call makes older answers void. None: no job, so no verdicts.
    virtual void judge(const std::optional<JobSpec>& job) = 0;

Q_SIGNALS:
    void targetsChanged(const slipway::TargetStatesPtr& targets);
    // The list itself could not be read; told again after each targetsChanged, which has this machine alone.
    void failed(const slipway::Error& error);
};

}  // namespace slipway
