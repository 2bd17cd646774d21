// SPDX-License-Identifier: Apache-2.0
// What may stand next on a command line that is being written: verbs, options, runs, targets. Reads files only; one thread.
#pragma once

#include <string>
#include <vector>

#include "app/cli/session.h"

namespace slipway::cli {

struct Completion {
    std::string word;
    std::string help;  // may be empty
};

// Stands among the words where files may follow: the shell lists those itself.
inline constexpr const char* kFilesFollow = ":files";

// Of the last of `words`, which follow the program's name. `isSplitAtEquals`: as bash splits "--to=here" into three words; then the
// answers are without what stands before the sign. Runs and targets are those of the line's --home and --kubeconfig.
std::vector<Completion> completions(const Session& session, std::vector<std::string> words,
                                    bool isSplitAtEquals);

}  // namespace slipway::cli
