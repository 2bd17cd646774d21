// SPDX-License-Identifier: Apache-2.0
// Where a job can run, and the answer to "would it run there?". Values; any thread.
#pragma once

#include "backends/core/strongid.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace slipway {

struct TargetInfo {
    TargetId id;
    std::string label;      // "This machine", "lab / research"
    std::string kind;       // "machine", "kubernetes"
    std::string context;    // kubernetes
    std::string nameSpace;  // kubernetes
    std::string queue;      // Kueue's LocalQueue; empty: none
    std::string detail;     // "2 cores, no GPU", "Kueue · research-cq"
};

enum class Verdict : std::uint8_t { Now, After, Never, Unknown };

struct VerdictSuggestion {
    std::string text;     // "1 GPU runs now"
    std::string setting;  // what to set, as --set takes it: "resources.gpus=1"
};

struct TargetVerdict {
    TargetId target;
    Verdict verdict = Verdict::Unknown;
    std::string reason;  // one sentence with the amounts; for Unknown: what is known and what hides the rest
    std::vector<VerdictSuggestion> suggestions;
};

}  // namespace slipway
