// SPDX-License-Identifier: Apache-2.0
// How a program ended, in words and as the one number a shell would show. Pure; any thread.
#pragma once

#include "backends/platform/process.h"

#include <string>

namespace slipway {

// "exit code 3", "ended by signal 9; often out of memory", "exit code 127: the program was not found".
std::string exitWords(const ExitStatus& status);

// 0 to 255; 128 + n for signal n.
int exitNumber(const ExitStatus& status);

}  // namespace slipway
