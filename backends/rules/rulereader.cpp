// SPDX-License-Identifier: Apache-2.0
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <utility>

#include "backends/rules/ruleset.h"
#include "backends/spec/yamlfields.h"

namespace slipway {
namespace {

constexpr std::size_t kMaxRules = 500;
constexpr int kMaxGroups = 9;

Result<void> checkKeys(const YamlValue& map, std::span<const std::string_view> known) {
    if (!map.isMap()) return yamlProblem(map.range, "a map is wanted here", "Write it as \"name: value\"");
    for (auto entry = map.entries.begin(); entry != map.entries.end(); ++entry) {
        if (std::ranges::find(known, entry->key) == known.end())
            return yamlProblem(entry->keyRange, "unknown key \"" + entry->key + "\"", "Remove it");
        if (map.find(entry->key) != &entry->value)
            return yamlProblem(entry->keyRange, "\"" + entry->key + "\" stands twice", "Remove one");
    }
    return {};
}

Result<const YamlValue*> listOf(const YamlValue& map, std::string_view key) {
    const YamlValue* value = map.find(key);
    if (value == nullptr || !value->isList() || value->items.empty())
        return yamlProblem(value == nullptr ? map.range : value->range,
                           "\"" + std::string(key) + "\" is a list that is not empty", "Give at least one");
    return value;
}

Result<FactKind> factKind(const YamlValue& value) {
    constexpr std::array<std::pair<std::string_view, FactKind>, 4> kKinds{{{"condition", FactKind::Condition},
                                                                           {"event", FactKind::Event},
                                                                           {"status", FactKind::Status},
                                                                           {"log", FactKind::Log}}};
    const auto found = std::ranges::find(kKinds, value.text, &std::pair<std::string_view, FactKind>::first);
    if (found == kKinds.end())
        return yamlProblem(value.range, "unknown kind of fact \"" + value.text + "\"",
                           "Use condition, event, status or log");
    return found->second;
}

Result<RuleCase> readCase(const YamlValue& map, const Rule& rule) {
    constexpr std::array<std::string_view, 2> kKeys{"match", "title"};
    SLIPWAY_CHECK(checkKeys(map, kKeys));
    SLIPWAY_TRY(const std::string match, yamlText(map, "match"));
    SLIPWAY_TRY(std::string title, yamlText(map, "title"));
    re2::RE2::Options options;
    options.set_log_errors(false);
    auto pattern = std::make_shared<const re2::RE2>(match, options);
    const SpecRange& place = map.find("match")->range;
    if (!pattern->ok())
        return yamlProblem(place, "not a pattern: " + pattern->error(), "Use the syntax of RE2");
    if (pattern->NumberOfCapturingGroups() > kMaxGroups)
        return yamlProblem(place, "more than 9 captures", "Use (?:…) for groups that are not told");
    if (re2::RE2::PartialMatch("", *pattern))
        return yamlProblem(place, "the pattern matches an empty text", "Make it say what it looks for");
    for (const std::string& words : {title, rule.nextStep, rule.key}) {
        std::string reason;
        if (!pattern->CheckRewriteString(words, &reason))
            return yamlProblem(
                place, "\"" + std::string(words).append("\" does not fit the pattern: ").append(reason),
                "Use \\1 only for captures that the pattern has");
    }
    if (!title.ends_with('.'))
        return yamlProblem(map.range, "a title is a sentence", "End it with a full stop");
    return RuleCase{std::move(pattern), std::move(title)};
}

Result<Rule> readRule(const YamlValue& map, FindingKind about) {
    constexpr std::array<std::string_view, 6> kKeys{"id", "in", "tells", "key", "next", "cases"};
    SLIPWAY_CHECK(checkKeys(map, kKeys));
    Rule rule;
    rule.about = about;
    SLIPWAY_TRY(rule.id, yamlText(map, "id"));
    SLIPWAY_TRY(rule.nextStep, yamlText(map, "next"));
    SLIPWAY_TRY(const std::string tells, yamlText(map, "tells"));
    if (tells != "newest" && tells != "earliest")
        return yamlProblem(map.find("tells")->range, "\"tells\" is newest or earliest", "Choose one");
    rule.tellsNewest = tells == "newest";
    if (map.find("key") != nullptr) {
        SLIPWAY_TRY(rule.key, yamlText(map, "key"));
    }
    SLIPWAY_TRY(const YamlValue* in, listOf(map, "in"));
    for (const YamlValue& item : in->items) {
        SLIPWAY_TRY(const FactKind kind, factKind(item));
        rule.in.push_back(kind);
    }
    SLIPWAY_TRY(const YamlValue* cases, listOf(map, "cases"));
    for (const YamlValue& item : cases->items) {
        SLIPWAY_TRY(RuleCase ruleCase, readCase(item, rule));
        rule.cases.push_back(std::move(ruleCase));
    }
    return rule;
}

}  // namespace

Result<RuleSet> RuleSet::read(std::string_view yaml) {
    constexpr std::array<std::string_view, 2> kKeys{"about", "rules"};
    SLIPWAY_TRY(const YamlValue root, parseYaml(yaml));
    SLIPWAY_CHECK(checkKeys(root, kKeys));
    SLIPWAY_TRY(const std::string about, yamlText(root, "about"));
    if (about != "pending" && about != "failure")
        return yamlProblem(root.find("about")->range, "\"about\" is pending or failure", "Choose one");
    SLIPWAY_TRY(const YamlValue* list, listOf(root, "rules"));
    if (list->items.size() > kMaxRules)
        return yamlProblem(list->range, "more than 500 rules", "Split the file");
    RuleSet set;
    for (const YamlValue& item : list->items) {
        SLIPWAY_TRY(Rule rule,
                    readRule(item, about == "pending" ? FindingKind::Pending : FindingKind::Failure));
        if (std::ranges::find(set.m_rules, rule.id, &Rule::id) != set.m_rules.end())
            return yamlProblem(item.range, "the id \"" + rule.id + "\" stands twice", "Rename one");
        set.m_rules.push_back(std::move(rule));
    }
    return set;
}

}  // namespace slipway
