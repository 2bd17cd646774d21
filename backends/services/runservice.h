// SPDX-License-Identifier: Apache-2.0
// All runs of this user, and what can be done with them. Work happens on workers; GUI-thread object, signals on that thread.
#pragma once

#include "backends/core/error.h"
#include "backends/core/jobspec.h"
#include "backends/core/runsummary.h"
#include "backends/core/units.h"

#include <QObject>
#include <QString>

#include <memory>
#include <optional>
#include <vector>

namespace slipway {

using RunList = std::vector<RunSummary>;  // newest first
using RunListPtr = std::shared_ptr<const RunList>;

struct StartRequest {
    JobSpec job;
    QString jobFolder;
    QString jobFileName = QStringLiteral("job.yaml");
    TargetId target;
    QString registry;  // where a cluster pulls from; empty: as the cluster's profile says
    std::optional<RunId> resumeFrom;
};

struct ServiceTask {
    QString id;
    QString title;
    Bytes done;
    Bytes total;  // 0: unknown
    double secondsSpent = 0;
    bool isDone = false;
};

class RunService : public QObject {
    Q_OBJECT
public:
    explicit RunService(QObject* parent = nullptr) : QObject(parent) {}

    // Lists now, and again while runs are under way.
    virtual void refresh() = 0;
    // Packages and pushes where the target needs it, makes the run, submits it. Ends in started or startFailed.
    virtual void start(const StartRequest& request) = 0;
    virtual void cancel(const RunId& run) = 0;
    // Goes on from the run's newest checkpoint, on this machine. Not while isResuming().
    virtual void resume(const RunId& run) = 0;
    // A run that goes on from this one is being made, or is under way.
    virtual bool isResuming(const RunId& run) const = 0;
    // Brings the result home; ends in fetched or failed. Not while isFetching().
    virtual void fetch(const RunId& run) = 0;
    virtual bool isFetching(const RunId& run) const = 0;
    // Tags, notes and groups of these runs, each changed alike; runsChanged tells, or failed.
    virtual void mark(const std::vector<RunId>& runs, const MarkChange& change) = 0;
    virtual void cancelTask(const QString& task) = 0;

Q_SIGNALS:
    void runsChanged(const slipway::RunListPtr& runs);
    void started(const slipway::RunRecord& record);
    void startFailed(const QString& jobFolder, const slipway::Error& error);
    void fetched(const slipway::RunId& run);
    // Of isResuming() or isFetching() by a call; runsChanged tells of all other changes.
    void underWayChanged(const slipway::RunId& run);
    void taskChanged(const slipway::ServiceTask& task);
    // `run` is empty when it is about the list.
    void failed(const slipway::RunId& run, const slipway::Error& error);
};

}  // namespace slipway
