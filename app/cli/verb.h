// SPDX-License-Identifier: Apache-2.0
// One verb of the command line: its options and what it does. The table in verbtable.cpp lists them all.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "app/cli/session.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's name
class App;
}

namespace slipway::cli {

// The exit status: 0, 9 for a run that was cancelled, or 1 for one that did not succeed. Errors become exitStatus(code) and one line on stderr.
using VerbAction = std::function<Result<int>(Session&)>;

struct Verb {
    std::string name;
    std::string help;
    std::function<VerbAction(CLI::App& app)> configure;  // declares the options, returns what to do with them
};

std::span<const Verb> verbTable();

// The "JOB" argument and "--set" that every verb with a job takes.
void addJobOptions(CLI::App& app, JobArgument& job);

}  // namespace slipway::cli
