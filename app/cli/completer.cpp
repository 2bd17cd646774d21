// SPDX-License-Identifier: Apache-2.0
#include "app/cli/completer.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "app/cli/packagedrun.h"
#include "app/cli/print.h"
#include "app/cli/rootapp.h"
#include "backends/spec/glossaryreader.h"
#include "backends/spec/projecttemplates.h"

namespace slipway::cli {
namespace {

std::vector<std::string> namesOf(const CLI::Option& option) {
    std::vector<std::string> names;
    for (const std::string& name : option.get_snames()) names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
    return names;
}

bool takesValue(const CLI::Option& option) { return option.get_items_expected_max() > 0; }

// "--to", "=", "here" as one word again.
std::vector<std::string> joinedAtEquals(const std::vector<std::string>& words) {
    std::vector<std::string> joined;
    bool isOpen = false;
    for (const std::string& word : words) {
        const bool isSign = word == "=" && !joined.empty();
        if (isSign || isOpen)
            joined.back() += word;
        else
            joined.push_back(word);
        isOpen = isSign;
    }
    return joined;
}

// Walks the words up to the last, as the parser would read them.
class Line {
public:
    explicit Line(Session session) : m_session(std::move(session)), m_root(makeRootApp(m_call)) {}

    void read(const std::string& word) {
        if (m_open != nullptr) {
            note(*m_open, word);
            m_open = nullptr;
        } else if (!m_isOptionsEnd && word == "--") {
            m_isOptionsEnd = true;
        } else if (!m_isOptionsEnd && word.size() > 1 && word.starts_with('-')) {
            readOption(word);
        } else if (m_verb == nullptr) {
            for (const CLI::App* verb : m_root->get_subcommands([](const CLI::App*) { return true; })) {
                if (verb->get_name() == word) m_verb = verb;
            }
            m_isUnknown = m_verb == nullptr;
        } else {
            ++m_positionals;
        }
    }

    std::vector<Completion> next(const std::string& begun) const {
        const std::size_t equals = begun.find('=');
        if (m_open != nullptr) return values(*m_open);
        if (m_isUnknown) return {};
        if (!m_isOptionsEnd && begun.starts_with("--") && equals != std::string::npos) {
            const CLI::Option* option = find(begun.substr(0, equals));
            return option != nullptr && takesValue(*option) ? values(*option) : std::vector<Completion>{};
        }
        if (!m_isOptionsEnd && begun.starts_with('-')) return options();
        return m_verb == nullptr ? verbs() : positional();
    }

private:
    std::vector<const CLI::App*> apps() const {
        return m_verb == nullptr ? std::vector<const CLI::App*>{m_root.get()}
                                 : std::vector<const CLI::App*>{m_verb, m_root.get()};
    }

    const CLI::Option* find(const std::string& name) const {
        for (const CLI::App* app : apps()) {
            for (const CLI::Option* option : app->get_options()) {
                const auto names = namesOf(*option);
                if (std::ranges::find(names, name) != names.end()) return option;
            }
        }
        return nullptr;
    }

    void readOption(const std::string& word) {
        const std::size_t equals = word.find('=');
        const CLI::Option* option = find(word.substr(0, equals));
        if (option == nullptr || !takesValue(*option)) return;
        if (equals == std::string::npos)
            m_open = option;
        else
            note(*option, word.substr(equals + 1));
    }

    void note(const CLI::Option& option, const std::string& value) {
        if (option.check_lname("home")) m_session.home = value;
        if (option.check_lname("kubeconfig")) m_session.kubeconfig = value;
    }

    std::vector<Completion> verbs() const {
        std::vector<Completion> all;
        for (const CLI::App* verb : m_root->get_subcommands([](const CLI::App*) { return true; }))
            all.push_back({verb->get_name(), verb->get_description()});
        return all;
    }

    std::vector<Completion> options() const {
        std::vector<Completion> all;
        for (const CLI::App* app : apps()) {
            for (const CLI::Option* option : app->get_options()) {
                if (app != apps().front() && option->check_lname("version")) continue;  // not after a verb
                for (const std::string& name : namesOf(*option)) {
                    if (std::ranges::find(all, name, &Completion::word) == all.end())
                        all.push_back({name, option->get_description()});
                }
            }
        }
        return all;
    }

