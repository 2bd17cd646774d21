// SPDX-License-Identifier: Apache-2.0
#include "backends/spec/jobpython.h"

#include "backends/core/programscript.h"

namespace slipway {
namespace fs = std::filesystem;

EnvironmentVariables withJobVariables(const JobSpec& job, EnvironmentVariables environment) {
    for (const EnvVar& variable : job.env) {
        if (variable.secretName.empty()) environment[variable.name] = variable.value;
    }
    return environment;
}

std::optional<PythonEnvironment> pythonFor(const JobSpec& job, const fs::path& workFolder,
                                           const EnvironmentVariables& environment) {
    const ProgramSpec* program = job.program();
    if (program == nullptr) return std::nullopt;
    const EnvironmentVariables variables = withJobVariables(job, environment);
    if (!program->interpreter.empty()) return pythonOf(program->interpreter, workFolder, variables);
    auto found = findPython(workFolder, variables);
    if (found && found->kind == PythonEnvironment::Kind::System && !isPythonProgram(*program))
        return std::nullopt;
    return found;
}

EnvironmentVariables programVariables(const JobSpec& job, const fs::path& workFolder,
                                      EnvironmentVariables environment) {
    const auto python = pythonFor(job, workFolder, environment);
    if (python && job.program()->interpreter.empty()) activate(*python, environment);
    return withJobVariables(job, std::move(environment));
}

}  // namespace slipway
