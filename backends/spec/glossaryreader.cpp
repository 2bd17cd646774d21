// SPDX-License-Identifier: Apache-2.0
#include "backends/spec/glossaryreader.h"

#include <algorithm>
#include <array>
#include <map>

#include "backends/core/lowered.h"
#include "backends/spec/yamlfields.h"

namespace slipway {
namespace {

constexpr std::size_t kMaxTerms = 500;

// None where there is no such key.
Result<std::vector<std::string>> textsOf(const YamlValue& map, std::string_view key) {
    std::vector<std::string> texts;
    const YamlValue* list = map.find(key);
    if (list == nullptr) return texts;
    const auto isText = [](const YamlValue& item) { return item.isScalar() && !item.text.empty(); };
    if (!list->isList() || list->items.empty() || !std::ranges::all_of(list->items, isText))
        return yamlProblem(list->range, "\"" + std::string(key) + "\" is a list of texts",
                           "Give at least one");
    for (const YamlValue& item : list->items) texts.push_back(item.text);
    return texts;
}

Result<GlossaryTerm> readTerm(const YamlValue& map) {
    constexpr std::array<std::string_view, 5> kKeys{"term", "also", "text", "see", "settings"};
    if (!map.isMap()) return yamlProblem(map.range, "a term is a map", "Write it as \"term: name\"");
    for (const YamlEntry& entry : map.entries) {
        if (std::ranges::find(kKeys, entry.key) == kKeys.end() || map.find(entry.key) != &entry.value)
            return yamlProblem(entry.keyRange, "\"" + entry.key + "\" is unknown or stands twice",
                               "Remove it");
    }
    GlossaryTerm term;
    SLIPWAY_TRY(term.name, yamlText(map, "term"));
    SLIPWAY_TRY(term.text, yamlText(map, "text"));
    SLIPWAY_TRY(term.also, textsOf(map, "also"));
    SLIPWAY_TRY(term.see, textsOf(map, "see"));
    SLIPWAY_TRY(term.settings, textsOf(map, "settings"));
    if (!term.text.ends_with('.'))
        return yamlProblem(map.find("text")->range, "a text is of sentences", "End it with a full stop");
    return term;
}

}  // namespace

Result<Glossary> readGlossary(std::string_view yaml) {
    SLIPWAY_TRY(const YamlValue root, parseYaml(yaml));
    const YamlValue* list = root.find("terms");
    if (list == nullptr || !list->isList() || list->items.size() > kMaxTerms || root.entries.size() != 1)
        return yamlProblem(root.range, "a glossary is a map with a list of at most 500 \"terms\"",
                           "Write one");
    std::vector<GlossaryTerm> terms;
    std::map<std::string, std::string> names, settings;  // in lower case, and whose they are
    for (const YamlValue& item : list->items) {
        SLIPWAY_TRY(GlossaryTerm term, readTerm(item));
        if (!terms.empty() && lowered(terms.back().name) > lowered(term.name))
            return yamlProblem(item.range,
                               "\"" + term.name + "\" stands behind \"" + terms.back().name + "\"",
                               "Keep to the alphabet's order");
        const auto take = [&](std::map<std::string, std::string>& taken,
                              const std::string& name) -> Result<void> {
            const auto [other, isNew] = taken.emplace(lowered(name), term.name);
            if (isNew) return {};
            return yamlProblem(item.range, "\"" + name + "\" is taken by \"" + other->second + "\"",
                               "Leave it to one");
        };
        SLIPWAY_CHECK(take(names, term.name));
        for (const std::string& name : term.also) SLIPWAY_CHECK(take(names, name));
        for (const std::string& path : term.settings) SLIPWAY_CHECK(take(settings, path));
        terms.push_back(std::move(term));
    }
    for (std::size_t at = 0; at < terms.size(); ++at) {
        for (const std::string& other : terms[at].see) {
            if (std::ranges::find(terms, other, &GlossaryTerm::name) == terms.end())
                return yamlProblem(list->items[at].range, "there is no term \"" + other + "\" to see",
                                   "Name one as it is written");
        }
    }
    return Glossary(std::move(terms));
}

}  // namespace slipway
