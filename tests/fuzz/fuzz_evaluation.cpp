// SPDX-License-Identifier: Apache-2.0
// Any bytes as an evaluation: a confusion matrix that is read is a square of its classes.
#include "backends/runs/evaluationfile.h"
#include "memoryfile.h"

#include <cstdlib>

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto report = slipway::evaluationOf({reinterpret_cast<const char*>(data), size}, "evaluation.json");
    if (!report || report->confusion.empty()) return 0;
    if (report->confusion.size() != report->classes.size()) std::abort();
    for (const auto& row : report->confusion)
        if (row.size() != report->classes.size()) std::abort();
    return 0;
}
