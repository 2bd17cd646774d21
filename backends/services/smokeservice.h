// SPDX-License-Identifier: Apache-2.0
// A job's first steps on this machine, and what they tell of a run. One at a time. GUI-thread object; signals on that thread.
#pragma once

#include "backends/core/error.h"
#include "backends/core/jobspec.h"
#include "backends/smoke/smokerun.h"

#include <QObject>
#include <QString>

#include <memory>

namespace slipway {

using SmokeOutcomePtr = std::shared_ptr<const SmokeOutcome>;

class SmokeService : public QObject {
    Q_OBJECT
public:
    explicit SmokeService(QObject* parent = nullptr) : QObject(parent) {}

    // Ends in finished or failed (code Cancelled after a cancel), or, where it is started again, not at all.
    virtual void start(const JobSpec& job, const QString& jobFolder) = 0;
    virtual void cancel() = 0;

Q_SIGNALS:
    void progressed(const slipway::SmokeProgress& progress);
    void finished(const slipway::SmokeOutcomePtr& outcome);
    void failed(const slipway::Error& error);
};

}  // namespace slipway
