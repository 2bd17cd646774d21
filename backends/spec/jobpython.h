// SPDX-License-Identifier: Apache-2.0
// The Python that runs a job's program on this machine, and the variables the program gets with it. Asks the file system; any thread.
#pragma once

#include "backends/core/jobspec.h"
#include "backends/platform/pythonenvironment.h"

#include <filesystem>
#include <optional>

namespace slipway {

// `environment` with the variables that the job file sets itself; secrets are left out.
EnvironmentVariables withJobVariables(const JobSpec& job, EnvironmentVariables environment);

// The job's interpreter, else what findPython() finds in `workFolder`, the folder the program runs in. A program that Python does not run
// has one only in an environment, where it may call it. None: no Python runs it, or none is here.
std::optional<PythonEnvironment> pythonFor(const JobSpec& job, const std::filesystem::path& workFolder,
                                           const EnvironmentVariables& environment);

// The found one is activated where the job names no interpreter; what the job file sets wins.
EnvironmentVariables programVariables(const JobSpec& job, const std::filesystem::path& workFolder,
                                      EnvironmentVariables environment);

}  // namespace slipway
