// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/print.h"
#include "app/cli/verbs.h"
#include "backends/spec/glossaryreader.h"

namespace slipway::cli {
namespace {

constexpr std::size_t kLine = 80;

nlohmann::json termJson(const GlossaryTerm& term) {
    return {{"term", term.name},
            {"also", term.also},
            {"text", term.text},
            {"see", term.see},
            {"settings", term.settings}};
}

std::string joined(const std::vector<std::string>& words, const char* between) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
    return text;
}

// Lines of at most kLine characters, but for longer words, all but the first behind `indent` blanks.
std::string wrapped(const std::string& text, std::size_t indent) {
    std::string all;
    std::size_t used = indent;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        const std::string word = text.substr(at, end - at);
        const std::size_t width = displayWidth(word);
        if (!all.empty() && used + 1 + width > kLine) {
            all += "\n" + std::string(indent, ' ');
            used = indent;
        } else if (!all.empty()) {
            all += ' ';
            ++used;
        }
        all += word;
        used += width;
        at = end + 1;
    }
    return all;
}

void printTerm(const GlossaryTerm& term) {
    const std::string also = term.also.empty() ? "" : " (" + joined(term.also, ", ") + ")";
    std::printf("%s%s\n%s\n", term.name.c_str(), also.c_str(), wrapped(term.text, 0).c_str());
    if (!term.settings.empty())
        std::printf("\nsettings  %s\n", wrapped(joined(term.settings, ", "), 10).c_str());
    if (!term.see.empty())
        std::printf("%ssee also  %s\n", term.settings.empty() ? "\n" : "",
                    wrapped(joined(term.see, ", "), 10).c_str());
}

Result<int> printAll(const Session& session) {
    nlohmann::json json = nlohmann::json::array();
    std::vector<std::vector<std::string>> rows;
    for (const GlossaryTerm& term : builtinGlossary().terms()) {
        json.push_back(termJson(term));
        rows.push_back({term.name, firstSentence(term)});
    }
    if (session.isJson)
        printJson(json);
    else
        printTable(rows);
    return 0;
}

Result<int> print(const Session& session, const std::vector<std::string>& words) {
    if (words.empty()) return printAll(session);
    const std::string name = joined(words, " ");
    const Glossary& glossary = builtinGlossary();
    const GlossaryTerm* term = glossary.find(name);
    if (term == nullptr) {
        const GlossaryTerm* near = glossary.nearest(name);
        return Error{ErrorCode::NotFound,
                     "there is no term `" + name + "`" +
                         (near == nullptr ? "" : "; did you mean `" + near->name + "`?"),
                     "", near == nullptr ? "List them with slipway glossary" : ""};
    }
    if (session.isJson)
        printJson(termJson(*term));
    else
        printTerm(*term);
    return 0;
}

}  // namespace

Verb glossaryVerb() {
    return {"glossary", "What a term means: learning rate, MIG, quota; without one all of them, a line each",
            [](CLI::App& app) -> VerbAction {
                auto words = std::make_shared<std::vector<std::string>>();
                app.add_option("term", *words, "A term, or a setting: train.optimizer.lr");
                return [words](Session& session) { return print(session, *words); };
            }};
}

}  // namespace slipway::cli
