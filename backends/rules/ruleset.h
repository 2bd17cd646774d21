// SPDX-License-Identifier: Apache-2.0
// Why a run waits or failed, in a sentence: rules in YAML turn what conditions, events, states and logs say into findings
// with evidence. Only what one text says is judged here; which rank came first is for the caller. Values; any thread.
#pragma once

#include "backends/core/result.h"
#include "backends/core/timestamp.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace slipway {

// Condition: of a workload, job or pod. Status: how a container waits or ended ("OOMKilled: …", "exit code 137").
enum class FactKind : std::uint8_t { Condition, Event, Status, Log };

// Something that was said. Of a text only the first kMaxFactBytes are read.
struct Fact {
    FactKind kind = FactKind::Log;
    std::string source;  // where it can be looked up: "pod train-0", "rank 3"; not read by rules
    std::string text;    // for conditions, events and states: reason + ": " + message
    int rank = -1;       // -1: of no rank
    Timestamp time{};
};
inline constexpr std::size_t kMaxFactBytes = 16 * 1024;

enum class FindingKind : std::uint8_t { Pending, Failure };

struct Finding {
    FindingKind kind = FindingKind::Failure;
    std::string ruleId;
    std::string title;                  // one sentence, with the amounts
    std::string nextStep;               // a sentence that starts with a verb
    std::vector<std::size_t> evidence;  // indices of facts, ascending, at most kMaxEvidence
};
inline constexpr std::size_t kMaxEvidence = 100;

// A text that matches is told by the title; \1 in title, next step and key is the first capture of `pattern`.
struct RuleCase {
    std::shared_ptr<const re2::RE2> pattern;
    std::string title;
};

struct Rule {
    std::string id;
    FindingKind about = FindingKind::Failure;
    std::vector<FactKind> in;
    bool tellsNewest = false;  // else the earliest: what came first is the cause
    std::string key;           // matches with the same key are one finding; "": all are
    std::string nextStep;
    std::vector<RuleCase> cases;  // the most telling first: its title is the finding's
};

class RuleSet {
public:
    // Reads rules as in resources/rules; InvalidArgument with the place. At most 500 rules, ids once.
    static Result<RuleSet> read(std::string_view yaml);

    // Findings in the order of the rules, those of one rule in the order of their facts.
    std::vector<Finding> diagnose(std::span<const Fact> facts) const;

    const std::vector<Rule>& rules() const { return m_rules; }

    // Adds the rules of `other` behind these; Conflict when an id stands in both.
    Result<void> append(const RuleSet& other);

private:
    std::vector<Rule> m_rules;
};

// The rules of resources/rules, which are part of the program.
const RuleSet& builtinRules();

// What they find.
std::vector<Finding> diagnose(std::span<const Fact> facts);

}  // namespace slipway
