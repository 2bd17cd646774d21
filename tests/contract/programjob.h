// SPDX-License-Identifier: Apache-2.0
// The contract's kinds of jobs as shell programs that run on any machine and in any image with /bin/sh. Header only.
#pragma once

#include "contractcases.h"

namespace slipway {

inline JobSpec programJob(JobKind kind, int replicas) {
    JobSpec job;
    job.name = nameOf(kind);
    // Rank 0 saves, as rank 0 of a training does.
    const char* script =
        kind == JobKind::Fails   ? "echo going wrong; exit 3"
        : kind == JobKind::Waits ? "trap 'exit 0' TERM; while :; do sleep 0.1; done"
        : kind == JobKind::Saves
            ? "test $RANK != 0 || echo weights > model.txt"
            : "echo hello from $RANK; test $RANK != 0 || echo weights > $SLIPWAY_RESULT/model.txt";
    job.work = ProgramSpec{{"/bin/sh", "-c", script}};
    if (kind == JobKind::Saves) job.outputs = {"model.txt"};
    job.replicas = replicas;
    job.resources.cpu = MilliCpu{100};
    job.resources.memory = Bytes{std::int64_t{256} << 20};
    job.resources.sharedMemory = Bytes{std::int64_t{16} << 20};
    job.grace = std::chrono::seconds(5);
    return job;
}

}  // namespace slipway
