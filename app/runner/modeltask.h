// SPDX-License-Identifier: Apache-2.0
// The runner's other tasks: what a finished model is used for. `slipway predict` and `slipway eval` start them; by hand they work, too:
//   slipway-runner predict  --model DIR --out FILE|- [--top N] PLACE...
//   slipway-runner evaluate --model DIR --data PLACE [--held-out [--digest sha256:…]] [--group COLUMN]      (the report on stdout)
//   slipway-runner generate --model DIR --prompt TEXT [--tokens N] [--temperature T] [--seed N]      (the text on stdout)
// Besides they tell what taskreport.h says. Exit status: 0, 2 for a wrong call, else that of the error's code.
#pragma once

#include <atomic>
#include <string_view>

namespace slipway {

bool isModelTask(std::string_view word);
int runModelTask(int argc, char** argv, const std::atomic<bool>& stop);

}  // namespace slipway
