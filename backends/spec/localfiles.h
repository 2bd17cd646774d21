// SPDX-License-Identifier: Apache-2.0
// What a job needs of this machine, looked for before anything starts: inputs, the working folder, the script, the program, secrets.
// Asks the file system; any thread.
#pragma once

#include <filesystem>
#include <vector>

#include "backends/spec/specdocument.h"

namespace slipway {

// What is not there, with the reason and the next step as the message, and with no place; in the order of the job file's settings. For
// a run here that is also what this machine cannot give: see jobneeds.h. Of a job that was read with `problems`, what those leave open
// is not looked for.
std::vector<SpecProblem> missingFiles(const JobSpec& job, const std::filesystem::path& jobFolder,
                                      NeededFiles files, const std::vector<SpecProblem>& problems = {});
// InvalidArgument with all that is missing, a line for each, by the names of its settings.
Result<void> isAllThere(const JobSpec& job, const std::filesystem::path& jobFolder, NeededFiles files);

}  // namespace slipway
