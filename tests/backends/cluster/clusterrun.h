// SPDX-License-Identifier: Apache-2.0
// A run folder as if submitted to a cluster, in a home of its own. Header only.
#pragma once

#include "backends/cluster/kubernetes/kubetarget.h"
#include "backends/runs/runstore.h"

#include <QTemporaryDir>

namespace slipway::kube {

class ClusterRun {
public:
    explicit ClusterRun(int replicas = 1) : folder(make(replicas)) {}

    void markSubmitted(const std::string& queue = {}) const {
        const auto marked = folder.update([&](RunRecord& r) {
            r.remote = {{kRemoteKind, "kubernetes"},
                        {kRemoteNameSpace, "team-a"},
                        {kRemoteQueue, queue},
                        {kRemoteName, r.id.str()},
                        {kRemoteUid, "uid-1"}};
            r.status = {RunState::Queued, ""};
        });
        if (!marked) qFatal("%s", marked.error().message.c_str());
    }
    SubmitRequest request() const {
        SubmitRequest submit;
        submit.folder = folder;
        submit.job = job;
        submit.image = "registry/mlp@sha256:1";
        submit.resultReference = "registry/mlp:model";
        submit.isResultPlainHttp = true;
        return submit;
    }
    RunRecord record() const { return *folder.record(); }
    std::string name() const { return record().id.str(); }

    JobSpec job;
    QTemporaryDir home;
    RunFolder folder;

private:
    RunFolder make(int replicas) {
        job.name = "mlp";
        job.work = ProgramSpec{{"true"}};
        job.replicas = replicas;
        const auto store = RunStore::open(home.path().toStdString());
        return *store->create(job, home.path().toStdString(), TargetId("x/team-a"));
    }
};

}  // namespace slipway::kube
