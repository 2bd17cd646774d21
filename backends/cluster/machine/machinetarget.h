// SPDX-License-Identifier: Apache-2.0
// The target "here": starts a detached agent per run, follows its files, stops it by signal, or by a word in
// run.json where the agent is on another machine that shares the home. Nothing of it lives in the calling
// process, so closing or killing that changes nothing for the run. Any thread.
#pragma once

#include "backends/cluster/targettable.h"

#include <map>

namespace slipway {

TargetInfo machineInfo();
Target makeMachineTarget(const TargetSettings& settings);

// The host of the run's agent when that is another machine, or another container of one: cancel() cannot reach it there, and it
// sees within a second that it was asked. None when it is here, or there is none.
std::optional<std::string> agentElsewhere(const RunFolder& folder);

// SIGTERM to the run's agent, as by a machine that is about to go: the run is not marked cancelled. False when no agent of it is here.
Result<bool> terminateAgent(const RunFolder& folder);

// What this machine has, as the verdict counts it.
struct MachineCapacity {
    MilliCpu cpu;
    Bytes memory;
    int gpus = 0;
};
MachineCapacity machineCapacity();

// Pure: "never" with what the job needs and this machine cannot give (jobneeds.h), a line for each; or with the amounts and the smallest
// change when it asks for more memory or GPUs than `capacity`; else "now"; with more cores than there are, as the agent runs it: slower.
TargetVerdict machineVerdict(const JobSpec& job, const MachineCapacity& capacity,
                             const std::map<std::string, std::string>& environment);

}  // namespace slipway
