// SPDX-License-Identifier: Apache-2.0
// `slipway completion SHELL`: a function for the shell, which asks `slipway completion SHELL -- WORD…` what may follow; so it never
// falls behind the verbs and their options.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/completer.h"
#include "app/cli/print.h"
#include "app/cli/verbs.h"

namespace slipway::cli {
namespace {

struct Options {
    std::string shell = "bash";
    std::vector<std::string> words;
};

constexpr const char* kBash = R"(_slipway() {
    local IFS=$'\n' word all files=
    all=($("${COMP_WORDS[0]}" completion bash -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
    COMPREPLY=()
    for word in "${all[@]}"; do
        if [[ $word == :files ]]; then files=yes; else COMPREPLY+=("$word"); fi
    done
    if [[ $files ]]; then
        word=${COMP_WORDS[COMP_CWORD]}
        compopt -o filenames 2>/dev/null
        COMPREPLY+=($(compgen -f -- "${word#=}"))
    fi
}
complete -F _slipway slipway
)";

constexpr const char* kZsh = R"(#compdef slipway
_slipway() {
    local -a all
    all=("${(@f)$("${words[1]}" completion zsh -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
    if (( ${all[(Ie):files]} )); then
        compset -P '--*='
        _files
    fi
    all=("${(@)all:#:files}")
    all=("${(@)all:#}")
    (( ${#all} )) && compadd -a all
}
if [[ "${funcstack[1]}" == _slipway ]]; then
    _slipway "$@"
else
    compdef _slipway slipway
fi
)";

constexpr const char* kFish = R"(function __slipway_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    test (count $word) -eq 0; and set word ''
    set -l all ($words[1] completion fish -- $words[2..-1] $word 2>/dev/null)
    if contains -- :files $all
        __fish_complete_path $word
    end
    for one in $all
        test "$one" = :files; or echo $one
    end
end
complete -c slipway -f -a '(__slipway_complete)'
)";

constexpr std::array kShells{std::pair{"bash", kBash}, std::pair{"zsh", kZsh}, std::pair{"fish", kFish}};

void printWords(const Session& session, const Options& options) {
    const auto all = completions(session, options.words, options.shell == "bash");
    if (session.isJson) {
        nlohmann::json words = nlohmann::json::array();
        for (const Completion& one : all) words.push_back({{"word", one.word}, {"help", one.help}});
        printJson(words);
        return;
    }
    for (const Completion& one : all) {
        const bool isTold = options.shell == "fish" && !one.help.empty();
        std::printf("%s%s%s\n", one.word.c_str(), isTold ? "\t" : "", isTold ? one.help.c_str() : "");
    }
}

Result<int> complete(const Session& session, const Options& options) {
    const auto script = std::ranges::find(kShells, options.shell, [](const auto& one) { return one.first; });
    if (script == kShells.end()) {
        return Error{ErrorCode::InvalidArgument, "no completion is generated for \"" + options.shell + "\"",
                     "", "Take bash, zsh or fish"};
    }
    if (options.words.empty())
        printText(session.isJson, "completion", script->second);
    else
        printWords(session, options);
    return 0;
}

}  // namespace

Verb completionVerb() {
    return {"completion", "Print the shell's completion: eval \"$(slipway completion bash)\"",
            [](CLI::App& app) -> VerbAction {
                auto options = std::make_shared<Options>();
                app.add_option("shell", options->shell,
                               "bash, zsh, or fish: slipway completion fish | source");
                app.add_option("words", options->words,
                               "After --: what may stand for the last of these, a line each");
                return [options](Session& session) { return complete(session, *options); };
            }};
}

}  // namespace slipway::cli
