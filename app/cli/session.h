// SPDX-License-Identifier: Apache-2.0
// What every verb gets: where things are, how to print, and when to stop. Made once by main, lives as long as the program.
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "backends/cluster/targettable.h"
#include "backends/runs/runstore.h"
#include "backends/spec/specdocument.h"

namespace slipway::cli {

struct Session {
    std::filesystem::path home;
    std::string kubeconfig;
    bool isJson = false;
    std::stop_source stop;  // Ctrl-C asks it
    std::shared_ptr<HttpClient> http;

    TargetSettings targets() const;
    Result<RunStore> store() const { return RunStore::open(home); }
};

// The run's record as it is now: one that is not over is asked for at its target, which brings home what it told meanwhile.
Result<RunRecord> freshRecord(const Session& session, const RunFolder& folder);

// What has to be there of a job for a run at the target of that name.
NeededFiles filesFor(const std::string& target);

// What KUBECONFIG names and is not there: all who read it skip that without a word.
std::vector<std::filesystem::path> missingKubeconfigs(const Session& session);

// One of Slipway's programs, beside this one.
std::filesystem::path program(const std::string& name);

// A job on the command line: the file, or a folder with a job.yaml, and its --set options.
struct JobArgument {
    std::string path = "job.yaml";
    std::vector<std::string> overrides;

    std::filesystem::path file() const;
    std::filesystem::path folder() const;  // absolute
    Result<JobSpec> load(NeededFiles files) const;
    // The text with its overrides, whatever its problems are; an override that does not fit is an error that tells those, too.
    Result<SpecDocument> document(NeededFiles files) const;
};

}  // namespace slipway::cli
