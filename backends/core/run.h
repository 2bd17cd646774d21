// SPDX-License-Identifier: Apache-2.0
// One execution of a job somewhere, as run.json keeps it. Values; any thread.
#pragma once

#include "backends/core/runmarks.h"
#include "backends/core/runstate.h"
#include "backends/core/strongid.h"
#include "backends/core/timestamp.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace slipway {

inline constexpr int kRunVersion = 1;

struct RunRecord {
    RunId id;
    std::int64_t number = 0;  // "#42": counts up in this user's runs folder
    std::string job;          // the job's name
    std::string jobFolder;    // absolute path of the folder the job file lies in
    std::string jobFileName = "job.yaml";
    TargetId target;
    int replicas = 1;
    int attempt = 1;
    Timestamp created{};
    std::optional<Timestamp> started;
    std::optional<Timestamp> ended;
    RunStatus status;
    bool isCancelRequested = false;
    std::optional<RunId> resumedFrom;
    std::string image;  // "registry/repository@sha256:…" or "oci:DIR@sha256:…"; empty: not packaged
    std::string resultReference;
    RunMarks marks;
    std::map<std::string, std::string>
        remote;  // what the target needs to find it again: kind, name, uid, namespace …
};

}  // namespace slipway
