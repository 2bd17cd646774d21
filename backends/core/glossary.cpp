// SPDX-License-Identifier: Apache-2.0
#include "backends/core/glossary.h"

#include "backends/core/lowered.h"
#include "backends/core/nearestname.h"

#include <algorithm>

namespace slipway {
namespace {

std::vector<std::string> wordsOf(std::string_view text) {
    std::vector<std::string> words(1);
    for (const char c : lowered(text)) {
        if (c != ' ')
            words.back() += c;
        else if (!words.back().empty())
            words.emplace_back();
    }
    if (words.back().empty()) words.pop_back();
    return words;
}

bool isIn(const std::vector<std::string>& names, std::string_view lower) {
    return std::ranges::any_of(names, [&](const std::string& one) { return lowered(one) == lower; });
}

// 0: a name begins with the words; then: a name has them, a setting, the text; none: they are nowhere.
std::optional<int> placeOf(const GlossaryTerm& term, const std::vector<std::string>& words) {
    std::string names = '\n' + lowered(term.name);
    for (const std::string& one : term.also) names += '\n' + lowered(one);
    std::string settings;
    for (const std::string& one : term.settings) settings += lowered(one) + '\n';
    const std::string text = lowered(term.text);
    int place = 0;
    for (const std::string& word : words) {
        if (names.find('\n' + word) != std::string::npos) continue;
        if (names.find(word) != std::string::npos)
            place = std::max(place, 1);
        else if (settings.find(word) != std::string::npos)
            place = std::max(place, 2);
        else if (text.find(word) != std::string::npos)
            place = 3;
        else
            return std::nullopt;
    }
    return place;
}

}  // namespace

const GlossaryTerm* Glossary::find(std::string_view name) const {
    const std::string lower = lowered(name);
    const auto found = std::ranges::find_if(m_terms, [&](const GlossaryTerm& term) {
        return lowered(term.name) == lower || isIn(term.also, lower);
    });
    return found == m_terms.end() ? ofSetting(lower) : &*found;
}

const GlossaryTerm* Glossary::ofSetting(std::string_view path) const {
    const auto found =
        std::ranges::find_if(m_terms, [&](const GlossaryTerm& term) { return isIn(term.settings, path); });
    return found == m_terms.end() ? nullptr : &*found;
}

std::vector<const GlossaryTerm*> Glossary::matching(std::string_view words) const {
    const std::vector<std::string> wanted = wordsOf(words);
    std::vector<std::pair<int, const GlossaryTerm*>> hits;
    for (const GlossaryTerm& term : m_terms)
        if (const auto place = placeOf(term, wanted)) hits.emplace_back(*place, &term);
    std::ranges::stable_sort(hits, {}, &std::pair<int, const GlossaryTerm*>::first);
    std::vector<const GlossaryTerm*> result;
    result.reserve(hits.size());
    for (const auto& [place, term] : hits) result.push_back(term);
    return result;
}

const GlossaryTerm* Glossary::nearest(std::string_view name) const {
    std::vector<std::string> known;
    for (const GlossaryTerm& term : m_terms) {
        known.push_back(term.name);
        known.insert(known.end(), term.also.begin(), term.also.end());
    }
    const auto near = nearestName(name, known);
    return near ? find(*near) : nullptr;
}

std::string firstSentence(const GlossaryTerm& term) {
    const std::size_t end = term.text.find(". ");
    return end == std::string::npos ? term.text : term.text.substr(0, end + 1);
}

}  // namespace slipway
