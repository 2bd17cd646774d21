// SPDX-License-Identifier: Apache-2.0
// The field's terms as Slipway uses them: what each means in a few sentences, and where to read on. Text only, the same for the
// command line and the window. Values; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slipway {

struct GlossaryTerm {
    std::string name;                   // "learning rate"
    std::vector<std::string> also;      // other names it is found by: "lr"
    std::string text;                   // one to three sentences
    std::vector<std::string> see;       // names of other terms
    std::vector<std::string> settings;  // of the job file that it explains: "train.optimizer.lr"
};

class Glossary {
public:
    explicit Glossary(std::vector<GlossaryTerm> terms = {}) : m_terms(std::move(terms)) {}

    const std::vector<GlossaryTerm>& terms() const { return m_terms; }

    // The term of that name, of that other name, or of that setting, whatever the case; none.
    const GlossaryTerm* find(std::string_view name) const;
    // The term that explains the setting at `path`; none.
    const GlossaryTerm* ofSetting(std::string_view path) const;
    // Those that say all the words somewhere, in names before settings before texts, else in their order; without a word all.
    std::vector<const GlossaryTerm*> matching(std::string_view words) const;
    // The term whose name or other name is closest to a mistyped one; none when nothing is close.
    const GlossaryTerm* nearest(std::string_view name) const;

private:
    std::vector<GlossaryTerm> m_terms;
};

// What stands before the first full stop, with it.
std::string firstSentence(const GlossaryTerm& term);

}  // namespace slipway
