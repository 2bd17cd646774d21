// SPDX-License-Identifier: Apache-2.0
// Any text as something a cluster or a program said, and as a file of rules: no crash, findings within their bounds.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "backends/rules/ruleset.h"

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace slipway;
    std::string text;
    for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(data[i]);
    std::vector<Fact> facts;
    for (const FactKind kind : {FactKind::Condition, FactKind::Event, FactKind::Status, FactKind::Log})
        facts.push_back({kind, "", text, -1, {}});
    const auto check = [&](const std::vector<Finding>& findings) {
        for (const Finding& finding : findings) {
            if (finding.evidence.empty() || finding.evidence.size() > kMaxEvidence) std::abort();
            if (finding.evidence.back() >= facts.size()) std::abort();
        }
    };
    check(diagnose(facts));
    if (const auto own = RuleSet::read(text)) check(own->diagnose(facts));
    return 0;
}
