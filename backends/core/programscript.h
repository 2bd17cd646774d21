// SPDX-License-Identifier: Apache-2.0
// Which word of a program's command is a file that its interpreter reads: what has to be there before a run, and in a package.
// A pure function; any thread.
#pragma once

#include <string>

#include "backends/core/jobspec.h"

namespace slipway {

// "train.py" of `python3 train.py`, whether python3 is the interpreter or the command's first word. Empty: no such file is
// named, or the interpreter is none of python, sh and bash, whose words may mean anything.
std::string programScript(const ProgramSpec& program);

}  // namespace slipway
