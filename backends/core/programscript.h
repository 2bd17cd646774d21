// SPDX-License-Identifier: Apache-2.0
// Which word of a program's command is a file that its interpreter reads: what has to be there before a run, and in a package.
// A pure function; any thread.
#pragma once

#include <string>

#include "backends/core/jobspec.h"

namespace slipway {

// "train.py" of `python3 train.py`, whether python3 is the interpreter or the command's first word. Empty: no such file is
// named, or the interpreter is none of python, sh and bash, whose words may mean anything. "train.py" alone is one, too.
std::string programScript(const ProgramSpec& program);

// Its first word is a notebook, run by Python.
bool isNotebook(const ProgramSpec& program);
// Its first word is a Python script ("train.py", but not "./train.py", which says itself what runs it) or a notebook, and the job names
// no interpreter: the Python found for its folder is one.
bool isRunByFoundPython(const ProgramSpec& program);
// Python runs it, as far as its first words tell.
bool isPythonProgram(const ProgramSpec& program);

}  // namespace slipway
