// SPDX-License-Identifier: Apache-2.0
// What an agent is told: by its command line here, by environment variables in a pod. The job itself comes from job.yaml.
//   here:  slipway-agent run --run-folder DIR [--runner PATH]          (job.yaml and run.json lie in DIR)
//   there: entry point `slipway-agent pod`, job in SLIPWAY_JOB (default /slipway/job/job.yaml), with
//          SLIPWAY_RUN, SLIPWAY_ATTEMPT, JOB_COMPLETION_INDEX (rank), SLIPWAY_WORLD_SIZE, MASTER_ADDR, MASTER_PORT,
//          SLIPWAY_RESULT (registry/repository:tag), SLIPWAY_RESULT_PLAIN_HTTP=1, DOCKER_CONFIG (folder of a mounted pull secret),
//          SLIPWAY_SENDING_GRACE (seconds of the pod's grace beyond the job's; default 30),
//          SLIPWAY_RUN_FOLDER (default /slipway/run); ranks of a program run in a copy, <run folder>/work,
//          of the folder that the job file lies in: an image cannot be written to
// Both: the variable NAME whose value is a secret is taken from SLIPWAY_SECRET_<NAME>, else from NAME itself.
// Values; any thread.
#pragma once

#include "backends/core/imagepaths.h"
#include "backends/core/jobneeds.h"
#include "backends/core/result.h"
#include "backends/core/run.h"
#include "backends/platform/pythonenvironment.h"

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace slipway {

// A pod's grace is the job's own and so much more, for sending the result or a checkpoint and telling of it.
inline constexpr std::chrono::seconds kSendingGrace{30};

// Of the tag that a checkpoint gets, after the result's.
inline constexpr const char* kCheckpointSuffix = "-checkpoint";

struct AgentPlan {
    JobSpec job;
    RunId run;
    std::int64_t number = 0;  // "#42"; 0: in a pod, which has no runs folder
    int attempt = 1;
    std::filesystem::path jobFile;
    std::filesystem::path runFolder;
    std::filesystem::path workFolder;      // the job folder: program.folder is relative to it
    std::filesystem::path packagedFolder;  // what it is made a copy of first; empty: it is there already
    std::map<std::string, std::filesystem::path> inputs;  // resolved
    std::map<std::string, ObjectPlace> objects;           // inputs in an object store
    std::filesystem::path objectFolder;                   // where they are brought
    int firstRank = 0;
    int localRanks = 1;
    int worldSize = 1;
    std::string masterAddress = "127.0.0.1";
    int masterPort = 0;                // 0: a free one is picked (one agent only)
    std::filesystem::path runner;      // slipway-runner, for `train:`
    bool isEchoing = false;            // events on stdout as well (pods, foreground)
    std::filesystem::path slotFolder;  // of the slots' locks, shared by all runs of this user on this machine
    std::filesystem::path pythonFolder;       // of slipway.py; empty: none was found
    std::optional<PythonEnvironment> python;  // that runs the program; looked for when its folder is there
    bool needsSlot = true;                    // here: wait for CPU/GPU slots
    std::string resultReference;              // empty: the result stays in the run folder
    bool isResultPlainHttp = false;
    std::chrono::seconds sendingGrace = kSendingGrace;
    bool isRunFolderLasting = true;  // false in a pod: what is not sent away is lost with it
    std::filesystem::path
        resumeFrom;  // checkpoint folder of an earlier attempt or run; empty: from the start
};

struct AgentOptions {
    std::filesystem::path runner;      // empty: slipway-runner beside the agent
    std::filesystem::path workFolder;  // empty: the run's job folder
    std::filesystem::path resumeFrom;
    std::filesystem::path programFolder;  // where the agent's own file lies
    bool isEchoing = false;
};

// Where runs here keep what they brought from object stores.
std::filesystem::path objectCache(const std::filesystem::path& home);

// The plan of a run on this machine. InvalidArgument for inputs that only a cluster has, NotFound and Corrupt for the run folder.
Result<AgentPlan> planHere(const std::filesystem::path& runFolder, const AgentOptions& options);

using Variables = std::map<std::string, std::string>;
// The plan of a pod, from its environment. InvalidArgument names the variable.
Result<AgentPlan> planInPod(const Variables& environment, const std::filesystem::path& programFolder);

}  // namespace slipway