    std::vector<Completion> positional() const {
        const CLI::Option* last = nullptr;
        int before = 0;
        for (const CLI::Option* option : m_verb->get_options()) {
            if (!option->get_positional()) continue;
            last = option;
            if (before++ == m_positionals) return values(*option);
        }
        return last != nullptr && last->get_items_expected_max() > 1 ? values(*last)
                                                                     : std::vector<Completion>{};
    }

    static std::vector<Completion> plain(const std::vector<std::string>& words) {
        std::vector<Completion> all;
        all.reserve(words.size());
        for (const std::string& word : words) all.push_back({word, ""});
        return all;
    }

    std::vector<Completion> values(const CLI::Option& option) const {
        const std::string name = option.get_name();
        const std::string verb = m_verb == nullptr ? "" : m_verb->get_name();
        if (name == "kind") return plain({projectKinds().begin(), projectKinds().end()});
        if (name == "shell") return plain({"bash", "zsh", "fish"});
        if (name == "--with") return plain({kPackageRunners.begin(), kPackageRunners.end()});
        if (name == "--as") return plain({"csv", "tensorboard", "mlflow"});
        if (name == "run") return runs();
        if (name == "term") return m_positionals == 0 ? terms() : std::vector<Completion>{};
        if (name == "--to" && (verb == "check" || verb == "submit")) return targets();
        if (name == "--device") return plain({"auto", "cpu", "cuda"});
        const auto files = {"job",          "folder",         "file",  "--home",
                            "--kubeconfig", "--cluster-file", "--out", "--data"};
        const bool isFolder = name == "--to" && verb == "export";
        if (isFolder || std::ranges::find(files, name) != files.end()) return {{kFilesFollow, ""}};
        return {};
    }

    // The newest first. A home that is not there is not made.
    std::vector<Completion> runs() const {
        std::error_code failure;
        std::vector<Completion> all{{"last", "the newest run"}};
        if (!std::filesystem::is_directory(m_session.home, failure)) return all;
        const auto store = m_session.store();
        const auto records = store ? store->list() : Result<std::vector<RunRecord>>(store.error());
        if (!records) return all;
        for (const RunRecord& record : *records)
            all.push_back({std::to_string(record.number), record.job + ", " + statusText(record.status)});
        return all;
    }

    static std::vector<Completion> terms() {
        std::vector<Completion> all;
        for (const GlossaryTerm& term : builtinGlossary().terms())
            all.push_back({term.name, firstSentence(term)});
        return all;
    }

    std::vector<Completion> targets() const {
        std::vector<Completion> all;
        const auto listed = listTargets(m_session.targets());
        if (!listed) return {{"here", ""}};
        for (const TargetInfo& info : *listed) all.push_back({info.id.str(), info.label});
        return all;
    }

    Session m_session;
    RootCall m_call;
    std::unique_ptr<CLI::App> m_root;
    const CLI::App* m_verb = nullptr;
    const CLI::Option* m_open = nullptr;  // whose value comes next
    int m_positionals = 0;
    bool m_isOptionsEnd = false;
    bool m_isUnknown = false;  // what stands in the verb's place is none
};

}  // namespace

std::vector<Completion> completions(const Session& session, std::vector<std::string> words,
                                    bool isSplitAtEquals) {
    if (isSplitAtEquals) words = joinedAtEquals(words);
    if (words.empty()) words.emplace_back();
    Line line(session);
    for (std::size_t i = 0; i + 1 < words.size(); ++i) line.read(words[i]);
    std::string before, begun = words.back();
    std::vector<Completion> all = line.next(begun);
    const std::size_t equals = begun.find('=');
    if (begun.starts_with("--") && equals != std::string::npos) {
        before = begun.substr(0, equals + 1);
        begun.erase(0, equals + 1);
    }
    std::erase_if(
        all, [&](const Completion& one) { return one.word != kFilesFollow && !one.word.starts_with(begun); });
    if (isSplitAtEquals) return all;
    for (Completion& one : all) {
        if (one.word != kFilesFollow) one.word.insert(0, before);
    }
    return all;
}

}  // namespace slipway::cli
