// SPDX-License-Identifier: Apache-2.0
// What a program's run stands on: the Python that runs it and what its project's lock pins. Found for a job, kept with its run as
// <run folder>/environment.json. Any thread.
#pragma once

#include "backends/core/jobspec.h"
#include "backends/core/result.h"
#include "backends/platform/pythonenvironment.h"
#include "backends/programs/packagelock.h"

#include <optional>
#include <string>
#include <string_view>

namespace slipway {

struct ProgramEnvironment {
    std::optional<PythonEnvironment> python;  // none: no Python runs it, or none is here
    std::optional<PackageLock> lock;
    std::string lockProblem;  // "uv.lock: …": it is there and cannot be read
};

// pythonFor(), and the lock of its project. Nothing for a job that no program runs.
ProgramEnvironment programEnvironment(const JobSpec& job, const std::filesystem::path& workFolder,
                                      const EnvironmentVariables& environment);

// "Python 3.11.7 (uv), /home/ada/study/.venv; uv.lock pins 42 packages"; empty: nothing is known.
std::string environmentWords(const ProgramEnvironment& environment);

std::string encodeEnvironment(const ProgramEnvironment& environment);
// Corrupt.
Result<ProgramEnvironment> decodeEnvironment(std::string_view text);

Result<void> keepEnvironment(const std::filesystem::path& runFolder, const ProgramEnvironment& environment);
// An empty one where none was kept; the errors of readFile(), Corrupt.
Result<ProgramEnvironment> keptEnvironment(const std::filesystem::path& runFolder);

}  // namespace slipway
