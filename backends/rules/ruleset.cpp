// SPDX-License-Identifier: Apache-2.0
#include "backends/rules/ruleset.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <tuple>

namespace slipway {
namespace {

constexpr std::size_t kMaxMatchesPerFact = 32;
constexpr std::size_t kMaxSentence = 400;
constexpr int kMaxCaptures = 10;

using Captures = std::array<re2::StringPiece, kMaxCaptures>;

std::string expand(const re2::RE2& pattern, const std::string& words, const Captures& captures) {
    std::string text;
    pattern.Rewrite(&text, words, captures.data(), pattern.NumberOfCapturingGroups() + 1);
    if (text.size() <= kMaxSentence) return text;
    std::size_t end = kMaxSentence;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;  // whole characters
    return text.substr(0, end) + "…";
}

// Calls f(captures) for each match in `text`, from left to right.
template <typename F>
void eachMatch(const re2::RE2& pattern, re2::StringPiece text, F&& f) {
    Captures captures;
    const int count = pattern.NumberOfCapturingGroups() + 1;
    std::size_t at = 0;
    for (std::size_t matches = 0; matches < kMaxMatchesPerFact && at <= text.size(); ++matches) {
        if (!pattern.Match(text, at, text.size(), re2::RE2::UNANCHORED, captures.data(), count)) return;
        f(captures);
        const auto end = static_cast<std::size_t>(captures[0].data() - text.data()) + captures[0].size();
        at = captures[0].empty() ? end + 1 : end;
    }
}

// A finding as it grows: the best match so far and all facts with the same key.
struct Growing {
    std::string key;
    std::size_t bestCase = 0;
    Timestamp bestTime{};
    Finding finding;
};

bool isBetter(const Rule& rule, std::size_t caseIndex, Timestamp time, const Growing& than) {
    if (caseIndex != than.bestCase) return caseIndex < than.bestCase;
    return rule.tellsNewest ? time > than.bestTime : time < than.bestTime;
}

void applyCase(const Rule& rule, std::size_t caseIndex, std::span<const Fact> facts, std::size_t factIndex,
               std::vector<Growing>& growing) {
    const RuleCase& ruleCase = rule.cases[caseIndex];
    const Fact& fact = facts[factIndex];
    const re2::StringPiece text(fact.text.data(), std::min(fact.text.size(), kMaxFactBytes));
    eachMatch(*ruleCase.pattern, text, [&](const Captures& captures) {
        const std::string key = expand(*ruleCase.pattern, rule.key, captures);
        auto found = std::ranges::find(growing, key, &Growing::key);
        const bool isNew = found == growing.end();
        if (isNew) found = growing.insert(growing.end(), Growing{key, caseIndex, fact.time, {}});
        Finding& finding = found->finding;
        if (isNew || isBetter(rule, caseIndex, fact.time, *found)) {
            found->bestCase = caseIndex;
            found->bestTime = fact.time;
            finding.title = expand(*ruleCase.pattern, ruleCase.title, captures);
            finding.nextStep = expand(*ruleCase.pattern, rule.nextStep, captures);
        }
        const bool isKnown = !finding.evidence.empty() && finding.evidence.back() == factIndex;
        if (!isKnown && finding.evidence.size() < kMaxEvidence) finding.evidence.push_back(factIndex);
    });
}

}  // namespace

std::vector<Finding> RuleSet::diagnose(std::span<const Fact> facts) const {
    std::vector<Finding> findings;
    for (const Rule& rule : m_rules) {
        std::vector<Growing> growing;
        for (std::size_t i = 0; i < facts.size(); ++i) {
            if (std::ranges::find(rule.in, facts[i].kind) == rule.in.end()) continue;
            for (std::size_t c = 0; c < rule.cases.size(); ++c) applyCase(rule, c, facts, i, growing);
        }
        for (Growing& one : growing) {
            one.finding.kind = rule.about;
            one.finding.ruleId = rule.id;
            findings.push_back(std::move(one.finding));
        }
    }
    return findings;
}

Result<void> RuleSet::append(const RuleSet& other) {
    for (const Rule& rule : other.m_rules) {
        if (std::ranges::find(m_rules, rule.id, &Rule::id) != m_rules.end())
            return Error{ErrorCode::Conflict, "two rules have the id \"" + rule.id + "\"", "", "Rename one"};
    }
    m_rules.insert(m_rules.end(), other.m_rules.begin(), other.m_rules.end());
    return {};
}

std::vector<Finding> diagnose(std::span<const Fact> facts) { return builtinRules().diagnose(facts); }

}  // namespace slipway
