// SPDX-License-Identifier: Apache-2.0
// Why a run failed, as it is shown: the cause, what was said that tells so, and what to do. Values; any thread.
#pragma once

#include "backends/core/timestamp.h"

#include <string>
#include <vector>

namespace slipway {

// One line that was written or told.
struct FindingEvidence {
    int rank = -1;  // -1: of the run as a whole
    Timestamp time{};
    std::string text;
};

struct RunFinding {
    std::string rule;      // of resources/rules, or "traceback", "exit", "lost", "agent"
    std::string cause;     // a sentence; of a run of several ranks, it names the rank
    std::string nextStep;  // sentences that start with a verb
    int rank = -1;         // the one it happened in; -1: of no rank, or there is one only
    std::vector<FindingEvidence> evidence;
};

}  // namespace slipway
