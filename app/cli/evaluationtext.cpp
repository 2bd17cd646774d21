// SPDX-License-Identifier: Apache-2.0
#include "app/cli/evaluationtext.h"

#include <algorithm>
#include <cstdio>

#include "app/cli/print.h"
#include "backends/core/units.h"

namespace slipway::cli {
namespace {

constexpr std::size_t kMaxPartLines = 20;
constexpr std::size_t kMaxWorstLines = 3;

void printPart(const char* title, const std::vector<EvaluationPart>& parts) {
    if (parts.empty()) return;
    std::printf("  %-20s %10s", title, "samples");
    for (const auto& [name, score] : parts.front().scores) std::printf(" %10s", name.c_str());
    std::printf("\n");
    for (std::size_t i = 0; i < std::min(parts.size(), kMaxPartLines); ++i) {
        std::printf("    %-18s %10s", parts[i].name.c_str(), grouped(parts[i].samples).c_str());
        for (const auto& [name, score] : parts[i].scores)
            score ? std::printf(" %10.4g", *score) : std::printf(" %10s", "-");
        std::printf("\n");
    }
    if (parts.size() > kMaxPartLines)
        std::printf("    and %zu more in evaluation.json of the result\n", parts.size() - kMaxPartLines);
}

void printWorst(const std::vector<PredictedSample>& worst) {
    for (std::size_t i = 0; i < std::min(worst.size(), kMaxWorstLines); ++i) {
        const PredictedSample& one = worst[i];
        std::printf("  %-8s sample %s: %s taken for %s", i == 0 ? "worst" : "", printable(one.sample).c_str(),
                    printable(one.expected).c_str(), printable(one.predicted).c_str());
        if (one.probability) std::printf(" (%.4g %%)", 100 * *one.probability);
        std::printf("\n");
    }
}

}  // namespace

void printParts(const EvaluationReport& report) {
    printPart("class", report.classes);
    printPart("group", report.groups);
    printWorst(report.worst);
}

}  // namespace slipway::cli
