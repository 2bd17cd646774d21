// SPDX-License-Identifier: Apache-2.0
// The runner as the one that looks at data, in a process of its own, since files may be hostile. `slipway data` and the window start it:
//   slipway-runner describe --data PLACE [--form idx|images|npy|table|text] [--target COLUMN]      (descriptionJson() on stdout)
// Besides it tells what taskreport.h says. Exit status: 0, 2 for a wrong call, else that of the error's code.
#pragma once

#include <atomic>
#include <string_view>

namespace slipway {

bool isDataTask(std::string_view word);
int runDataTask(int argc, char** argv, const std::atomic<bool>& stop);

}  // namespace slipway
