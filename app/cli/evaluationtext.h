// SPDX-License-Identifier: Apache-2.0
// A model's evaluation on a terminal.
#pragma once

#include "backends/core/evaluationreport.h"

namespace slipway::cli {

// Its classes and groups, a line each.
void printParts(const EvaluationReport& report);

}  // namespace slipway::cli
